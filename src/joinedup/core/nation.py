"""The four nations. What differs between them is in their rule books, never in a branch on this value."""

from enum import StrEnum


class Nation(StrEnum):
    """A nation of the United Kingdom, by the name of its rule book."""

    ENGLAND = "england"
    SCOTLAND = "scotland"
    WALES = "wales"
    NORTHERN_IRELAND = "northern_ireland"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The nation's name as a page says it; takes the place of `str.title`, which nobody needs here."""
        return self.value.replace("_", " ").title()
