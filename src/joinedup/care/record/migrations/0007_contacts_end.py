"""Having once written to a record no longer ties for ever: the dates of the facts decide.

What stays, referrals and teams say is worked out when they are next written.
"""

from typing import ClassVar

from django.db import migrations

CONTACTS = """
INSERT INTO access_relationship (person_id, organisation_id, kind, since, until)
SELECT person_id, organisation_id, 'contact', MIN(LEAST(COALESCE(happened_at, recorded_at), recorded_at)),
    MAX(LEAST(COALESCE(ended_at, happened_at, recorded_at), recorded_at)) + INTERVAL '400 days'
FROM record_resource WHERE person_id IS NOT NULL AND organisation_id IS NOT NULL GROUP BY 1, 2
ON CONFLICT DO NOTHING;
DELETE FROM access_relationship WHERE kind = 'wrote to the record';
"""


class Migration(migrations.Migration):
    """Contacts in place of the ties of writers."""

    dependencies: ClassVar = [("record", "0006_no_truncate"), ("access", "0005_audit_chain")]
    operations: ClassVar = [migrations.RunSQL(CONTACTS, migrations.RunSQL.noop)]
