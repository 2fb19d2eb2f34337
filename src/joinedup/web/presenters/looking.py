"""Looking at records, for whoever looks after privacy: emergency openings, what is unusual, what came of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.urls import reverse

from joinedup.care.access.looks import Look
from joinedup.care.privacy.findings import Evidence, Finding, OfRule
from joinedup.care.privacy.names import Named
from joinedup.care.privacy.openings import Openings, OpeningView
from joinedup.care.privacy.reviewing import ReviewView
from joinedup.care.privacy.rules import DAYS_BEFORE, Rule
from joinedup.web import words
from joinedup.web.components import Definition, Fact, FilterGroup, FilterLink, Pages
from joinedup.web.presenters.looks import LookRow, look_row

LIST = "#list"


@dataclass(frozen=True)
class OpeningRow:
    """One emergency opening in a list."""

    who: str
    organisation: str
    href: str
    person: str
    born: str
    when: str
    reason: str
    looks: str
    outcome: str


@dataclass(frozen=True)
class ReviewRow:
    """One review: what was found out, by whom and when."""

    outcome: str
    note: str
    by_whom: str


def opening_row(opening: OpeningView, *, at: datetime) -> OpeningRow:
    """Put one opening in words."""
    newest = opening.reviews[0] if opening.reviews else None
    return OpeningRow(
        who=opening.who,
        organisation=opening.organisation,
        href=reverse("opening", kwargs={"opening_id": opening.id}),
        person=opening.person.name,
        born=born(opening.person),
        when=words.moment(opening.since, at=at),
        reason=opening.reason,
        looks=looked(opening.looks),
        outcome=newest.outcome if newest else "New",
    )


def looked(count: int) -> str:
    """Return how often, in words; "nothing" is news too."""
    return words.plural(count, "time") if count else "Nothing was looked at"


def born(person: Named) -> str:
    """Return when they were born, as far as it is known."""
    if not person.born:
        return ""
    try:
        return f"born {words.short_day(date.fromisoformat(person.born))}"
    except ValueError:
        return f"born {person.born}"


def pages(found: Openings, per_page: int) -> Pages:
    """Return where in the list this page is."""
    first = (found.page - 1) * per_page + 1
    last = min(found.page * per_page, found.total)
    count = words.plural(found.total, "opening")
    shown = f"{first} to {last} of {count}" if found.pages > 1 else count
    return Pages(found.page, found.pages, "?page=", shown, LIST)


def opening_facts(opening: OpeningView, *, at: datetime) -> Definition:
    """Return what is known of one opening."""
    return Definition(
        (
            Fact("Opened by", f"{opening.who}, {opening.organisation}"),
            Fact("Whose record", ", ".join(filter(None, (opening.person.name, born(opening.person))))),
            Fact("From", words.moment(opening.since, at=at)),
            Fact("Until", words.moment(opening.until, at=at)),
            Fact("Reason given", opening.reason),
        )
    )


def look_rows(looks: Sequence[Look]) -> list[LookRow]:
    """Put the looks in words."""
    return [look_row(look) for look in looks]


def review_rows(reviews: Sequence[ReviewView]) -> list[ReviewRow]:
    """Put the reviews in words, newest first."""
    return [
        ReviewRow(review.outcome, review.note, f"{review.by_name}, {words.moment(review.at)}")
        for review in reviews
    ]


@dataclass(frozen=True)
class FindingRow:
    """One finding in a list."""

    who: str
    href: str
    person: str
    born: str
    reason: str
    when: str
    outcome: str


@dataclass(frozen=True)
class RuleSection:
    """What one rule found. `more` says so where not all are shown."""

    id: str
    title: str
    asks: str
    rows: tuple[FindingRow, ...]
    new: int
    more: str


def rule_section(of_rule: OfRule, days: int, *, at: datetime) -> RuleSection:
    """Put what a rule found in words."""
    left = of_rule.total - len(of_rule.shown)
    rule = of_rule.rule
    return RuleSection(
        id=rule.id,
        title=rule.title,
        asks=asks_of(rule),
        rows=tuple(_finding_row(one, days, at) for one in of_rule.shown),
        new=of_rule.new,
        more=f"{words.plural(left, 'more')} with fewer looks. Choose a shorter time to see them."
        if left
        else "",
    )


def asks_of(rule: Rule) -> str:
    """Return what a rule looks for, with its thresholds."""
    return rule.asks.format(days_before=DAYS_BEFORE, **rule.limits)


def _finding_row(finding: Finding, days: int, at: datetime) -> FindingRow:
    """Put one finding in words."""
    return FindingRow(
        who=finding.who,
        href=f"{reverse('finding', kwargs={'rule_id': finding.rule.id, 'key': finding.key})}?days={days}",
        person=finding.person.name if finding.person else "Several",
        born=born(finding.person) if finding.person else "",
        reason=finding.reason,
        when=_between(finding.first_at, finding.last_at, at),
        outcome=_outcome(finding),
    )


def _between(first: datetime, last: datetime, at: datetime) -> str:
    """Return from when until when."""
    begin, end = words.moment(first, at=at), words.moment(last, at=at)
    return begin if begin == end else f"{begin} to {end}"


def _outcome(finding: Finding) -> str:
    """Return what came of it so far."""
    if not finding.reviews:
        return "New"
    outcome = finding.reviews[0].outcome
    return f"New since: {outcome.lower()}" if finding.is_new else outcome


def periods(days: int, choices: Sequence[int]) -> FilterGroup:
    """Return the times that can be chosen."""
    links = tuple(
        FilterLink(f"Last {words.plural(one, 'day')}", f"?days={one}", None, one == days) for one in choices
    )
    return FilterGroup("Time", links)


def finding_facts(finding: Finding, *, at: datetime) -> Definition:
    """Return what is known of one finding."""
    facts = [Fact("Who", finding.who)]
    if finding.person:
        facts.append(
            Fact("Whose record", ", ".join(filter(None, (finding.person.name, born(finding.person)))))
        )
    facts += [
        Fact("Why it is asked about", finding.reason),
        Fact("When", _between(finding.first_at, finding.last_at, at)),
        Fact("What this rule looks for", asks_of(finding.rule)),
    ]
    return Definition(tuple(facts))


def evidence_rows(evidence: Sequence[Evidence]) -> list[LookRow]:
    """Put what was done in words, each with whose record it was."""
    return [
        replace(look_row(one.look), person=one.person.name if one.person else "Nobody in particular")
        for one in evidence
    ]
