"""Addresses of the FHIR API."""

from django.urls import path, re_path

from joinedup.exchange.fhir.exporting import export_everything, export_file, export_people, export_status
from joinedup.exchange.fhir.history_views import instance_history, one_version, type_history, whole_history
from joinedup.exchange.fhir.instance_views import instance
from joinedup.exchange.fhir.matching import match
from joinedup.exchange.fhir.person_operations import everything_about, summary_of
from joinedup.exchange.fhir.root_views import metadata, root
from joinedup.exchange.fhir.type_views import of_type, search_form

urlpatterns = [
    path("", root, name="fhir-root"),
    path("metadata", metadata, name="fhir-metadata"),
    path("$export", export_everything, name="fhir-export"),
    path("Patient/$export", export_people, name="fhir-export-people"),
    re_path(r"^\$export-status/([^/]+)$", export_status, name="fhir-export-status"),
    re_path(r"^\$export-file/([^/]+)/(\w+)\.ndjson$", export_file, name="fhir-export-file"),
    re_path(r"^Patient/([^/]+)/\$everything$", everything_about, name="fhir-everything"),
    re_path(r"^Patient/([^/]+)/\$summary$", summary_of, name="fhir-summary"),
    path("Patient/$match", match, name="fhir-match"),
    path("_history", whole_history, name="fhir-whole-history"),
    re_path(r"^(\w+)/_history$", type_history, name="fhir-type-history"),
    re_path(r"^(\w+)/([^/]+)/_history$", instance_history, name="fhir-history"),
    re_path(r"^(\w+)/([^/]+)/_history/([^/]+)$", one_version, name="fhir-version"),
    re_path(r"^(\w+)/_search$", search_form, name="fhir-search"),
    re_path(r"^(\w+)/?$", of_type, name="fhir-type"),
    re_path(r"^(\w+)/([^/]+)$", instance, name="fhir-instance"),
]
