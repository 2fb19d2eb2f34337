"""The database itself refuses to change or delete an entry, so that a bug can't."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION joinedup_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON record_entry
    FOR EACH ROW EXECUTE FUNCTION joinedup_append_only();
CREATE TRIGGER append_only_audit BEFORE UPDATE OR DELETE ON access_auditevent
    FOR EACH ROW EXECUTE FUNCTION joinedup_append_only();
"""
ALLOW = """
DROP TRIGGER append_only_audit ON access_auditevent;
DROP TRIGGER append_only ON record_entry;
DROP FUNCTION joinedup_append_only();
"""


class Migration(migrations.Migration):
    """Triggers on entries and audit events."""

    dependencies = [("record", "0001_initial"), ("access", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
