"""The least that a read can cost on this machine: a bare WSGI application that does the same three statements.

Token look-up, read, audit insert with psycopg alone, on the same server with as many threads; no framework, no checks.
"""

import hashlib
import os
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import psycopg

LOCAL = threading.local()
TOKEN = "SELECT scopes FROM access_token WHERE digest = %s AND revoked_at IS NULL"
READ = """SELECT e.body, r.person_id FROM record_resource r
    JOIN record_entry e ON e.resource_id = r.id AND e.version = r.version WHERE r.type = %s AND r.fhir_id = %s"""
AUDIT = """INSERT INTO access_auditevent (kind, at, actor_name, role, organisation_name, person_id, subject)
    VALUES ('look', %s, 'bare', '', '', %s, %s)"""


def application(environ: dict[str, str], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answer GET /fhir/R4/Type/id."""
    if not hasattr(LOCAL, "connection"):
        LOCAL.connection = psycopg.connect(os.environ["JOINEDUP_DATABASE_URL"], autocommit=True)
    token = environ["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    _, _, _, type_, fhir_id = environ["PATH_INFO"].split("/")
    run = LOCAL.connection.execute
    run(TOKEN, [hashlib.sha256(token.encode()).digest()]).fetchone()
    body, person = run(READ, [type_, fhir_id]).fetchone()
    run(AUDIT, [datetime.now(UTC), person, f"{type_}/{fhir_id}"])
    start_response("200 OK", [("Content-Type", "application/fhir+json")])
    return [body.encode()]
