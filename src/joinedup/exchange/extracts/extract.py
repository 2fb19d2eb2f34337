"""An extract as it is used: its data dictionary and its mapping, shipped with joinedup or the partner's own."""

from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from joinedup.exchange.extracts.dictionary import Dictionary
from joinedup.exchange.extracts.loading import load_mapping
from joinedup.exchange.extracts.loading_dictionary import load_dictionary
from joinedup.exchange.extracts.mapping import Mapped
from joinedup.exchange.extracts.problems import UnknownExtractError

SHIPPED = "joinedup.exchange.extracts"
DICTIONARY_FILE, MAPPING_FILE = "dictionary.yaml", "mapping.yaml"


@dataclass(frozen=True, slots=True)
class Extract:
    """What the columns are, and what becomes of them."""

    dictionary: Dictionary
    mapped: Mapped

    @property
    def name(self) -> str:
        return self.dictionary.extract


def extract_names() -> tuple[str, ...]:
    """The extracts that are shipped."""
    folder = files(SHIPPED) / "shipped"
    return tuple(sorted(each.name for each in folder.iterdir() if (each / MAPPING_FILE).is_file()))


def load_extract(name: str) -> Extract:
    """A shipped extract by its name, or a partner's own by its folder.

    Raises `UnknownExtractError`, or `RuleBookError` with file and line when a YAML file can't be trusted.
    """
    if name in extract_names():
        return _load(files(SHIPPED) / "shipped" / name, name)
    own = Path(name)
    if (own / MAPPING_FILE).is_file():
        return _load(own, own.name)
    raise UnknownExtractError(name, extract_names())


def _load(folder: Traversable, name: str) -> Extract:
    described = (folder / DICTIONARY_FILE).read_bytes()
    dictionary = load_dictionary(described, f"{name}/{DICTIONARY_FILE}")
    mapping = (folder / MAPPING_FILE).read_bytes()
    return Extract(dictionary, load_mapping(mapping, f"{name}/{MAPPING_FILE}", dictionary, described))
