"""Build the wheel and hold it to what an installation needs: every file of the package, and a demo that starts.

The demo is made in an empty environment that has nothing but the wheel and what it declares.
"""

import os
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGE = REPOSITORY / "src" / "joinedup"
PROGRAMS = "Scripts" if os.name == "nt" else "bin"


def main() -> int:
    """Return 1 when something is missing or does not work."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run("uv", "build", "--quiet", "--wheel", "--out-dir", folder, REPOSITORY)
        wheel = next(folder.glob("*.whl"))
        missing = missing_from(wheel)
        for path in missing:
            print(f"not in the wheel: {path}")
        print(f"{wheel.name}: {wheel.stat().st_size / 1024:.0f} KB", flush=True)
        try_out(wheel, folder)
        return 1 if missing else 0


def missing_from(wheel: Path) -> list[str]:
    """Return the files of the package that the wheel lacks."""
    packed = set(zipfile.ZipFile(wheel).namelist())
    wanted = (path.relative_to(PACKAGE.parent).as_posix() for path in PACKAGE.rglob("*") if path.is_file())
    return sorted(path for path in wanted if "__pycache__" not in path and path not in packed)


def try_out(wheel: Path, folder: Path) -> None:
    """Install the wheel into an empty environment and make a small demo with it."""
    environment = folder / "environment"
    run("uv", "venv", "--quiet", "--python", sys.executable, environment)
    run("uv", "pip", "install", "--quiet", "--python", environment, "--constraint", pinned(folder), wheel)
    program = environment / PROGRAMS / "joinedup"
    run(program, "--version")
    run(program, "demo", "--people", "50", "--no-serve", "--data", folder / "data")


def pinned(folder: Path) -> Path:
    """Write the exact versions of pyproject.toml in the form that an installation takes."""
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    path = folder / "constraints.txt"
    path.write_text("\n".join(settings["tool"]["uv"]["constraint-dependencies"]))
    return path


def run(*command: str | Path) -> None:
    """Run a command away from the repository, so that only what is installed is found."""
    subprocess.run(
        [str(part) for part in command], check=True, cwd=tempfile.gettempdir(), stdin=subprocess.DEVNULL
    )


if __name__ == "__main__":
    sys.exit(main())
