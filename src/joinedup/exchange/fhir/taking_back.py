"""Deletes at the door: withdrawn from the record, and forgotten by the apps that worked with it, in one transaction."""

from collections.abc import Collection, Mapping
from datetime import datetime
from http import HTTPStatus

from django.db import transaction

from joinedup.care.access.actor import Actor
from joinedup.care.discharge.actions import forget_stays
from joinedup.care.outbound.subscribing import forget_subscriptions
from joinedup.care.people.actions import OWN_ID, forget_carers
from joinedup.care.people.queries import own_ids_among
from joinedup.care.record.arrivals import Condition, NotYoursError, StaleError, Written
from joinedup.care.record.choices import forget_consents
from joinedup.care.record.logic import Key
from joinedup.care.record.queries import resource_numbers
from joinedup.care.record.withdrawing import withdraw
from joinedup.exchange.fhir.intake import stale
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError


@transaction.atomic
def take_back(
    conditions: Mapping[Key, Condition], *, by: Actor, at: datetime, places: Mapping[Key, str] | None = None
) -> dict[Key, Written]:
    """Withdraw the resources, all or none; what is not here any more is left out of the answer.

    `places` say where in a Bundle each is named, for whom it is refused.
    """
    places = places or {}
    try:
        gone = withdraw(conditions, by=by, at=at)
    except NotYoursError as error:
        raise RefusedInputError(
            HTTPStatus.CONFLICT, Issue("conflict", str(error), places.get(error.key, ""))
        ) from error
    except StaleError as error:
        raise stale(error, places.get(error.key, "")) from error
    _refuse_own_ids(conditions.keys() - gone.keys(), places)
    ids: dict[str, list[str]] = {}
    for type_, fhir_id in gone:
        ids.setdefault(type_, []).append(fhir_id)
    if encounters := ids.get("Encounter"):
        forget_stays(encounters)
    if related := ids.get("RelatedPerson"):
        forget_carers(related)
    if consents := ids.get("Consent"):
        forget_consents(consents, by=by, at=at)
    if subscriptions := ids.get("Subscription"):
        forget_subscriptions(list(resource_numbers("Subscription", subscriptions).values()))
    return gone


def _refuse_own_ids(not_here: Collection[Key], places: Mapping[Key, str]) -> None:
    """Refuse to withdraw a Patient of ours, which would seem to have worked."""
    ours = own_ids_among([fhir_id for type_, fhir_id in not_here if type_ == "Patient"])
    if ours:
        key = ("Patient", min(ours))
        issue = Issue("conflict", f"Patient/{key[1]} {OWN_ID}", places.get(key, ""))
        raise RefusedInputError(HTTPStatus.CONFLICT, issue)
