"""A sharing agreement as a file says it, read and checked; each error names the file, the line and the party.

name: Shared record of the partnership
purposes: [direct_care]
kinds: []                       # of entries; none means every kind
since: 2026-04-01
parties:
  - organisation: org-hospital  # its id in the record
  - organisation: org-charity
    gives: false

Ends at what the file says: whether the organisations are in the record, whoever keeps the agreement finds out.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from joinedup.care.access.actor import Purpose
from joinedup.core.moments import start_of_day
from joinedup.rules.nodes import Node, RuleBookError, read_node

REQUIRED = frozenset({"name", "since", "parties"})
OPTIONAL = frozenset({"purposes", "kinds", "until"})
PARTY_REQUIRED = frozenset({"organisation"})
PARTY_OPTIONAL = frozenset({"gives", "receives", "since", "until"})
FEWEST_PARTIES = 2
EMPTY = "begin with the keys name, since and parties"


class AgreementError(Exception):
    """The file can't be an agreement; the message says where, what is wrong and what to do."""


@dataclass(frozen=True)
class PartyTerms:
    """One organisation's part, by its id in the record; `where` it is said in the file."""

    organisation: str
    gives: bool
    receives: bool
    since: datetime
    until: datetime | None
    where: str


@dataclass(frozen=True)
class Terms:
    """What an agreement says."""

    name: str
    purposes: tuple[str, ...]
    kinds: tuple[str, ...]
    since: datetime
    until: datetime | None
    parties: tuple[PartyTerms, ...]


def read_terms(text: bytes, file: str, *, kinds: Collection[str] = ()) -> Terms:
    """Read an agreement from YAML; `kinds` are the kinds of entries that there are. Raises `AgreementError`."""
    if not text.strip():
        raise AgreementError(f"{file}:1: the file is empty: {EMPTY}")
    try:
        return _terms(read_node(text, file), kinds)
    except RuleBookError as error:
        raise AgreementError(str(error)) from error


def _terms(root: Node, kinds: Collection[str]) -> Terms:
    """Read the whole."""
    if not root.is_mapping():
        raise root.error(EMPTY)
    said = root.fields(REQUIRED, OPTIONAL)
    since = start_of_day(said["since"].day())
    return Terms(
        name=said["name"].text().strip(),
        purposes=_several(said, "purposes", [purpose.value for purpose in Purpose])
        or (Purpose.DIRECT_CARE.value,),
        kinds=_several(said, "kinds", kinds),
        since=since,
        until=_end(said, since),
        parties=_parties(said["parties"], since),
    )


def _several(said: Mapping[str, Node], key: str, known: Collection[str]) -> tuple[str, ...]:
    """Read a list of known words; none where the key is absent or its list empty."""
    node = said.get(key)
    if node is None or node.is_null() or node.is_empty_list():
        return ()
    found = [(item, item.text()) for item in node.items()]
    for item, word in found:
        if word not in known:
            raise item.error(f"{key}: '{word}' is none of: {', '.join(sorted(known))}")
    return tuple(dict.fromkeys(word for _, word in found))


def _parties(node: Node, since: datetime) -> tuple[PartyTerms, ...]:
    """Read the parties, none twice."""
    found: dict[str, PartyTerms] = {}
    items = node.items()
    for number, item in enumerate(items, start=1):
        party = _party(number, item, since)
        if party.organisation in found:
            raise item.error(f"party {number}: {party.organisation} is a party already: keep one")
        found[party.organisation] = party
    if len(items) < FEWEST_PARTIES:
        raise node.error("parties: name at least two organisations")
    return tuple(found.values())


def _party(number: int, item: Node, since: datetime) -> PartyTerms:
    """Read one party; whatever is wrong with it says which it is."""
    try:
        said = item.fields(PARTY_REQUIRED, PARTY_OPTIONAL)
        organisation = said["organisation"].text()
        begins = start_of_day(said["since"].day()) if "since" in said else since
        gives, receives = (said[key].yes_or_no() if key in said else True for key in ("gives", "receives"))
        until = _end(said, begins)
    except RuleBookError as error:
        problem = str(error).removeprefix(f"{error.file}:{error.line}: ")
        raise RuleBookError(error.file, error.line, f"party {number}: {problem}") from error
    return PartyTerms(
        organisation, gives, receives, begins, until, f"{item.file}:{item.line}: party {number}"
    )


def _end(said: Mapping[str, Node], since: datetime) -> datetime | None:
    """Read until when, if it is said; it must come after the beginning."""
    node = said.get("until")
    if node is None or node.is_null():
        return None
    until = start_of_day(node.day())
    if until <= since:
        raise node.error("until must be a later day than since")
    return until
