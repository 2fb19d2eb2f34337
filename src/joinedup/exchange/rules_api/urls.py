"""The addresses under /api/rules."""

from django.urls import path

from joinedup.exchange.rules_api.views import OPENAPI, VIEWS

urlpatterns = [
    path("openapi.json", OPENAPI, name="rules-openapi"),
    *(path(name, view, name=f"rules-api-{name}") for name, view in VIEWS.items()),
]
