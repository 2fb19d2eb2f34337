"""Audit events are chained by PostgreSQL itself: each holds a digest of itself and of the one before it in its chain.

Several chains, so that writers at the same time don't wait for each other; within one, numbers have no gap.
`joinedup.care.access.chain` computes the same digests and finds what was changed.
"""

from django.db import migrations, models

CHAIN = """
CREATE FUNCTION joinedup_part(value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN value IS NULL THEN '-' ELSE octet_length(value) || ':' || value END
$$;
CREATE FUNCTION joinedup_digest(event access_auditevent, previous bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(previous || convert_to(concat(
        joinedup_part(event.id::text),
        joinedup_part(event.chain::text),
        joinedup_part(event.number::text),
        joinedup_part(event.kind),
        joinedup_part(to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')),
        joinedup_part(event.user_id::text),
        joinedup_part(event.system_id::text),
        joinedup_part(event.actor_name),
        joinedup_part(event.role),
        joinedup_part(event.organisation_id::text),
        joinedup_part(event.organisation_name),
        joinedup_part(event.person_id::text),
        joinedup_part(event.subject)
    ), 'UTF8'))
$$;
CREATE FUNCTION joinedup_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    chosen integer := pg_backend_pid() % 16;
    tried integer := 0;
    newest record;
BEGIN
    WHILE NOT pg_try_advisory_xact_lock(71, chosen) LOOP
        tried := tried + 1;
        IF tried >= 16 THEN
            PERFORM pg_advisory_xact_lock(71, chosen);
            EXIT;
        END IF;
        chosen := (chosen + 1) % 16;
    END LOOP;
    SELECT number, digest INTO newest FROM access_auditevent WHERE chain = chosen ORDER BY number DESC LIMIT 1;
    NEW.chain := chosen;
    NEW.number := COALESCE(newest.number, 0) + 1;
    NEW.digest := joinedup_digest(NEW, COALESCE(newest.digest, ''::bytea));
    RETURN NEW;
END $$;
"""
# What was written before there was a chain goes into the first one, in its order.
CHAIN_THE_OLD = """
ALTER TABLE access_auditevent DISABLE TRIGGER USER;
DO $$
DECLARE
    event access_auditevent;
    previous bytea := ''::bytea;
    counted bigint := 0;
BEGIN
    FOR event IN SELECT * FROM access_auditevent ORDER BY id LOOP
        counted := counted + 1;
        event.chain := 0;
        event.number := counted;
        previous := joinedup_digest(event, previous);
        UPDATE access_auditevent SET chain = 0, number = counted, digest = previous WHERE id = event.id;
    END LOOP;
END $$;
ALTER TABLE access_auditevent ENABLE TRIGGER USER;
"""
TRIGGERS = """
CREATE TRIGGER chained BEFORE INSERT ON access_auditevent FOR EACH ROW EXECUTE FUNCTION joinedup_chain();
"""
BACK = """
DROP TRIGGER chained ON access_auditevent;
DROP FUNCTION joinedup_chain();
DROP FUNCTION joinedup_digest(access_auditevent, bytea);
DROP FUNCTION joinedup_part(text);
"""


class Migration(migrations.Migration):
    """Columns, functions and triggers of the chain."""

    dependencies = [("access", "0004_export_kind")]
    operations = [
        migrations.AddField("auditevent", "chain", models.SmallIntegerField(null=True)),
        migrations.AddField("auditevent", "number", models.BigIntegerField(null=True)),
        migrations.AddField("auditevent", "digest", models.BinaryField(max_length=32, null=True)),
        migrations.RunSQL(CHAIN, migrations.RunSQL.noop),
        migrations.RunSQL(CHAIN_THE_OLD, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "auditevent",
            models.UniqueConstraint(fields=["chain", "number"], name="audit_chain"),
        ),
        migrations.RunSQL(TRIGGERS, BACK),
    ]
