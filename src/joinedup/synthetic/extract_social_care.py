"""Made-up rows of social care: England's client level data, Scotland's SOURCE."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from joinedup.core.dates import add_months
from joinedup.synthetic.activities import SOCIAL_WORK
from joinedup.synthetic.extract_people import Identity, Known

Json = dict[str, Any]
Row = dict[str, str]
WEEKS_A_QUARTER = 13
HOME_CARE, CARE_HOME, REQUEST, PACKAGE = "home_care", "care_home_place", "assessment_of_needs", "package"


def client_level_rows(resource: Json, known: Known) -> Iterator[Row]:
    """A row for a request, an assessment, a review or a package."""
    match resource["resourceType"]:
        case "ServiceRequest" if _code(resource["code"]) == REQUEST:
            started = resource["authoredOn"][:10]
            yield _event(resource, known, "Request", started, started, outcome="Progress to assessment")
        case "QuestionnaireResponse":
            done = resource["authored"][:10]
            yield _event(resource, known, "Assessment", done, done, outcome="Progress to support planning")
        case "Encounter" if _code(resource["type"][0]) == SOCIAL_WORK.code:
            if resource["reasonCode"][0]["text"] == "Review":
                done = resource["period"]["start"][:10]
                yield _event(resource, known, "Review", done, done, outcome="No change in package")
        case "ServiceRequest" if _is_package(resource):
            yield _package_event(resource, known)


def _package_event(resource: Json, known: Known) -> Row:
    person = known.person(resource)
    is_home = _code(resource["code"]) == CARE_HOME
    row = _event(resource, known, "Service", resource["occurrencePeriod"]["start"][:10], person.died)
    hours = resource.get("quantityQuantity", {}).get("value")
    return row | {
        "Service_Type": f"Long Term Support: {'Residential Care' if is_home else 'Community'}",
        "Service_Component": "Residential care" if is_home else "Home support",
        "Delivery_Mechanism": "CASSR managed personal budget",
        "Provider_CQC_Location_Name": known.name(resource["performer"][0]),
        "Planned_units_per_week": str(hours) if hours is not None else "1",
        "Cost_Frequency_Unit_Type": "Hourly" if hours is not None else "Weekly",
    }


def _event(resource: Json, known: Known, kind: str, start: str, end: str, outcome: str = "") -> Row:
    """The columns that every row has, those of a package still empty."""
    person = known.person(resource)
    return {
        "LA_Code": "ZZ-council",
        "Reporting_Period_Start_Date": _day_first(add_months(known.until, -24)),
        "Reporting_Period_End_Date": _day_first(known.until - timedelta(days=1)),
        "NHS_Number": person.number,
        "LA_Person_Unique_Identifier": person.local,
        "Client_Type": "Service User",
        "Gender": person.gender.capitalize(),
        "Date_of_Birth": _day_first(date.fromisoformat(person.born)),
        "Date_of_Death": _day_first(date.fromisoformat(person.died)) if person.died else "",
        "Postcode": person.postcode,
        "Primary_Support_Reason": "Physical Support: Personal Care Support",
        "Event_Type": kind,
        "Event_Start_Date": _day_first(date.fromisoformat(start)),
        "Event_End_Date": _day_first(date.fromisoformat(end)) if end else "",
        "Event_Outcome": outcome,
        "Assessment_Type": "Long term assessment" if kind == "Assessment" else "",
        "Review_Reason": "Planned" if kind == "Review" else "",
        "Service_Type": "",
        "Service_Component": "",
        "Delivery_Mechanism": "",
        "Provider_CQC_Location_Name": "",
        "Planned_units_per_week": "",
        "Cost_Frequency_Unit_Type": "",
    }


def home_care_rows(resource: Json, known: Known) -> Iterator[Row]:
    """A row for each quarter in which somebody had home care."""
    if not _is_package(resource) or _code(resource["code"]) != HOME_CARE:
        return
    person, start = known.person(resource), resource["occurrencePeriod"]["start"][:10]
    hours = Decimal(str(resource["quantityQuantity"]["value"])) * WEEKS_A_QUARTER
    for period, first, last in _quarters(start, person.died, known.until):
        yield _client(person, period) | {
            "hc_period_start_date": first.isoformat(),
            "hc_period_end_date": last.isoformat(),
            "hc_service_start_date": start,
            "hc_service_end_date": _over(person, last),
            "hc_service": "2",
            "hc_service_provider": "2",
            "reablement": "0",
            "hc_hours_derived": str(hours),
        }


def care_home_rows(resource: Json, known: Known) -> Iterator[Row]:
    """A row for each quarter in which somebody lived in a care home."""
    if not _is_package(resource) or _code(resource["code"]) != CARE_HOME:
        return
    person, start = known.person(resource), resource["occurrencePeriod"]["start"][:10]
    for period, _, last in _quarters(start, person.died, known.until):
        yield _client(person, period) | {
            "ch_name": known.name(resource["performer"][0]),
            "ch_postcode": person.postcode,
            "ch_provider": "2",
            "nursing_care_provision": "0",
            "ch_admission_date": start,
            "ch_discharge_date": _over(person, last),
        }


def _client(person: Identity, period: str) -> Row:
    return {
        "sending_location": "ZZ-council",
        "social_care_id": person.local,
        "chi_number": person.number,
        "chi_date_of_birth": person.born,
        "chi_gender_code": {"male": "1", "female": "2"}[person.gender],
        "submitted_postcode": person.postcode,
        "period": period,
    }


def _quarters(start: str, died: str, until: date) -> Iterator[tuple[str, date, date]]:
    """Each quarter of the years from April that touches the time: its name, its first day, its last."""
    begun = date.fromisoformat(start)
    end = date.fromisoformat(died) if died else until - timedelta(days=1)
    first = date(begun.year, (begun.month - 1) // 3 * 3 + 1, 1)
    while first <= end:
        following = add_months(first, 3)
        year = first.year if first.month > 3 else first.year - 1
        yield f"{year}Q{(first.month - 4) % 12 // 3 + 1}", first, following - timedelta(days=1)
        first = following


def _over(person: Identity, last: date) -> str:
    """The day on which it ended, as far as that is known in the quarter that ends with `last`."""
    return person.died if person.died and person.died <= last.isoformat() else ""


def _is_package(resource: Json) -> bool:
    """Whether it is an order of care and support."""
    is_request = resource["resourceType"] == "ServiceRequest"
    return is_request and any(_code(category) == PACKAGE for category in resource.get("category", []))


def _code(concept: Json) -> str:
    return str(concept.get("coding", [{}])[0].get("code", ""))


def _day_first(day: date) -> str:
    return f"{day:%d/%m/%Y}"
