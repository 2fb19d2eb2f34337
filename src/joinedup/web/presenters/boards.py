"""What is amiss with a board, as its page shows it: what law asks first, and what each rests on."""

from dataclasses import dataclass
from datetime import date

from joinedup.rules.boards.checking import check_board, untraced_rules
from joinedup.rules.boards.declared_board import Board
from joinedup.rules.findings import Finding, Severity
from joinedup.web.components import Source, StatusTag, Tone
from joinedup.web.presenters.explanations import UNVERIFIED, sources_of

ASKED_BY = {
    Severity.MUST: StatusTag("Law", Tone.CONCERN),
    Severity.SHOULD: StatusTag("Guidance", Tone.INFORMATION),
}


@dataclass(frozen=True)
class FindingShown:
    """One thing that is amiss, and who asks for it."""

    what: str
    asked_by: StatusTag
    because: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Checked:
    """Everything that is amiss, and what to be careful of."""

    findings: tuple[FindingShown, ...]
    caution: str


def checked(board: Board, on: date) -> Checked:
    """What is amiss with a board on a day."""
    findings = sorted(check_board(board, on), key=lambda each: list(Severity).index(each.severity))
    return Checked(tuple(_shown(each) for each in findings), UNVERIFIED if untraced_rules(board, on) else "")


def _shown(finding: Finding) -> FindingShown:
    return FindingShown(
        finding.what, ASKED_BY[finding.severity], finding.because, sources_of(finding.citations)
    )
