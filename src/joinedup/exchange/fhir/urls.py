"""Addresses of the FHIR API."""

from django.urls import path, re_path

from joinedup.exchange.fhir import views

urlpatterns = [
    path("", views.root, name="fhir-root"),
    path("metadata", views.metadata, name="fhir-metadata"),
    re_path(r"^(\w+)/?$", views.of_type, name="fhir-type"),
    re_path(r"^(\w+)/([^/]+)$", views.instance, name="fhir-instance"),
]
