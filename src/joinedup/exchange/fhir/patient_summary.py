"""The emergency summary as an International Patient Summary: a document Bundle (HL7 IPS, FHIR R4).

Made from what `joinedup.care.record.emergency` chose. Each section has words for people and the entries themselves;
a required section without entries says that nothing is known here, which is not the same as "none".
"""

import html
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from joinedup.care.record.emergency import Section
from joinedup.care.record.logic import happened_text, stamp
from joinedup.care.record.titles import title_of

Json = dict[str, Any]
LOINC = "http://loinc.org"
SUMMARY_CODE = "60591-5"
EMPTY_REASONS = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
AUTHOR_URL = "urn:uuid:6a6f696e-6564-4570-8075-6d6d61727931"


def summary_bundle(sections: Sequence[Section], patient: Json, *, base: str, at: datetime) -> bytes:
    """Return the document: composition first, then the person, the author and every entry, each once."""
    patient_url = f"{base}/Patient/{patient['id']}"
    contents = {_url(base, content): content for section in sections for content in section.contents}
    composition = {
        "resourceType": "Composition",
        "status": "final",
        "type": _concept(SUMMARY_CODE, "Patient summary Document"),
        "subject": {"reference": patient_url},
        "date": stamp(at),
        "author": [{"reference": AUTHOR_URL, "display": "joinedup"}],
        "title": "Emergency summary",
        "confidentiality": "N",
        "section": [_section(section, base) for section in sections],
    }
    author = {
        "resourceType": "Device",
        "deviceName": [{"name": "joinedup, the shared record", "type": "user-friendly-name"}],
    }
    entries = [(f"urn:uuid:{uuid.uuid4()}", composition), (patient_url, patient), (AUTHOR_URL, author)]
    entries += [(url, content) for url, content in contents.items() if url != patient_url]
    return msgspec.json.encode(
        {
            "resourceType": "Bundle",
            "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{uuid.uuid4()}"},
            "type": "document",
            "timestamp": stamp(at),
            "entry": [{"fullUrl": url, "resource": content} for url, content in entries],
        }
    )


def _url(base: str, content: Json) -> str:
    """Return the address of an entry."""
    return f"{base}/{content['resourceType']}/{content['id']}"


def _concept(code: str, display: str) -> Json:
    """Return a LOINC concept."""
    return {"coding": [{"system": LOINC, "code": code, "display": display}]}


def _section(section: Section, base: str) -> Json:
    """Return a section of the composition."""
    said: Json = {
        "title": section.kind.title,
        "code": _concept(section.kind.code, section.kind.title),
        "text": {"status": "generated", "div": _narrative(section)},
    }
    if section.contents:
        return said | {"entry": [{"reference": _url(base, content)} for content in section.contents]}
    reason = {"system": EMPTY_REASONS, "code": "unavailable", "display": "Unavailable"}
    return said | {
        "emptyReason": {"coding": [reason], "text": "Nothing is recorded here; that does not mean none"}
    }


def _narrative(section: Section) -> str:
    """Return the section in words, escaped: what a partner wrote is text and never markup."""
    lines = "".join(f"<li>{html.escape(line)}</li>" for line in _lines(section))
    said = f"<ul>{lines}</ul>" if lines else "<p>Nothing is recorded here.</p>"
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{said}</div>'


def _lines(section: Section) -> Iterator[str]:
    """Return one line for each entry: what it is, and its date as it was sent."""
    for content in section.contents:
        when = happened_text(content)[:10]
        yield f"{title_of(content)} ({when})" if when else title_of(content)
