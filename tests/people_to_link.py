"""People to be compared, as tests make them: one person of whom everything is known, changed field by field."""

from dataclasses import replace
from uuid import UUID

from joinedup.core.identifiers import IdentifierKind
from joinedup.exchange.linkage import PersonToLink

NHS = IdentifierKind.NHS_NUMBER.system
CHI = IdentifierKind.CHI_NUMBER.system
# Two numbers of the test range whose check digits fit, and the first with its last but one digit mistyped.
RIGHT, OTHER, MISTYPED = "9990000026", "9990000018", "9990000036"
ALDERINE = PersonToLink(
    id=UUID(int=1),
    given="Alderine",
    family="Teacupbury",
    born="1950-03-04",
    gender="female",
    postcode="ZZ99 1AB",
    line="12 Treacle Lane",
    phone="01632 960123",
    numbers=((NHS, RIGHT),),
    systems=("hospital",),
)


def other(**changes):
    """The same person under another id, with these fields otherwise."""
    return replace(ALDERINE, id=UUID(int=2), **changes)
