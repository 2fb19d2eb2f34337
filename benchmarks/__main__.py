"""Run the benchmarks, each in a process of its own, and print one table."""

import importlib
import subprocess
import sys

from benchmarks.machine import Figure, table

# `growth` takes long and is asked for by name.
NAMES = ("bundles", "reading", "audit", "pages", "demo", "measure", "linkage", "rules")


def main() -> None:
    """Run the one that is named, or all."""
    if len(sys.argv) > 1:
        figures: list[Figure] = importlib.import_module(f"benchmarks.{sys.argv[1]}").measure()
        print(table(figures))
        return
    for name in NAMES:
        print(f"\n## {name}\n", flush=True)
        subprocess.run([sys.executable, "-m", "benchmarks", name], check=True, timeout=600)


if __name__ == "__main__":
    main()
