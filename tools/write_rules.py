"""Write docs/rules from the rule books: what is covered by nation, topic and year, and each topic's values and cases.

`just docs` writes it; a test fails when it is out of date. Nothing here is typed by hand, so the pages can't say
anything that a rule doesn't.
"""

from collections.abc import Iterator
from pathlib import Path

from joinedup.core.explained import Confidence, Status
from joinedup.core.nation import Nation
from joinedup.rules.books import TOPICS, rule_book
from joinedup.rules.coverage import Coverage, coverage
from joinedup.rules.explaining import value_text
from joinedup.rules.nodes import Node, read_node
from joinedup.rules.parameters import Entry, Parameter
from joinedup.rules.topics import Topic

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDER = REPOSITORY / "docs" / "rules"
CASES = REPOSITORY / "tests" / "spec" / "rules"
# From the oldest value that is wanted on. The last is the newest year in which any value begins: no clock decides.
FIRST_YEAR = 1999
MARKS = {Coverage.COVERED: "●", Coverage.UNVERIFIED: "○", Coverage.MISSING: ""}
WORDS = {Confidence.PRIMARY: "", Confidence.SECONDARY: "secondary", Confidence.UNVERIFIED: "**unverified**"}


def main() -> None:
    """Write every page."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text)


def pages() -> dict[str, str]:
    """Return each page by its file's name."""
    found = {"README.md": coverage_page()}
    return found | {f"{topic.name}.md": topic_page(topic) for topic in TOPICS}


def last_year() -> int:
    """Return the newest year in which a value begins."""
    parameters = (p for t in TOPICS for n in Nation for p in rule_book(n, t.name).parameters.values())
    return max(entry.period.start.year for parameter in parameters for entry in parameter.entries)


def coverage_page() -> str:
    """Return the page that says what is covered."""
    years = range(FIRST_YEAR, last_year() + 1)
    lines = [
        "# The rule books",
        "",
        "Written by `just docs` from the rule books themselves. A day for which there is no value is refused;",
        "nothing is extrapolated. ● every day of the year is covered; ○ also, but by a value that was not traced to",
        "a document, and every answer that rests on it says so; empty: some day of the year, or all of it, is missing.",
        "",
        *(f"- [{topic.title}]({topic.name}.md)" for topic in TOPICS),
        "",
    ]
    for row in coverage(years):
        lines += [f"## {row.nation.title}: {row.topic_title}", ""]
        heads = " | ".join(f"{year % 100:02}" for year in years)
        lines += [f"| | {heads} |", f"| --- |{' --- |' * len(years)}"]
        for name, by_year in row.parameters.items():
            title = rule_book(row.nation, row.topic).parameters[name].title
            lines.append(f"| {title} | {' | '.join(MARKS[by_year[year]] for year in years)} |")
        lines.append("")
    return "\n".join(lines)


def topic_page(topic: Topic) -> str:
    """Return the page of a topic: each nation's values through time with their sources, then the cases."""
    lines = [
        f"# {topic.title}",
        "",
        "Written by `just docs` from the rule books and their tables of cases.",
        "",
    ]
    for nation in Nation:
        lines += [f"## {nation.title}", ""]
        for parameter in rule_book(nation, topic.name).parameters.values():
            lines += [f"### {parameter.title}", "", f"`{parameter.id}`, {parameter.unit}", ""]
            lines += [*_values(parameter), ""]
    lines += _cases(topic)
    return "\n".join(lines).rstrip() + "\n"


def _values(parameter: Parameter) -> Iterator[str]:
    """Return the lines of a parameter's values."""
    yield "| from | to | value | |"
    yield "| --- | --- | --- | --- |"
    for entry in parameter.entries:
        days = f"{entry.period.start} | {entry.period.end or ''}"
        yield f"| {days} | {_cell(value_text(entry.value))} | {_cell(_from(entry))} |"
    for gap in parameter.gaps:
        yield f"| {gap.period.start} | {gap.period.end} | nothing | {_cell(gap.because)} |"


def _from(entry: Entry) -> str:
    """Return where a value is from, and what is to be known of it."""
    source = entry.source
    said = f"[{source}]({source.url})" if source.url else str(source)
    status = "" if entry.status is Status.IN_FORCE else entry.status.value.replace("_", " ")
    return "; ".join(part for part in (said, status, WORDS[entry.confidence], entry.note or "") if part)


def _cell(text: str) -> str:
    """Return a text as a cell of a table holds it."""
    return text.replace("|", "\\|").replace("\n", " ")


def _cases(topic: Topic) -> list[str]:
    """Return the table of cases that the tests run, where there is one with amounts."""
    path = CASES / f"{topic.name}.yaml"
    if not path.exists():
        return []
    lines = [
        "## Cases",
        "",
        "Each is run by the tests.",
        "",
        "| nation | day | case | comes out as |",
        "| --- | --- | --- | --- |",
    ]
    for node in read_node(path.read_bytes(), path.name).items():
        fields = {key.text(): value for key, value in node.named()}
        if not {"case", "nation"} <= fields.keys():
            continue
        when = fields.get("day") or fields.get("at")
        lines.append(
            f"| {Nation(_written(fields['nation'])).title} | {_written(when) if when else ''} |"
            f" {_cell(_written(fields['case']))} | {_cell(_outcome(fields))} |"
        )
    return lines


def _outcome(fields: dict[str, Node]) -> str:
    """Return what a case comes out as, in the words of its table."""
    for name in ("error", "not_covered"):
        if name in fields:
            return f"{name.replace('_', ' ')}: {_written(fields[name])}"
    if "findings" in fields:
        found = fields["findings"]
        return "; ".join(_written(each) for each in found.items()) if found.is_list() else "nothing amiss"
    expected = fields.get("expected")
    pairs = expected.named() if expected else ()
    return ", ".join(f"{key.text().replace('_', ' ')} {_written(value)}" for key, value in pairs)


def _written(node: Node) -> str:
    """Return a scalar as its author wrote it."""
    return str(node.yaml_node.value)


if __name__ == "__main__":
    main()
