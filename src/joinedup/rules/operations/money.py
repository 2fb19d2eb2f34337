"""Questions about money that partners hold together, and about what a nation aims at."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from joinedup.core.nation import Nation
from joinedup.rules.explaining import as_json, findings_as_json
from joinedup.rules.funds.agreements import Agreement
from joinedup.rules.funds.checking import check_agreement, untraced_rules
from joinedup.rules.funds.performance import Admissions, PerformancePayment, performance_payment
from joinedup.rules.funds.risk_share import Outturn, Pool, RiskShare, RiskTerms, risk_share
from joinedup.rules.operations.bodies import OfNation
from joinedup.rules.operations.operation import Operation
from joinedup.rules.targets.checking import Figure, check_target
from joinedup.rules.targets.escalating import Escalation, RecordOfResults, escalation
from joinedup.rules.targets.in_force import target
from joinedup.rules.targets.telling import tell_history, tell_outcomes, tell_targets


@dataclass(frozen=True, slots=True)
class OfAgreement:
    """An agreement on money as it was declared."""

    on: date
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class OfPerformance:
    """Emergency admissions, and the amount that was tied to them."""

    nation: Nation
    on: date
    admissions: Admissions
    tied: Decimal


@dataclass(frozen=True, slots=True)
class OfRisk:
    """A pool at a year's end, and the terms on which risk is shared."""

    nation: Nation
    on: date
    pool: Pool
    outturn: Outturn
    terms: RiskTerms


@dataclass(frozen=True, slots=True)
class OfTarget:
    """One target of a nation, through time."""

    nation: Nation
    target: str


@dataclass(frozen=True, slots=True)
class OfFigure:
    """A figure beside the target of its day."""

    nation: Nation
    target: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class OfResults:
    """Results of one body, which a nation watches."""

    nation: Nation
    on: date
    record: RecordOfResults


def _agreement(asked: OfAgreement) -> dict[str, Any]:
    return {
        "findings": findings_as_json(check_agreement(asked.agreement, asked.on)),
        "rests_on_unverified": bool(untraced_rules(asked.agreement, asked.on)),
    }


def _performance(asked: OfPerformance) -> dict[str, Any]:
    return as_json(performance_payment(asked.nation, asked.on, asked.admissions, asked.tied))


def _risk(asked: OfRisk) -> dict[str, Any]:
    return as_json(risk_share(asked.nation, asked.on, asked.pool, asked.outturn, asked.terms))


def _targets(asked: OfNation) -> dict[str, Any]:
    return as_json(tell_targets(asked.nation, asked.on))


def _history(asked: OfTarget) -> dict[str, Any]:
    return as_json(tell_history(asked.nation, asked.target))


def _outcomes(asked: OfNation) -> dict[str, Any]:
    return as_json(tell_outcomes(asked.nation, asked.on))


def _figure(asked: OfFigure) -> dict[str, Any]:
    return as_json(check_target(target(asked.nation, asked.figure.day, asked.target), asked.figure))


def _results(asked: OfResults) -> dict[str, Any]:
    return as_json(escalation(asked.nation, asked.on, asked.record))


OPERATIONS = (
    Operation(
        "agreement-findings",
        "What is amiss with an agreement on money",
        OfAgreement,
        _agreement,
        {
            "on": "2024-05-01",
            "agreement": {
                "nation": "england",
                "form": "pooled_fund",
                "name": "An invented agreement",
                "starts": "2024-04-01",
                "parties": [
                    {"name": "Madeup Council", "body": "council"},
                    {"name": "NHS Madeup", "body": "integrated_care_board"},
                ],
                "pool": "300000.00",
                "contributions": [
                    {"party": "Madeup Council", "amount": "100000.00"},
                    {"party": "NHS Madeup", "amount": "200000.00"},
                ],
            },
        },
    ),
    Operation(
        "performance-payment",
        "What an area earned of the Better Care Fund by fewer emergency admissions",
        OfPerformance,
        _performance,
        {
            "nation": "england",
            "on": "2015-12-31",
            "admissions": {"baseline": 10000, "planned": 9650, "actual": 9800},
            "tied": "521500.00",
        },
        gives=PerformancePayment,
    ),
    Operation(
        "risk-share",
        "Who covers the overspend of a pooled fund",
        OfRisk,
        _risk,
        {
            "nation": "england",
            "on": "2024-03-31",
            "pool": {
                "schemes": [
                    {"name": "Reablement", "budget": "100000.00"},
                    {"name": "Equipment", "budget": "50000.00"},
                ],
                "risk_pool": "5000.00",
            },
            "outturn": {
                "schemes": [
                    {"name": "Reablement", "spent": "120000.00"},
                    {"name": "Equipment", "spent": "45000.00"},
                ]
            },
            "terms": {
                "shares": [
                    {"party": "Madeup Council", "weight": "40"},
                    {"party": "NHS Madeup", "weight": "60"},
                ]
            },
        },
        gives=RiskShare,
    ),
    Operation(
        "targets",
        "What a nation aims at on a day",
        OfNation,
        _targets,
        {"nation": "scotland", "on": "2014-05-01"},
        is_reading=True,
    ),
    Operation(
        "target-history",
        "How a target changed",
        OfTarget,
        _history,
        {"nation": "scotland", "target": "delayed_over_limit"},
        is_reading=True,
    ),
    Operation(
        "outcomes",
        "What is to come of health and social care for people",
        OfNation,
        _outcomes,
        {"nation": "scotland", "on": "2018-05-01"},
        is_reading=True,
    ),
    Operation(
        "target-met",
        "Whether a figure meets a target",
        OfFigure,
        _figure,
        {
            "nation": "scotland",
            "target": "emergency_four_hours",
            "figure": {"value": "97.2", "unit": "per cent", "day": "2014-05-01"},
        },
    ),
    Operation(
        "monitoring",
        "How closely results are watched",
        OfResults,
        _results,
        {
            "nation": "wales",
            "on": "2013-05-01",
            "record": {
                "results": [
                    {
                        "target": "staff_moved_to_community",
                        "figure": {"value": "4", "unit": "per cent", "day": "2013-03-31"},
                    }
                ]
            },
        },
        gives=Escalation,
    ),
)
