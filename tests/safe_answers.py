"""Asking at the API's own door, and what every answer must be, whatever was asked: no fault of ours, in a form that
can be read, and with nothing of the machinery in it.
"""

import json
import re
from dataclasses import dataclass
from xml.etree import ElementTree

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from joinedup.site.charsets import in_utf_8

# Words that only a program says: names of exceptions, of modules, and how Python shows things.
MACHINERY = re.compile(
    r"Traceback|\b[A-Z][A-Za-z]*(?:Error|Exception)\b|psycopg|django|msgspec|\bexpat\b|joinedup\.(?:care|exchange|web)"
    r"|SELECT |<class |<function | object at 0x|\bNoneType\b|`[a-z]+`|\.py\b"
)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def text(self):
        """All that it says, headers too."""
        return f"{self.headers}\n{self.body}"


class Door(RequestFactory):
    """Sends requests to the application as a server does: through all of it, and what it raises is raised here."""

    application = staticmethod(in_utf_8(WSGIHandler()))

    def request(self, **request):
        """Ask, and read the answer to its end. The connection stays: the transaction of the test is in it."""
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        try:
            return self._asked(self._base_environ(**request))
        finally:
            for signal in (request_started, request_finished):
                signal.connect(close_old_connections)

    def _asked(self, environ):
        told = []
        chunks = self.application(environ, lambda status, headers: told.extend((status, headers)))
        try:
            body = b"".join(chunks)
        finally:
            chunks.close()
        return Answer(int(told[0][:3]), dict(told[1]), body.decode())


def check_answer(asked, answer):
    """Check the answer to a request."""
    assert answer.status < 500, answer.text
    found = _read(answer)
    if 400 <= answer.status < 500 and asked.method != "HEAD":
        assert found == "OperationOutcome", f"{answer.status} {answer.text[:300]}"
    # What was sent may come back, as a name of a parameter or in an address.
    if not MACHINERY.search(asked.text()):
        assert not MACHINERY.search(answer.text), MACHINERY.search(answer.text)


def _read(answer):
    """Read the body in the form that it says it has; return the type of the resource."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if not answer.body:
        return ""
    if kind == "application/fhir+json":
        return json.loads(answer.body).get("resourceType", "")
    if kind == "application/fhir+xml":
        return ElementTree.fromstring(answer.body.encode()).tag.rpartition("}")[2]  # noqa: S314 - our own answer
    assert kind == "application/fhir+ndjson", kind
    for line in answer.body.splitlines():
        json.loads(line)
    return "lines"
