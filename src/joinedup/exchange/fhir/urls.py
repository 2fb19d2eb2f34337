"""Addresses of the FHIR API."""

from django.urls import path, re_path

from joinedup.exchange.fhir.instance_views import instance
from joinedup.exchange.fhir.root_views import metadata, root
from joinedup.exchange.fhir.type_views import of_type

urlpatterns = [
    path("", root, name="fhir-root"),
    path("metadata", metadata, name="fhir-metadata"),
    re_path(r"^(\w+)/?$", of_type, name="fhir-type"),
    re_path(r"^(\w+)/([^/]+)$", instance, name="fhir-instance"),
]
