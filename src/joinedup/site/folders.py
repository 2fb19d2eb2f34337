"""The data folder: where this installation keeps its database, its secrets and what it publishes.

One folder holds everything that must be backed up. Secrets are made on first use, readable by the owner only.
"""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from joinedup.core.nation import Nation

ENVIRONMENT_NAME = "JOINEDUP_DATA"
SETUP_NAME = "setup.json"


class DataFolderError(Exception):
    """The data folder can't be used; the message says why and what to do."""


@dataclass(frozen=True)
class DataFolder:
    """Paths inside one data folder."""

    root: Path

    @property
    def postgres(self) -> Path:
        """The embedded database's own folder."""
        return self.root / "postgres"

    @property
    def insight(self) -> Path:
        """Published tables and the results computed from them."""
        return self.root / "insight"

    @property
    def secrets(self) -> Path:
        """Keys that are made here and never leave."""
        return self.root / "secrets"

    @property
    def nation(self) -> Nation:
        """The nation whose rule book this installation works by: `JOINEDUP_NATION`, else as set up here."""
        said = os.environ.get("JOINEDUP_NATION") or self.setup().get("nation", Nation.ENGLAND.value)
        try:
            return Nation(said)
        except ValueError:
            names = ", ".join(nation.value for nation in Nation)
            raise DataFolderError(f"The nation {said!r} is not known. Use one of: {names}.") from None

    def setup(self) -> dict[str, str]:
        """Return what was noted when this folder was set up."""
        path = self.root / SETUP_NAME
        return dict(json.loads(path.read_text())) if path.exists() else {}

    def note_setup(self, **facts: str) -> None:
        """Add to what is noted of this folder's set-up."""
        self.make()
        draft = self.root / f".{SETUP_NAME}.{os.getpid()}"
        draft.write_text(json.dumps(self.setup() | facts, indent=1))
        draft.replace(self.root / SETUP_NAME)

    def make(self) -> None:
        """Create the folder, or say why that can't be done."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.insight.mkdir(exist_ok=True)
            self.secrets.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise DataFolderError(
                f"The data folder {self.root} can't be written ({error.strerror}). "
                "Choose another with --data DIR, or make room on the disk."
            ) from error

    def secret(self, name: str) -> str:
        """Return the secret called `name`, made at random (256 bits) the first time."""
        path = self.secrets / f"{name}.key"
        if not path.exists():
            self._write_secret(path)
        return path.read_text().strip()

    def _write_secret(self, path: Path) -> None:
        """Write a new secret under a name of its own, then link it: two starters agree on one."""
        self.make()
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        finally:
            draft.unlink()


def data_folder(chosen: str | Path | None = None) -> DataFolder:
    """Return the data folder: the one chosen, else `JOINEDUP_DATA`, else the user's own."""
    root = (
        chosen or os.environ.get(ENVIRONMENT_NAME) or platformdirs.user_data_path("joinedup", appauthor=False)
    )
    return DataFolder(Path(root).expanduser().resolve())
