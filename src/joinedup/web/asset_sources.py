"""Where the sources of styles and scripts are, and the version that follows from them.

The version is part of each asset's address, so a browser may keep what it has for ever. Ends at the sources:
`joinedup.site.assets` builds from them.
"""

import hashlib
from functools import cache
from pathlib import Path

from django.templatetags.static import static

SOURCES = Path(__file__).parent / "assets"
PACKAGE_FILES = ("package.json", "package-lock.json")
VERSION_LENGTH = 12


def packages_version() -> str:
    """A digest of the exact front-end packages that are asked for."""
    return _digest([SOURCES / name for name in PACKAGE_FILES])


@cache
def assets_version() -> str:
    """A digest of everything that the built assets depend on; worked out once a process."""
    return _digest(sorted(path for path in SOURCES.rglob("*") if path.is_file()))


def asset(name: str) -> str:
    """The address of a built asset, such as ``joinedup.css``."""
    return static(f"{assets_version()}/{name}")


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.relative_to(SOURCES).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:VERSION_LENGTH]
