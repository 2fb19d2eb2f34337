"""The command line: `joinedup COMMAND`. Each command's module is imported only when it is asked for.

`serve` must not pay for the analytical engine nor `--version` for the web framework, so the modules are named here
and loaded by name.
"""

import importlib
import sys

import click

from joinedup import __version__

COMMANDS = {
    "demo": "A synthetic partnership, served on this machine.",
    "serve": "Serve the partnership's own system.",
    "migrate": "Bring the database up to date.",
    "backup": "Write everything into one file.",
    "restore": "Everything as it was when a backup was made.",
    "doctor": "What is here and what is missing.",
    "token": "Tokens for partners' systems.",
    "account": "Accounts for people.",
    "agreement": "Sharing agreements: who may have what of whom.",
    "staff-record": "Records of people who work here, and of their families.",
    "audit": "Prove that the audit is whole.",
    "awaited": "What the record refers to and has not got.",
    "receive": "Receive a partner's extract.",
    "extract-sample": "Write a made-up extract to try receive with.",
    "load": "Load files that others published.",
    "work": "Do what waits in the background: exports, notices to subscribers.",
    "linkage": "Find people who are in the record twice.",
    "publish": "Copy the record into pseudonymised tables.",
    "measure": "List, show and compute measures.",
    "rules": "What the rule books of the four nations say, and what follows from them.",
}


class Commands(click.Group):
    """Finds a command's module by its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"joinedup.commands.{cmd_name.replace('-', '_')}").command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="joinedup")
def main() -> None:
    """joinedup: the working system of an integrated health and social care partnership."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


if __name__ == "__main__":
    main()
