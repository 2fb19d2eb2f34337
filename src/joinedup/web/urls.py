"""The addresses of the pages."""

from django.urls import path

from joinedup.web.gallery import gallery
from joinedup.web.views.finding import find_person, found_people
from joinedup.web.views.my_day import my_day
from joinedup.web.views.people import person_record, who_has_looked
from joinedup.web.views.session import SignIn, SignOut, switch_role

urlpatterns = [
    path("", my_day, name="my-day"),
    path("people/find", find_person, name="find-person"),
    path("people/found/<str:key>", found_people, name="found-people"),
    path("people/<uuid:person_id>", person_record, name="person"),
    path("people/<uuid:person_id>/looked", who_has_looked, name="who-has-looked"),
    path("sign-in", SignIn.as_view(), name="sign-in"),
    path("sign-out", SignOut.as_view(), name="sign-out"),
    path("role", switch_role, name="switch-role"),
    path("gallery", gallery, name="gallery"),
]
