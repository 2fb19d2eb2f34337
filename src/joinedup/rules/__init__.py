"""What law and guidance say, nation by nation: dated, cited parameters and pure functions over them.

A topic is a room here (`charging`, `boards`, `leaving_hospital`), a `Topic` that declares its parameters, and in each
nation's folder a rule book in YAML and, where parameters do not say enough, small pure functions.
Nations never import each other. What others use of a topic can be had from here.
"""

from joinedup.rules.boards.checking import check_board
from joinedup.rules.books import catalogue, rule_book
from joinedup.rules.charging.home_care_charge import home_care_charge
from joinedup.rules.charging.residential_charge import residential_charge
from joinedup.rules.coverage import coverage
from joinedup.rules.nodes import RuleBookError
from joinedup.rules.parameters import NotCovered

__all__ = [
    "NotCovered",
    "RuleBookError",
    "catalogue",
    "check_board",
    "coverage",
    "home_care_charge",
    "residential_charge",
    "rule_book",
]
