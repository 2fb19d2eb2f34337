"""All addresses: the FHIR API for systems, pages for people."""

from django.urls import include, path

from joinedup.exchange.fhir.root_views import root

urlpatterns = [
    path("fhir/R4", root),
    path("fhir/R4/", include("joinedup.exchange.fhir.urls")),
    path("api/rules/", include("joinedup.exchange.rules_api.urls")),
    path("", include("joinedup.web.urls")),
]

handler400 = "joinedup.site.errors.bad_request"
handler403 = "joinedup.web.errors.permission_denied"
handler404 = "joinedup.site.errors.page_not_found"
handler500 = "joinedup.web.errors.server_error"
