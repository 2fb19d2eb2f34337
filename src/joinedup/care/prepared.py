"""Statements that PostgreSQL plans once a connection: for the few that every request of a system runs.

Django sends each statement with its values written in, so that it is parsed and planned each time, which costs
these short ones more than their work. Here the values travel apart. Transactions and errors are Django's own.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection


def run_prepared(statement: str, values: Sequence[object]) -> tuple[Any, ...] | None:
    """Run one statement and return its first row, or None where there is none."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement.encode(), values, prepare=True)
        return cursor.fetchone() if cursor.description else None
