"""What law and guidance say, nation by nation: dated, cited parameters and pure functions over them.

A topic is a room here (`charging`, `boards`, `leaving_hospital` ...), a `Topic` that declares its parameters, and in
each nation's folder a rule book in YAML and, where parameters do not say enough, small pure functions.
Nations never import each other. What others ask of a topic can be had from here.
"""

from joinedup.rules.accountability.answering import accountability
from joinedup.rules.boards.checking import check_board
from joinedup.rules.books import catalogue, rule_book
from joinedup.rules.boundaries.coterminosity import coterminosity
from joinedup.rules.charging.home_care_charge import home_care_charge
from joinedup.rules.charging.residential_charge import residential_charge
from joinedup.rules.coverage import coverage
from joinedup.rules.facts import FactError
from joinedup.rules.funds.checking import check_agreement
from joinedup.rules.funds.performance import performance_payment
from joinedup.rules.funds.risk_share import risk_share
from joinedup.rules.nodes import RuleBookError
from joinedup.rules.parameters import NotCovered
from joinedup.rules.self_directed_support.budgets import check_budget
from joinedup.rules.self_directed_support.choosing import options_for
from joinedup.rules.targets.checking import check_target
from joinedup.rules.targets.in_force import outcomes, targets
from joinedup.rules.who_pays.packages import who_pays
from joinedup.rules.who_pays.timetable import timetable
from joinedup.rules.who_pays.tools import checklist_outcome, recommendation

__all__ = [
    "FactError",
    "NotCovered",
    "RuleBookError",
    "accountability",
    "catalogue",
    "check_agreement",
    "check_board",
    "check_budget",
    "check_target",
    "checklist_outcome",
    "coterminosity",
    "coverage",
    "home_care_charge",
    "options_for",
    "outcomes",
    "performance_payment",
    "recommendation",
    "residential_charge",
    "risk_share",
    "rule_book",
    "targets",
    "timetable",
    "who_pays",
]
