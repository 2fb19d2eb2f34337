"""The addresses of the pages."""

from django.urls import include, path

from joinedup.web.gallery import gallery
from joinedup.web.views.accounts import STEPS, account_list, account_step, new_account
from joinedup.web.views.agreements import agreements
from joinedup.web.views.boards import board_facts, which_board
from joinedup.web.views.boundaries import boundaries
from joinedup.web.views.charges import charge_answer, charge_facts, charge_letter, which_charge
from joinedup.web.views.choosing import find_record, two_records
from joinedup.web.views.contradictions import contradiction
from joinedup.web.views.emergency_opening import open_in_emergency
from joinedup.web.views.finding import find_person, found_people
from joinedup.web.views.identity import identity, possible_duplicates, review_pair, undo_merge
from joinedup.web.views.leaving_hospital import clock, in_hospital, leaving_hospital
from joinedup.web.views.leaving_steps import change_reason, declare_ready, record_leaving
from joinedup.web.views.looking import finding, opening, openings, unusual
from joinedup.web.views.measures import measure, measure_csv, measures
from joinedup.web.views.my_day import my_day
from joinedup.web.views.people import emergency, entry_versions, person_record, who_says_what
from joinedup.web.views.rule_books import book, for_systems, rules, value
from joinedup.web.views.session import switch_role
from joinedup.web.views.sharing import record_choice, sharing
from joinedup.web.views.who_does_what import who_does_what
from joinedup.web.views.who_looked import who_has_looked, who_has_looked_csv

urlpatterns = [
    path("", my_day, name="my-day"),
    path("people/find", find_person, name="find-person"),
    path("people/emergency", open_in_emergency, name="open-in-emergency"),
    path("people/found/<str:key>", found_people, name="found-people"),
    path("people/<uuid:person_id>", person_record, name="person"),
    path("people/<uuid:person_id>/emergency", emergency, name="emergency"),
    path("people/<uuid:person_id>/entries/<int:entry>", entry_versions, name="entry-versions"),
    path("people/<uuid:person_id>/details", who_says_what, name="who-says-what"),
    path("people/<uuid:person_id>/looked", who_has_looked, name="who-has-looked"),
    path("people/<uuid:person_id>/looked.csv", who_has_looked_csv, name="who-has-looked-csv"),
    path("looking", unusual, name="looking"),
    path("looking/finding/<slug:rule_id>/<str:key>", finding, name="finding"),
    path("looking/openings", openings, name="openings"),
    path("looking/openings/<int:opening_id>", opening, name="opening"),
    path("people/<uuid:person_id>/sharing", sharing, name="sharing"),
    path("people/<uuid:person_id>/sharing/<slug:choice>", record_choice, name="record-choice"),
    path("identity", possible_duplicates, name="possible-duplicates"),
    path("identity/pair/<int:review_id>", review_pair, name="review-pair"),
    path("identity/person/<uuid:person_id>", identity, name="identity"),
    path("identity/find", find_record, name="find-record"),
    path("identity/found/<str:key>", find_record, name="found-record"),
    path("identity/person/<uuid:beside>/compare", find_record, name="compare-record"),
    path("identity/person/<uuid:beside>/compare/<str:key>", find_record, name="compare-record-found"),
    path("identity/person/<uuid:one>/with/<uuid:other>", two_records, name="two-records"),
    path("identity/contradiction/<int:contradiction_id>", contradiction, name="contradiction"),
    path("identity/merge/<int:merge_id>/undo/<uuid:person_id>", undo_merge, name="undo-merge"),
    path("leaving-hospital", leaving_hospital, name="leaving-hospital"),
    path("leaving-hospital/in-hospital", in_hospital, name="in-hospital"),
    path("leaving-hospital/<uuid:stay>/clock", clock, name="clock"),
    path("leaving-hospital/<uuid:stay>/ready", declare_ready, name="declare-ready"),
    path("leaving-hospital/<uuid:stay>/reason", change_reason, name="change-reason"),
    path("leaving-hospital/<uuid:stay>/left", record_leaving, name="record-leaving"),
    path("measures", measures, name="measures"),
    path("measures/<slug:measure_id>", measure, name="measure"),
    path("measures/<slug:measure_id>.csv", measure_csv, name="measure-csv"),
    path("rules", rules, name="rules"),
    path("rules/for-systems", for_systems, name="rules-for-systems"),
    path("rules/boundaries", boundaries, name="boundaries"),
    path("rules/who-does-what", who_does_what, name="who-does-what"),
    path("rules/book", book, name="rule-book"),
    path("rules/book/<slug:nation>/<slug:topic>/<slug:parameter>", value, name="rule-value"),
    path("rules/charge", which_charge, name="charge"),
    path("rules/charge/<slug:where>/<slug:care>/<str:day>", charge_facts, name="charge-facts"),
    path("rules/charge/<str:key>", charge_answer, name="charge-answer"),
    path("rules/charge/<str:key>/letter", charge_letter, name="charge-letter"),
    path("rules/board", which_board, name="board"),
    path("rules/board/<slug:nation>/<slug:kind>/<str:day>", board_facts, name="board-facts"),
    path("agreements", agreements, name="agreements"),
    path("", include("joinedup.web.signing_in.urls")),
    path("accounts", account_list, name="accounts"),
    path("accounts/new", new_account, name="new-account"),
    *(
        path(f"accounts/<int:user_id>/{step}", account_step, {"step": step}, name=f"account-{step}")
        for step in STEPS
    ),
    path("role", switch_role, name="switch-role"),
    path("gallery", gallery, name="gallery"),
]
