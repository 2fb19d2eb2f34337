"""When two accounts of a person are the same person's: rules by name, as data. Pure logic.

A rule links only when nothing speaks against it; what is likely but not sure, or likely and contradicted, makes a pair
for somebody to decide. Probabilities are for the review queue, never for linking on arrival.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What the comparison of one field says."""

    AGREES = "agrees"
    NEARLY = "nearly"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Rule:
    """A named rule: what must agree, of what one must, what must be alike at least, and what must not differ.

    `differ` must differ, `unknown` be known of one at most, and `clear` agree or be unknown.
    """

    name: str
    agree: tuple[str, ...]
    links: bool
    score: float
    one_of: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    not_differ: tuple[str, ...] = ()
    clear: tuple[str, ...] = ()

    def holds(self, verdicts: Mapping[str, Verdict]) -> bool:
        """Say whether the rule holds for these verdicts."""
        one_of = not self.one_of or any(verdicts[field] is Verdict.AGREES for field in self.one_of)
        return one_of and all(
            verdicts[field] in allowed
            for fields, allowed in (
                (self.agree, {Verdict.AGREES}),
                (self.alike, {Verdict.AGREES, Verdict.NEARLY}),
                (self.differ, {Verdict.DIFFERS}),
                (self.unknown, {Verdict.UNKNOWN}),
                (self.not_differ, {Verdict.AGREES, Verdict.NEARLY, Verdict.UNKNOWN}),
                (self.clear, {Verdict.AGREES, Verdict.UNKNOWN}),
            )
            for field in fields
        )


WHERE = ("postcode", "line", "phone")
NAME = ("family", "given")
# Those that link come first; of each group the one that says most.
RULES = (
    Rule(
        "the same verified number and date of birth",
        ("verified", "number", "born"),
        links=True,
        score=0.99,
        not_differ=("given", "order"),
    ),
    Rule(
        "the same verified number and name",
        ("verified", "number", *NAME),
        links=True,
        score=0.97,
        not_differ=("born", "order"),
    ),
    Rule(
        "the same number, name and date of birth",
        ("number", *NAME, "born"),
        links=True,
        score=0.96,
        not_differ=("order",),
    ),
    Rule(
        "the same name and date of birth, and the same address or phone",
        (*NAME, "born"),
        links=True,
        score=0.95,
        one_of=WHERE,
        not_differ=("gender",),
        clear=("number", "order"),
    ),
    Rule(
        "the same local number, family name and date of birth",
        ("local", "family", "born"),
        links=True,
        score=0.94,
        not_differ=("given", "gender"),
        clear=("number", "order"),
    ),
    Rule("the same number, but another date of birth", (), False, 0.7, alike=("number",), differ=("born",)),
    Rule("the same number, but other first names", (), False, 0.7, alike=("number",), differ=("given",)),
    Rule("the same number, but another of that birth", (), False, 0.6, alike=("number",), differ=("order",)),
    Rule("the same date of birth and number, which nobody verified", ("number", "born"), False, 0.85),
    Rule("the same number, and too little beside it", ("number",), False, 0.7),
    Rule("the same number, and one of them has another besides", (), False, 0.7, alike=("number",)),
    Rule(
        "the same name and date of birth",
        (*NAME, "born"),
        links=False,
        score=0.8,
        not_differ=("number", "gender", "order"),
    ),
    Rule("an earlier number of one is a number of the other", ("earlier",), False, 0.6),
    Rule(
        "the same name, date of birth, and address or phone, but another number",
        (*NAME, "born"),
        links=False,
        score=0.5,
        one_of=WHERE,
        differ=("number",),
        not_differ=("gender", "order"),
    ),
    Rule(
        "first names alike, the same family name, date of birth, and address or phone",
        ("family", "born"),
        links=False,
        score=0.6,
        one_of=WHERE,
        alike=("given",),
        not_differ=("number", "gender", "order"),
    ),
    Rule(
        "the same family name, date of birth, and address or phone, and no first name yet",
        ("family", "born"),
        links=False,
        score=0.5,
        one_of=WHERE,
        unknown=("given",),
        not_differ=("number", "gender", "order"),
    ),
    Rule(
        "the same local number and date of birth",
        ("local", "born"),
        links=False,
        score=0.5,
        not_differ=("number", "order"),
    ),
)


def rule_for(verdicts: Mapping[str, Verdict]) -> Rule | None:
    """Return the first rule that holds."""
    return next((rule for rule in RULES if rule.holds(verdicts)), None)
