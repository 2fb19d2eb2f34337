"""What a run found, for reading (Markdown) and for keeping (JSON). Counts and weights only: it names nobody."""

import json
from dataclasses import asdict
from math import log2
from pathlib import Path
from typing import Any

from joinedup.exchange.linkage.finding import Found
from joinedup.exchange.linkage.judging import LINK, REVIEW
from joinedup.exchange.linkage.training import FEWEST_PEOPLE, FEWEST_SURE_PAIRS
from joinedup.exchange.linkage.trial import Trial

Cells = tuple[object, ...]


def write_report(path: Path, found: Found, trial: Trial | None = None) -> None:
    """Write the report: JSON where the file's name ends so, else Markdown. `OSError` where that can't be done."""
    is_json = path.suffix == ".json"
    text = json.dumps(as_json(found, trial), indent=1) if is_json else as_markdown(found, trial)
    path.write_text(text + "\n", encoding="utf-8")


def as_json(found: Found, trial: Trial | None = None) -> dict[str, Any]:
    """Return the report as plain values."""
    told: dict[str, Any] = {
        "people": found.people,
        "compared": found.compared,
        "to_link": len(found.to_link),
        "joined": found.joined,
        "to_review": len(found.to_review),
        "within_one_system": found.within_one_system,
        "thresholds": {"link": LINK, "review": REVIEW},
        "seconds": {step: round(seconds, 2) for step, seconds in found.seconds.items()},
        "learned_from_sure_pairs": found.model.sure_pairs,
        "weights": [asdict(each) for each in found.model.parameters],
    }
    return told | ({"trial": _trial_as_json(trial)} if trial else {})


def _trial_as_json(trial: Trial) -> dict[str, Any]:
    qualities = [*trial.thresholds, trial.joined]
    rates = [asdict(each) | {"precision": each.precision, "recall": each.recall} for each in qualities]
    return {
        "records": trial.records,
        "persons": trial.persons,
        "thresholds": rates[:-1],
        "joined": rates[-1],
        "slips": [asdict(each) for each in trial.slips],
    }


def as_markdown(found: Found, trial: Trial | None = None) -> str:
    """Return the report as Markdown."""
    parts = ["# Duplicates found", *_summary(found)]
    if trial:
        parts += _trial(trial)
    return "\n\n".join([*parts, "## What each field weighs", _weights(found)])


def _summary(found: Found) -> list[str]:
    seconds = [(step, f"{seconds:.1f}") for step, seconds in found.seconds.items()]
    counts: list[Cells] = [
        ("people", found.people),
        ("pairs compared", found.compared),
        (f"to link, score {LINK:g} or more", len(found.to_link)),
        *([] if found.joined is None else [("of these, joined without being asked", found.joined)]),
        (f"to review, score {REVIEW:g} or more", len(found.to_review)),
        ("of all these, both known to one system", found.within_one_system),
    ]
    return [
        _table(("what", "how many"), counts),
        _learned(found),
        "## Time by step",
        _table(("step", "seconds"), [*seconds, ("all", f"{sum(found.seconds.values()):.1f}")]),
    ]


def _learned(found: Found) -> str:
    sure = found.model.sure_pairs
    if sure:
        return f"The weights were learned from {sure:,} pairs that share a national number."
    return (
        f"There are fewer than {FEWEST_PEOPLE} people, or fewer than {FEWEST_SURE_PAIRS} pairs that share a national "
        "number, to learn from: how often one person's fields agree is as declared."
    )


def _trial(trial: Trial) -> list[str]:
    rates: list[Cells] = [
        (each.name, each.pairs, each.pairs - each.right, f"{each.precision:.5f}", f"{each.recall:.5f}")
        for each in (*trial.thresholds, trial.joined)
    ]
    slips: list[Cells] = [
        (
            each.slip,
            each.true,
            each.linked,
            f"{each.linked / each.true:.4f}" if each.true else "",
            each.asked,
            each.wrongly_linked,
            each.wrongly_asked,
        )
        for each in trial.slips
    ]
    heads = (
        "what went wrong",
        "pairs",
        "linked",
        "recall",
        "to review",
        "wrongly linked",
        "wrongly to review",
    )
    return [
        "## Against the truth",
        f"{trial.records:,} records of {trial.persons:,} made-up persons; every pair of records counts.",
        _table(("score from", "pairs", "wrong", "precision", "recall"), rates),
        "`joined`: when every pair to link is linked, and whoever is linked to the same is one.",
        "## By what went wrong in either record",
        _table(heads, slips),
    ]


def _weights(found: Found) -> str:
    rows: list[Cells] = [
        (each.field, each.words, f"{each.m:.5f}", f"{each.u:.7f}", f"{log2(each.m / each.u):+.1f}")
        for each in found.model.parameters
    ]
    return _table(("field", "how it agrees", "in one person", "in two people", "weight"), rows)


def _table(heads: Cells, rows: list[Cells]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
