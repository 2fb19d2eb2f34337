"""The database refuses to empty the tables of entries and audit events, too: deleting all is deleting each."""

from django.db import migrations

REFUSE = """
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON record_entry
    FOR EACH STATEMENT EXECUTE FUNCTION joinedup_append_only();
CREATE TRIGGER append_only_audit_truncate BEFORE TRUNCATE ON access_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION joinedup_append_only();
"""
ALLOW = """
DROP TRIGGER append_only_audit_truncate ON access_auditevent;
DROP TRIGGER append_only_truncate ON record_entry;
"""


class Migration(migrations.Migration):
    """Triggers on emptying entries and audit events."""

    dependencies = [("record", "0005_following"), ("access", "0005_audit_chain")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
