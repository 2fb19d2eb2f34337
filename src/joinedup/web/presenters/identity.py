"""Who people are, for whoever decides whether two records are one person's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from joinedup.care.joining.reviewing import MergeView, WholeIdentity
from joinedup.care.people.identities import IdentityView, NumberView
from joinedup.care.people.logic_pairs import Agreement
from joinedup.care.people.reviews import PairView
from joinedup.web import words
from joinedup.web.components import Column, Fact, Link, SplitRow, SplitView, Table, WorkList, WorkRow

FIELDS = {
    "family": "Family name",
    "given": "First names",
    "born": "Date of birth",
    "gender": "Sex",
    "postcode": "Postcode",
    "line": "Address",
    "address": "Address",
    "phone": "Phone",
    "number": "National number",
}
VERDICTS = {
    "agrees": "Agrees",
    "nearly": "Nearly the same",
    "differs": "Differs",
    "unknown": "Not known of both",
}
NOT_RECORDED = "Not recorded"


def queue(pairs: Sequence[PairView]) -> WorkList:
    """The pairs, the likeliest first."""
    return WorkList(
        caption=words.plural(len(pairs), "pair"),
        columns=("Born", "How likely", "State"),
        rows=tuple(
            WorkRow(
                person=Link(
                    f"{pair.left.name} and {pair.right.name}",
                    reverse("review-pair", kwargs={"review_id": pair.id}),
                ),
                under="",
                cells=(
                    " and ".join(dict.fromkeys((_date(pair.left.born), _date(pair.right.born)))),
                    likely(pair.score),
                    "Left for later" if pair.is_left_for_later else "To be decided",
                ),
            )
            for pair in pairs
        ),
    )


def likely(score: float) -> str:
    """How likely, in whole hundredths; never said to be certain."""
    return f"{min(max(round(score * 100), 1), 99)}%"


def side_by_side(pair: PairView) -> SplitView:
    """The same fields of both."""
    rows = zip(_facts(pair.left), _facts(pair.right), strict=True)
    return SplitView(
        title="What is recorded of each",
        left_title="First record",
        right_title="Second record",
        rows=tuple(SplitRow(left.label, left.value or None, right.value or None) for left, right in rows),
    )


def _facts(who: IdentityView) -> tuple[Fact, ...]:
    """What can be compared."""
    national = [f"{number.shown} ({number.kind})" for number in who.numbers if "//" not in number.kind]
    return (
        Fact("First names", who.given),
        Fact("Family name", who.family),
        Fact("Date of birth", _date(who.born) if who.born else ""),
        Fact("Sex", who.gender.capitalize()),
        Fact("Died", _died(who.died)),
        Fact("Numbers", ", ".join(national)),
        Fact("Address", who.address),
        Fact("Postcode", who.postcode),
        Fact("Phone", who.phone),
        Fact("Known to", ", ".join(sorted({source.system for source in who.sources}))),
    )


def why(agreements: Sequence[Agreement]) -> Table:
    """What speaks for and against, the strongest first."""
    strongest = sorted(agreements, key=lambda agreement: -abs(agreement.weight))
    return Table(
        caption="Why they may be one person",
        columns=(Column("Field"), Column("Compared"), Column("Weight", is_number=True)),
        rows=tuple(
            (FIELDS.get(a.field, a.field.capitalize()), VERDICTS.get(a.verdict, a.verdict), _weight(a.weight))
            for a in strongest
        ),
    )


def _weight(bits: float) -> str:
    """How strongly a field speaks for or against."""
    if not bits:
        return "0"
    return f"{abs(bits):.1f} {'for' if bits > 0 else 'against'}"


def who(whole: WholeIdentity) -> tuple[Fact, ...]:
    """Who they are."""
    facts = [Fact(fact.label, fact.value or NOT_RECORDED) for fact in _facts(whole.who)]
    former = Fact("Other names recorded", "; ".join(whole.other_names) or "None")
    return (*facts[:2], former, *(fact for fact in facts[2:] if fact.label not in ("Numbers", "Known to")))


def numbers(found: Sequence[NumberView]) -> Table:
    """Every number with who says so."""
    return Table(
        caption="Numbers",
        columns=(Column("Number"), Column("Kind"), Column("Checked"), Column("Said by"), Column("Since")),
        rows=tuple(
            (
                words.identifier(n.shown),
                n.kind,
                n.status,
                n.asserted_by,
                words.short_day(words.local(n.since)),
            )
            for n in found
        ),
    )


def sources(whole: WholeIdentity) -> Table:
    """Under which ids partners know them."""
    return Table(
        caption="Where the record comes from",
        columns=(Column("Patient"), Column("System")),
        rows=tuple((source.fhir_id, source.system) for source in whole.who.sources),
    )


@dataclass(frozen=True)
class MergeLine:
    """One merge in words, and the way to undo it while it stands."""

    said: str
    reason: str
    undone: str
    undo: Link | None


def merge_line(merge: MergeView, whole: WholeIdentity, *, at: datetime) -> MergeLine:
    """A merge in words."""
    is_kept = merge.kept == whole.who.id
    said = "Another record was joined to this one" if is_kept else "This record was joined to another"
    address = reverse("undo-merge", kwargs={"merge_id": merge.id, "person_id": whole.who.id})
    undone = ""
    if merge.undone_at:
        when = words.moment(merge.undone_at, at=at)
        undone = f"Undone by {merge.undone_by}, {when}: {merge.undone_reason.rstrip('.')}"
    return MergeLine(
        said=f"{said} by {merge.by}, {words.moment(merge.at, at=at)}",
        reason=merge.reason.rstrip("."),
        undone=undone,
        undo=None if merge.undone_at else Link("Undo", address),
    )


def _date(text: str) -> str:
    """A date as precise as it is known."""
    if len(text) == len("YYYY-MM-DD"):
        return words.short_day(date.fromisoformat(text))
    return "/".join(reversed(text.split("-"))) if text else NOT_RECORDED


def _died(text: str) -> str:
    return "Yes, date not recorded" if text == "yes" else _date(text) if text else ""
