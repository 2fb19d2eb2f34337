"""What law and guidance say, nation by nation: dated, cited parameters and pure functions over them.

A topic is one module here (`leaving_hospital`), a `Topic` that declares its parameters, and in each nation's
folder a rule book in YAML and, where parameters do not say enough, small pure functions.
Nations never import each other.
"""

from joinedup.rules.books import catalogue, rule_book
from joinedup.rules.nodes import RuleBookError
from joinedup.rules.parameters import NotCovered

__all__ = ["NotCovered", "RuleBookError", "catalogue", "rule_book"]
