"""Write the newest versions that fit together into pyproject.toml, between the two marker lines.

A lock file would record where each file was downloaded from, which is a matter of each machine; names with exact
versions are the same everywhere. Resolving is left to uv. Run it as `just pin`, then run all the tests.
"""

import json
import subprocess
import tempfile
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
BEGIN = "# >>> pinned by tools/pin.py\n"
END = "# <<< pinned\n"
EXPORT = ("uv", "export", "--frozen", "--all-groups", "--all-extras", "--no-emit-project")
PLAIN = ("--no-hashes", "--no-annotate", "--no-header")


def main() -> None:
    """Replace what stands between the marker lines."""
    path = REPOSITORY / "pyproject.toml"
    text = path.read_text()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    unpinned = before + after
    pinned = block("constraint-dependencies", versions(unpinned))
    building = block("build-constraint-dependencies", build_versions(unpinned))
    path.write_text(f"{before}{BEGIN}{pinned}{building}{END}{after}")


def versions(project: str) -> list[str]:
    """Return `name==version ; marker` for all that the project needs on any system, resolved without pins."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pyproject.toml").write_text(project)
        run("uv", "lock", "--upgrade", cwd=folder)
        return run(*EXPORT, *PLAIN, cwd=folder).splitlines()


def build_versions(project: str) -> list[str]:
    """Return the same for what builds the wheel."""
    wanted = "\n".join(tomllib.loads(project)["build-system"]["requires"])
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "build.in").write_text(wanted)
        return run(
            "uv",
            "pip",
            "compile",
            "-q",
            "--universal",
            "--python-version",
            "3.11",
            *PLAIN[1:],
            "build.in",
            cwd=folder,
        ).splitlines()


def block(name: str, lines: list[str]) -> str:
    """Return a TOML array of strings, one a line."""
    items = "".join(f"    {json.dumps(line)},\n" for line in lines)
    return f"{name} = [\n{items}]\n"


def run(*command: str, cwd: str) -> str:
    """Run a command and return what it printed; its complaints are shown as they are."""
    return subprocess.run(command, cwd=cwd, check=True, text=True, stdout=subprocess.PIPE).stdout


if __name__ == "__main__":
    main()
