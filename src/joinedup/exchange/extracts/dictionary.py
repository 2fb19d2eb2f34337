"""The data dictionary of an extract: what each column is, means and may hold, and how well we know it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from joinedup.core.explained import Confidence


class Kind(StrEnum):
    """What the text of a field stands for."""

    TEXT = "text"
    CODE = "code"
    DATE = "date"
    TIME = "time"
    MOMENT = "moment"
    NUMBER = "number"
    WHOLE_NUMBER = "whole_number"
    NATIONAL_NUMBER = "national_number"
    POSTCODE = "postcode"
    ICD_10 = "icd_10"
    OPCS_4 = "opcs_4"


class OtherCodes(StrEnum):
    """What becomes of a code that is not in the list: the row is refused, or the code is kept as it came."""

    REFUSE = "refuse"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes that a column may hold, each with its meaning in our words."""

    id: str
    title: str
    source: str
    confidence: Confidence
    others: OtherCodes
    meanings: Mapping[str, str]
    spellings: Mapping[str, str]

    def spelled(self, code: str) -> str:
        """The code as the list spells it, whatever its capitals; a code that is not in the list as it is."""
        return code if code in self.meanings else self.spellings.get(code.casefold(), code)


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the extract. `format` is how dates and times are written; `codes` names a code list."""

    name: str
    meaning: str
    kind: Kind
    is_required: bool
    format: str
    codes: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class FileShape:
    """How the file is written: what parts the columns, its encoding, and what stands for nothing at all."""

    delimiter: str
    encoding: str
    nothing: frozenset[str]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Everything about the columns of one extract."""

    extract: str
    title: str
    publisher: str
    about: str
    source: str
    confidence: Confidence
    shape: FileShape
    fields: Mapping[str, Field]
    code_lists: Mapping[str, CodeList]

    def list_of(self, field: Field) -> CodeList | None:
        """The code list of the field, if it has one."""
        return self.code_lists.get(field.codes)

    @property
    def unverified(self) -> tuple[str, ...]:
        """Everything here that we could not trace to a document, in words."""
        lists = tuple(
            f"codes of {each.title}" for each in self.code_lists.values() if is_unverified(each.confidence)
        )
        fields = tuple(each.name for each in self.fields.values() if is_unverified(each.confidence))
        whole = ("the layout as a whole",) if is_unverified(self.confidence) else ()
        named = (f"the columns {', '.join(fields)}",) if fields and not whole else ()
        return (*whole, *named, *lists)


def is_unverified(confidence: Confidence) -> bool:
    """Whether it was traced to no document."""
    return confidence is Confidence.UNVERIFIED
