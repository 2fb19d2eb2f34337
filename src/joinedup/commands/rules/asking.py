"""What the commands about the rule books share: how a nation, a day and a file are given, and what is always told."""

from collections.abc import Iterable
from pathlib import Path

import click

from joinedup.core.explained import Citation
from joinedup.core.nation import Nation
from joinedup.rules.findings import Finding

DAY = click.DateTime(["%Y-%m-%d"])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NATION = click.Choice([nation.value for nation in Nation])
ON = click.option("--on", "on", type=DAY, required=True, help="The day that is asked about, YYYY-MM-DD.")
OF_NATION = click.option("--nation", type=NATION, required=True)
AS_JSON = click.option("--json", "is_json", is_flag=True, help="The answer with every step, as JSON.")


def say_untraced(citations: Iterable[Citation]) -> list[str]:
    """Return the line that names values which were not traced; none when each was."""
    names = ", ".join(
        citation.title or citation.parameter for citation in citations if citation.is_unverified
    )
    return [f"Rests on values that have not been traced to a document: {names}."] if names else []


def findings_in_words(findings: list[Finding], untraced: Iterable[Citation]) -> str:
    """Return findings line by line, with what each rests on."""
    lines = [] if findings else ["Nothing amiss by what the rule book holds."]
    for finding in findings:
        lines.append(f"{finding.severity}: {finding.what}: {finding.because}")
        lines += [f"  ({citation.source})" for citation in finding.citations]
    return "\n".join([*lines, *say_untraced(untraced)])
