"""Questions about what care costs somebody."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from joinedup.core.nation import Nation
from joinedup.rules.charging.finances import CareHome, Finances, HomeCare
from joinedup.rules.charging.home_care_charge import home_care_charge
from joinedup.rules.charging.home_care_charge_topic import HOME_CARE_CHARGE
from joinedup.rules.charging.local_policy import load_local_policy
from joinedup.rules.charging.means_test import WeeklyCharge
from joinedup.rules.charging.residential_charge import residential_charge
from joinedup.rules.explaining import as_json
from joinedup.rules.operations.operation import Operation


@dataclass(frozen=True, slots=True)
class OfCareHome:
    """A charge for a care home."""

    nation: Nation
    on: date
    finances: Finances
    care: CareHome


@dataclass(frozen=True, slots=True)
class OfHomeCare:
    """A charge for care at home; `local_policy` is the council's own, as the text of its YAML file."""

    nation: Nation
    on: date
    finances: Finances
    care: HomeCare
    local_policy: str | None = None


def _residential(asked: OfCareHome) -> dict[str, Any]:
    return as_json(residential_charge(asked.nation, asked.on, asked.finances, asked.care))


def _home_care(asked: OfHomeCare) -> dict[str, Any]:
    local = None
    if asked.local_policy is not None:
        text = asked.local_policy.encode()
        local = load_local_policy(text, file="local_policy", nation=asked.nation, topic=HOME_CARE_CHARGE)
    return as_json(home_care_charge(asked.nation, asked.on, asked.finances, asked.care, local))


OPERATIONS = (
    Operation(
        "residential-charge",
        "What somebody pays a week for a care home",
        OfCareHome,
        _residential,
        {
            "nation": "england",
            "on": "2022-05-01",
            "finances": {
                "age": 82,
                "capital": [{"kind": "savings", "amount": "18100.00"}],
                "income": [{"kind": "state_pension", "weekly": "250.00"}],
            },
            "care": {"price": "900.00"},
        },
        gives=WeeklyCharge,
    ),
    Operation(
        "home-care-charge",
        "What somebody pays a week for care at home",
        OfHomeCare,
        _home_care,
        {
            "nation": "wales",
            "on": "2021-06-01",
            "finances": {"age": 80, "capital": [{"kind": "savings", "amount": "30000.00"}]},
            "care": {"price": "180.00", "basic_entitlement": "177.10"},
        },
        gives=WeeklyCharge,
    ),
)
