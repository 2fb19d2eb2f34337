"""Styles and scripts: installed from npm and compiled on the machine that serves them, once a version.

Nothing is fetched while a page is shown, and nothing comes from another site. A build goes into a draft
folder that is renamed when complete: an interrupted one leaves nothing half-made, two at once do no harm.
"""

import errno
import gzip
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from joinedup.site.node import AssetsError, Node, find_node
from joinedup.web.asset_sources import PACKAGE_FILES, SOURCES, assets_version, packages_version

ENVIRONMENT_NAME = "JOINEDUP_ASSETS"
DRAFT_PREFIX = ".draft-"
# A draft this old was left by a build that was killed.
DRAFT_LIFETIME_SECONDS = 60 * 60
SCRIPTS = ("nhsuk-frontend/dist/nhsuk/nhsuk-frontend.min.js", "htmx.org/dist/htmx.min.js")
# The pictures that the design system's styles ask for; the others there are logos, which are not ours to use.
PICTURES = tuple(
    f"nhsuk-frontend/dist/nhsuk/assets/images/nhsuk-icon-{name}.svg"
    for name in ("arrow-down", "arrow-up", "arrow-up-down", "cross")
)
STYLES = "joinedup.scss"
COMPRESSED = (".css", ".js", ".svg")

__all__ = ["AssetsError", "AssetsReport", "assets_folder", "axe_script", "build_assets", "find_assets"]


@dataclass(frozen=True)
class AssetsReport:
    """Where the assets are, and whether they had to be built just now."""

    folder: Path
    is_new: bool


def assets_folder() -> Path:
    """The folder that keeps packages and built assets: `JOINEDUP_ASSETS`, else the user's cache."""
    chosen = os.environ.get(ENVIRONMENT_NAME)
    if chosen:
        return Path(chosen).expanduser().resolve()
    return platformdirs.user_cache_path("joinedup", appauthor=False) / "assets"


def find_assets(folder: Path | None = None) -> Path | None:
    """The folder to serve as static files if this version's assets are built, else None."""
    built = _built(folder or assets_folder())
    return built.parent if built.is_dir() else None


def build_assets(
    folder: Path | None = None, *, progress: Callable[[str], None] = lambda _: None
) -> AssetsReport:
    """Build this version's assets unless they are there. `AssetsError` says what failed and what to do."""
    folder = folder or assets_folder()
    built = _built(folder)
    if built.is_dir():
        return AssetsReport(built.parent, is_new=False)
    try:
        _remove_old_drafts(folder)
        packages = _install_packages(folder, progress)
        progress("Compiling styles")
        _in_draft(folder, built, lambda draft: _compile(packages, draft))
    except OSError as error:
        raise AssetsError(_explain(error, folder)) from error
    return AssetsReport(built.parent, is_new=True)


def axe_script(folder: Path | None = None) -> Path:
    """The accessibility checker that the browser tests put into each page; never served."""
    return _packages(folder or assets_folder()) / "node_modules" / "axe-core" / "axe.min.js"


def _built(folder: Path) -> Path:
    return folder / "built" / assets_version()


def _packages(folder: Path) -> Path:
    return folder / "packages" / packages_version()


def _install_packages(folder: Path, progress: Callable[[str], None]) -> Path:
    packages = _packages(folder)
    if not packages.is_dir():
        node = find_node()
        progress(f"Installing front-end packages with npm ({node.found_in})")
        _in_draft(folder, packages, lambda draft: _npm_ci(node, draft))
    return packages / "node_modules"


def _npm_ci(node: Node, draft: Path) -> None:
    for name in PACKAGE_FILES:
        shutil.copyfile(SOURCES / name, draft / name)
    # No package's own scripts are run, and the optional ones (file watchers) have no use here.
    node.npm(
        "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--prefer-offline", cwd=draft
    )


def _compile(packages: Path, draft: Path) -> None:
    """Write the style sheet, scripts and pictures, each also compressed, as WhiteNoise looks for them."""
    find_node().run(
        packages / "sass" / "sass.js",
        "--style=compressed",
        "--no-source-map",
        "--quiet-deps",
        f"--load-path={packages}",
        SOURCES / STYLES,
        draft / "joinedup.css",
        cwd=draft,
    )
    theirs = (packages / name for name in (*SCRIPTS, *PICTURES))
    for file in (*theirs, *SOURCES.glob("*.js"), *SOURCES.glob("*.svg")):
        shutil.copyfile(file, draft / file.name)
    for path in [path for path in draft.iterdir() if path.suffix in COMPRESSED]:
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))


def _in_draft(folder: Path, final: Path, fill: Callable[[Path], None]) -> None:
    """Fill a draft folder, then give it its final name in one step."""
    final.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=DRAFT_PREFIX, dir=folder))
    try:
        draft.chmod(0o755)
        fill(draft)
        draft.rename(final)
    except OSError as error:
        # Another process finished the same build first: its result is as good as ours.
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST) or not final.is_dir():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _remove_old_drafts(folder: Path) -> None:
    oldest = time.time() - DRAFT_LIFETIME_SECONDS
    for draft in folder.glob(f"{DRAFT_PREFIX}*"):
        if draft.stat().st_mtime < oldest:
            shutil.rmtree(draft, ignore_errors=True)


def _explain(error: OSError, folder: Path) -> str:
    if error.errno == errno.ENOSPC:
        return (
            f"The disk is full. Make room for 50 MB in {folder}, or set {ENVIRONMENT_NAME} to another folder."
        )
    return f"{folder} can't be written ({error.strerror}). Set {ENVIRONMENT_NAME} to a folder that can be."
