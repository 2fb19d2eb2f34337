"""The addresses of the pages."""

from django.urls import path

from joinedup.web.gallery import gallery
from joinedup.web.views.session import SignIn, SignOut, switch_role

urlpatterns = [
    path("sign-in", SignIn.as_view(), name="sign-in"),
    path("sign-out", SignOut.as_view(), name="sign-out"),
    path("role", switch_role, name="switch-role"),
    path("gallery", gallery, name="gallery"),
]
