"""Answers of rules for whoever reads them: a value as text, and an answer with its steps as plain JSON types."""

from collections.abc import Iterable
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from joinedup.core.explained import Citation, Explained, Source
from joinedup.core.money import format_pounds
from joinedup.rules.findings import Finding
from joinedup.rules.parameters import Entry, Parameter


def value_text(value: object) -> str:
    """Return a value as a line of text shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format_pounds(value)
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return str(value)


def as_json(answer: Explained[Any]) -> dict[str, Any]:
    """Return an answer as JSON types: amounts as text, so that no penny is lost; each step with what it rests on."""
    return {
        "value": _plain(answer.value),
        "rests_on_unverified": answer.rests_on_unverified,
        "steps": [
            {
                "what": step.what,
                "value": _plain(step.value),
                "because": step.because,
                "citations": [citation_as_json(citation) for citation in step.citations],
            }
            for step in answer.steps
        ],
    }


def findings_as_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return what is amiss as JSON types, each with what it rests on."""
    return [
        {
            "severity": finding.severity.value,
            "what": finding.what,
            "because": finding.because,
            "citations": [citation_as_json(citation) for citation in finding.citations],
        }
        for finding in findings
    ]


def parameter_as_json(parameter: Parameter) -> dict[str, Any]:
    """Return a parameter as JSON types: every value with its days, status, confidence and source."""
    return {
        "nation": parameter.nation.value,
        "topic": parameter.topic,
        "parameter": parameter.id,
        "title": parameter.title,
        "unit": str(parameter.unit),
        "entries": [entry_as_json(entry) for entry in parameter.entries],
        "gaps": [
            {"from": str(gap.period.start), "to": str(gap.period.end), "because": gap.because}
            for gap in parameter.gaps
        ],
    }


def entry_as_json(entry: Entry) -> dict[str, Any]:
    """Return one value as JSON types; without a last day, `to` is null."""
    return {
        "value": _plain(entry.value),
        "from": str(entry.period.start),
        "to": str(entry.period.end) if entry.period.end else None,
        "status": entry.status.value,
        "confidence": entry.confidence.value,
        "source": _source(entry.source),
        "note": entry.note,
    }


def citation_as_json(citation: Citation) -> dict[str, Any]:
    """Return what a step rests on."""
    return {
        "parameter": citation.parameter,
        "title": citation.title,
        "value": _plain(citation.value),
        "unit": citation.unit,
        "status": citation.status.value,
        "confidence": citation.confidence.value,
        "source": _source(citation.source),
    }


def _source(source: Source) -> dict[str, str]:
    """Return where something is written."""
    return {key: value for key, value in asdict(source).items() if value}


def _plain(value: object) -> Any:
    """Return a value in types that JSON has."""
    if isinstance(value, Decimal | date | datetime):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {key: _plain(item) for key, item in asdict(value).items()}
    return value
