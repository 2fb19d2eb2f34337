"""Who people are, for whoever decides whether two records are one person's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse

from joinedup.care.joining.reviewing import MergeView, WholeIdentity
from joinedup.care.people.identities import IdentityView, NumberView
from joinedup.care.people.logic_pairs import Agreement
from joinedup.care.people.reviews import PairView
from joinedup.web import words
from joinedup.web.components import Column, Fact, Link, Table, WorkList, WorkRow
from joinedup.web.split_views import SplitRow, SplitView

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
    "verified": "Verified number",
    "earlier": "Earlier number",
    "local": "Local number",
    "order": "Which of a multiple birth",
}
VERDICTS = {
    "agrees": "Agrees",
    "nearly": "Nearly the same",
    "differs": "Differs",
    "unknown": "Missing in one or both",
}
NOT_RECORDED = "Not recorded"
PROTECTED = "Protected"


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
                    " and ".join(
                        dict.fromkeys((date_as_known(pair.left.born), date_as_known(pair.right.born)))
                    ),
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
    """The same fields of both of a pair."""
    return two(pair.left, pair.right)


def asked_again(pair: PairView, *, at: datetime) -> str:
    """Why a pair is asked about again that somebody decided about; nothing where nobody did."""
    if pair.earlier is None:
        return ""
    when = words.moment(pair.earlier.at, at=at)
    new = ", ".join(FIELDS.get(field, field).lower() for field in pair.earlier.new)
    since = f"Since then these have come to agree: {new}." if new else "Somebody put them on the list again."
    decided = f"{pair.earlier.by} decided on {when} that they are different people"
    return f"{decided}: {pair.earlier.reason.rstrip('.')}. {since}"


def hits(found: Sequence[IdentityView], *, beside: UUID | None) -> WorkList:
    """The records that were found, each leading to who they are, or to both side by side."""
    return WorkList(
        caption=words.plural(len(found), "record"),
        columns=("Born", "Numbers", "Postcode"),
        rows=tuple(
            WorkRow(
                person=Link(
                    who.name,
                    reverse("two-records", kwargs={"one": beside, "other": who.id})
                    if beside
                    else reverse("identity", kwargs={"person_id": who.id}),
                ),
                under="",
                cells=(date_as_known(who.born), _numbers(who) or NOT_RECORDED, _postcode(who)),
            )
            for who in found
        ),
    )


def _numbers(who: IdentityView) -> str:
    """Every national number once, with its kind and what is wrong with it."""
    national = dict.fromkeys(
        f"{number.shown} ({number.kind if number.is_in_force else number.status[0].lower() + number.status[1:]})"
        for number in who.numbers
        if "//" not in number.kind and not number.kind.startswith("urn:")
    )
    return ", ".join(national)


def _postcode(who: IdentityView) -> str:
    """The postcode, unless nobody is to learn it."""
    return PROTECTED if who.is_protected else who.postcode or NOT_RECORDED


def two(left_one: IdentityView, right_one: IdentityView) -> SplitView:
    """The same fields of two people."""
    rows = zip(_facts(left_one), _facts(right_one), strict=True)
    compared = (
        SplitRow(
            left.label,
            left.value or None,
            right.value or None,
            is_compared=PROTECTED not in (left.value, right.value),
        )
        for left, right in rows
    )
    return SplitView(
        title="What is recorded of each",
        left_title="First record",
        right_title="Second record",
        rows=(
            *compared,
            SplitRow("Known to", _known_to(left_one), _known_to(right_one), is_compared=False),
        ),
    )


def _facts(who: IdentityView) -> tuple[Fact, ...]:
    """What can be compared."""
    return (
        Fact("First names", who.given),
        Fact("Family name", who.family),
        Fact("Date of birth", date_as_known(who.born) if who.born else ""),
        Fact("Sex", who.gender.capitalize()),
        Fact("Died", died_as_known(who.died)),
        Fact("Numbers", _numbers(who)),
        Fact("Address", PROTECTED if who.is_protected else who.address),
        Fact("Postcode", PROTECTED if who.is_protected else who.postcode),
        Fact("Phone", PROTECTED if who.is_protected else who.phone),
    )


def _known_to(who: IdentityView) -> str | None:
    """Return whose systems know the person, for whoever has to ask."""
    return ", ".join(sorted({source.system for source in who.sources})) or None


def why(agreements: Sequence[Agreement]) -> Table:
    """What speaks for and against, the strongest first."""
    strongest = sorted(agreements, key=lambda agreement: -abs(agreement.weight))
    return Table(
        caption="What speaks for and against one person",
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
    return (*facts[:2], former, *(fact for fact in facts[2:] if fact.label != "Numbers"))


def numbers(found: Sequence[NumberView]) -> Table:
    """Every number with who says so."""
    return Table(
        caption="Numbers",
        columns=(Column("Number"), Column("Kind"), Column("Checked"), Column("Said by"), Column("Since")),
        stacks=True,
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
        columns=(Column("System"), Column("Its id for them")),
        rows=tuple((source.system, source.fhir_id) for source in whole.who.sources),
        stacks=True,
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


def date_as_known(text: str) -> str:
    """A date as precise as it is known."""
    if len(text) == len("YYYY-MM-DD"):
        return words.short_day(date.fromisoformat(text))
    return "/".join(reversed(text.split("-"))) if text else NOT_RECORDED


def died_as_known(text: str) -> str:
    """A death as precise as it is known; nothing where none is."""
    return "Yes, date not recorded" if text == "yes" else date_as_known(text) if text else ""
