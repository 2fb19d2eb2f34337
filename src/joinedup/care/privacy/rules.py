"""What looking is unusual: the rules as data, each with its thresholds by name, its SQL and its reason in plain words.

A rule only asks: most of what it finds can be accounted for. Every SQL gives `user_id` and `person_id` (either may be
null: about whom the finding is), `count`, `first_at`, `last_at`, and `said`, the further numbers and words of the
reason. It reads from `acts`, what users did about people in the period (`before` is what they did in the days before
it); a person who is part of another's record counts as that one. Ends at asking; `findings` runs them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

ACTS = """
    SELECT event.id, event.user_id, coalesce(person.replaced_by_id, event.person_id) AS person_id, event.at, event.kind,
        event.role, event.organisation_id, (event.at AT TIME ZONE 'Europe/London') AS clock
    FROM access_auditevent AS event LEFT JOIN people_person AS person ON person.id = event.person_id
    WHERE event.user_id IS NOT NULL AND event.kind IN ('look', 'change', 'export', 'glass', 'refusal')
        AND event.at >= {since} AND event.at < {until}
"""
PERIOD = f"""WITH acts AS ({ACTS.format(since="%(since)s", until="%(until)s")}),
before AS ({ACTS.format(since="%(since)s - make_interval(days => %(days_before)s)", until="%(since)s")}),
looks AS (SELECT * FROM acts WHERE kind <> 'refusal' AND person_id IS NOT NULL),
pairs AS (
    SELECT user_id, person_id, organisation_id, count(*) AS count, min(at) AS first_at, max(at) AS last_at,
        count(*) FILTER (WHERE kind = 'refusal') AS refused
    FROM acts WHERE person_id IS NOT NULL GROUP BY user_id, person_id, organisation_id
)
"""
# The days before the period from which it is known what is usual.
DAYS_BEFORE = 90
AT_NIGHT = (
    "(extract(hour FROM clock) >= %(night_from_hour)s OR extract(hour FROM clock) < %(night_until_hour)s)"
)
OF_BOTH = "user_id = %(user)s AND person_id = %(person)s"


@dataclass(frozen=True)
class Rule:
    """One thing that is unusual. `evidence` is the condition on `acts` that finds what was done."""

    id: str
    title: str
    asks: str
    reason: str
    sql: str
    evidence: str = OF_BOTH
    thresholds: Mapping[str, int] | None = None

    @property
    def limits(self) -> Mapping[str, int]:
        """Return the thresholds by name."""
        return self.thresholds or {}


OWN = Rule(
    id="own",
    title="Their own record",
    asks="Somebody looked, or tried to look, at the record that the staff records say is theirs.",
    reason="The staff records say that this is their own record. They looked or tried {times}, "
    "and were refused {refused_times}.",
    sql="""
        SELECT pairs.user_id, pairs.person_id, sum(pairs.count) AS count, min(first_at) AS first_at,
            max(last_at) AS last_at, jsonb_build_object('refused', sum(refused)) AS said
        FROM pairs WHERE EXISTS (SELECT 1 FROM access_staffrecord AS staff WHERE staff.person_id = pairs.person_id
            AND staff.user_id = pairs.user_id AND NOT staff.is_family)
        GROUP BY pairs.user_id, pairs.person_id
    """,
)
FAMILY = Rule(
    id="family",
    title="Their own family",
    asks="Somebody looked, or tried to look, at the record of one of their family: the staff records say so, or both "
    "have the same family name and address, or they are named as the person’s carer.",
    reason="{how}. They looked or tried {times}, and were refused {refused_times}.",
    sql="""
        SELECT found.user_id, found.person_id, sum(found.count) AS count, min(first_at) AS first_at,
            max(last_at) AS last_at, jsonb_build_object('refused', sum(refused), 'how', min(how)) AS said
        FROM (
            SELECT pairs.*, CASE
                WHEN EXISTS (SELECT 1 FROM access_staffrecord AS staff WHERE staff.person_id = pairs.person_id
                    AND staff.user_id = pairs.user_id AND staff.is_family)
                THEN 'The staff records say that this is one of their family'
                WHEN EXISTS (SELECT 1 FROM access_staffrecord AS staff
                    JOIN people_person AS own ON own.id = staff.person_id
                    JOIN people_person AS other ON other.id = pairs.person_id AND other.id <> own.id
                    WHERE staff.user_id = pairs.user_id AND NOT staff.is_family
                        AND own.sought_family <> '' AND own.sought_family = other.sought_family
                        AND own.address <> '' AND lower(own.address) = lower(other.address)
                        AND NOT EXISTS (SELECT 1 FROM people_sourcepatient AS source
                            WHERE source.person_id IN (own.id, other.id) AND source.is_protected))
                THEN 'Their own record has the same family name and address'
                WHEN EXISTS (SELECT 1 FROM people_carer AS carer
                    JOIN access_user AS account ON account.id = pairs.user_id
                    WHERE carer.person_id = pairs.person_id AND lower(carer.name) = lower(account.name))
                THEN 'Somebody of their name is this person’s carer'
            END AS how FROM pairs
        ) AS found WHERE how IS NOT NULL GROUP BY found.user_id, found.person_id
    """,
)
COLLEAGUE = Rule(
    id="colleague",
    title="A colleague, or a colleague’s family",
    asks="Somebody looked, or tried to look, at the record of a colleague at the same organisation or of that "
    "colleague’s family.",
    reason="The staff records say that this is a colleague of theirs or one of a colleague’s family. They looked or "
    "tried {times}, and were refused {refused_times}.",
    sql="""
        SELECT pairs.user_id, pairs.person_id, sum(pairs.count) AS count, min(first_at) AS first_at,
            max(last_at) AS last_at, jsonb_build_object('refused', sum(refused)) AS said
        FROM pairs WHERE EXISTS (SELECT 1 FROM access_staffrecord AS staff WHERE staff.person_id = pairs.person_id
            AND staff.user_id <> pairs.user_id AND staff.organisation_id = pairs.organisation_id)
        GROUP BY pairs.user_id, pairs.person_id
    """,
)
CROWD = Rule(
    id="crowd",
    title="A person whom many look at",
    asks="At least {least_staff} different staff looked at one person within {within_days} days, as happens to "
    "somebody who is in the news.",
    reason="{staff} different staff looked at this person within {within_days} days from {day}.",
    thresholds={"least_staff": 10, "within_days": 3},
    sql="""
        , days AS (SELECT person_id, user_id, clock::date AS day, count(*) AS count, min(at) AS first_at,
            max(at) AS last_at FROM looks GROUP BY person_id, user_id, clock::date),
        crowds AS (
            SELECT begin.person_id, begin.day, count(DISTINCT days.user_id) AS staff, sum(days.count) AS count,
                min(days.first_at) AS first_at, max(days.last_at) AS last_at
            FROM (SELECT DISTINCT person_id, day FROM days) AS begin
            JOIN days ON days.person_id = begin.person_id AND days.day >= begin.day
                AND days.day < begin.day + %(within_days)s
            GROUP BY begin.person_id, begin.day HAVING count(DISTINCT days.user_id) >= %(least_staff)s
        )
        SELECT DISTINCT ON (person_id) NULL::bigint AS user_id, person_id, count, first_at,
            max(last_at) OVER (PARTITION BY person_id) AS last_at,
            jsonb_build_object('staff', staff, 'day', to_char(day, 'FMDD FMMonth YYYY')) AS said
        FROM crowds ORDER BY person_id, staff DESC, day
    """,
    evidence="person_id = %(person)s AND kind <> 'refusal'",
)
NIGHT = Rule(
    id="night",
    title="At night, outside their usual hours",
    asks="Somebody looked at least {least_looks} times between {night_from_hour}:00 and {night_until_hour}:00, and "
    "of their looks in the {days_before} days before, at least {least_known}, no more than {most_percent} in a "
    "hundred were at night.",
    reason="They looked {count} times between {night_from_hour}:00 and {night_until_hour}:00. In the {days_before} "
    "days before, {nights_before} of their {looks_before} looks were at night.",
    thresholds={
        "night_from_hour": 22,
        "night_until_hour": 6,
        "least_looks": 3,
        "least_known": 20,
        "most_percent": 5,
    },
    sql=f"""
        , usual AS (SELECT user_id, count(*) AS looks, count(*) FILTER (WHERE {AT_NIGHT}) AS nights
            FROM before WHERE kind <> 'refusal' AND person_id IS NOT NULL GROUP BY user_id)
        SELECT looks.user_id, NULL::uuid AS person_id, count(*) AS count, min(at) AS first_at, max(at) AS last_at,
            jsonb_build_object('looks_before', min(usual.looks), 'nights_before', min(usual.nights)) AS said
        FROM looks JOIN usual ON usual.user_id = looks.user_id
        WHERE {AT_NIGHT} AND usual.looks >= %(least_known)s AND usual.nights * 100 <= usual.looks * %(most_percent)s
        GROUP BY looks.user_id HAVING count(*) >= %(least_looks)s
    """,
    evidence=f"user_id = %(user)s AND kind <> 'refusal' AND person_id IS NOT NULL AND {AT_NIGHT}",
)
VOLUME = Rule(
    id="volume",
    title="Far more people than their colleagues",
    asks="Somebody looked at {least_people} people or more on one day, and at {times} times as many as is usual on a "
    "day of work among the others with their role at their organisation (half of their days had no more), or in their "
    "role anywhere where fewer than {least_days} such days are known.",
    reason="On {day} they looked at {people} people. On a usual day their colleagues look at {usual} "
    "({known} days of work are known).",
    thresholds={"least_people": 20, "times": 3, "least_days": 20},
    sql="""
        , done AS (SELECT * FROM looks UNION ALL
            SELECT * FROM before WHERE kind <> 'refusal' AND person_id IS NOT NULL),
        days AS (SELECT user_id, role, organisation_id, clock::date AS day, count(DISTINCT person_id) AS people,
            count(*) AS count, min(at) AS first_at, max(at) AS last_at
            FROM done GROUP BY user_id, role, organisation_id, clock::date),
        busy AS (SELECT * FROM days WHERE people >= %(least_people)s AND first_at >= %(since)s),
        compared AS (
            SELECT busy.*, near.known AS near_known, near.usual AS near_usual, far.known AS far_known,
                far.usual AS far_usual FROM busy
            CROSS JOIN LATERAL (SELECT count(*) AS known, percentile_disc(0.5) WITHIN GROUP (ORDER BY people) AS usual
                FROM days WHERE days.role = busy.role AND days.organisation_id = busy.organisation_id
                    AND days.user_id <> busy.user_id) AS near
            CROSS JOIN LATERAL (SELECT count(*) AS known, percentile_disc(0.5) WITHIN GROUP (ORDER BY people) AS usual
                FROM days WHERE days.role = busy.role AND days.user_id <> busy.user_id) AS far
        ),
        judged AS (SELECT *, CASE WHEN near_known >= %(least_days)s THEN near_known ELSE far_known END AS known,
            CASE WHEN near_known >= %(least_days)s THEN near_usual ELSE far_usual END AS usual FROM compared)
        SELECT DISTINCT ON (user_id) user_id, NULL::uuid AS person_id, count, first_at,
            max(last_at) OVER (PARTITION BY user_id) AS last_at, jsonb_build_object('people', people, 'usual', usual,
                'known', known, 'day', to_char(day, 'FMDD FMMonth YYYY'), 'date', day) AS said
        FROM judged WHERE known >= %(least_days)s AND people >= usual * %(times)s
        ORDER BY user_id, people DESC, day
    """,
    evidence="user_id = %(user)s AND kind <> 'refusal' AND person_id IS NOT NULL AND clock::date = %(date)s::date",
)
UNTIED = Rule(
    id="untied",
    title="No relationship, and nothing written afterwards",
    asks="Somebody looked at a record when, as far as is known now, their organisation had no care relationship (an "
    "emergency opening, or one that had ended or was withdrawn), and their organisation wrote nothing about the person "
    "in the {within_days} days after.",
    reason="They looked {times}. As far as is known now, their organisation had no care relationship then{ended}, and "
    "it wrote nothing about the person in the {within_days} days after.",
    thresholds={"within_days": 30},
    sql="""
        , untied AS (
            SELECT looks.* FROM looks WHERE kind = 'look' AND role = ANY(%(care_roles)s)
                AND NOT EXISTS (SELECT 1 FROM access_relationship AS tie WHERE tie.person_id = looks.person_id
                    AND tie.organisation_id = looks.organisation_id AND tie.since <= looks.at
                    AND (tie.until IS NULL OR tie.until > looks.at))
        )
        SELECT user_id, person_id, count(*) AS count, min(at) AS first_at, max(at) AS last_at,
            jsonb_build_object('ended', coalesce((SELECT ' (it had ended on ' ||
                to_char(max(tie.until) AT TIME ZONE 'Europe/London', 'FMDD FMMonth YYYY') || ')'
                FROM access_relationship AS tie WHERE tie.person_id = untied.person_id
                    AND tie.organisation_id = min(untied.organisation_id) AND tie.until <= max(untied.at)), '')) AS said
        FROM untied WHERE NOT EXISTS (
            SELECT 1 FROM record_resource AS resource JOIN record_entry AS entry ON entry.resource_id = resource.id
            WHERE resource.person_id = untied.person_id AND entry.organisation_id = untied.organisation_id
                AND entry.recorded_at >= untied.at
                AND entry.recorded_at < untied.at + make_interval(days => %(within_days)s))
        GROUP BY user_id, person_id
    """,
)
REFUSED = Rule(
    id="refused",
    title="Refused again and again",
    asks="Somebody was refused {least_refusals} times or more on one day.",
    reason="They were refused {most} times on {day}, {count} times in all. People that are known among them: {people}.",
    thresholds={"least_refusals": 5},
    sql="""
        , days AS (SELECT user_id, clock::date AS day, count(*) AS count, min(at) AS first_at, max(at) AS last_at
            FROM acts WHERE kind = 'refusal' GROUP BY user_id, clock::date)
        SELECT DISTINCT ON (user_id) user_id, NULL::uuid AS person_id, sum(count) OVER of_user AS count,
            min(first_at) OVER of_user AS first_at, max(last_at) OVER of_user AS last_at,
            jsonb_build_object('most', count, 'day', to_char(day, 'FMDD FMMonth YYYY'), 'people',
                (SELECT count(DISTINCT acts.person_id) FROM acts WHERE acts.user_id = days.user_id
                    AND acts.kind = 'refusal')) AS said
        FROM days WHERE EXISTS (SELECT 1 FROM days AS any_day WHERE any_day.user_id = days.user_id
            AND any_day.count >= %(least_refusals)s)
        WINDOW of_user AS (PARTITION BY user_id) ORDER BY user_id, count DESC, day
    """,
    evidence="user_id = %(user)s AND kind = 'refusal'",
)
RULES = (OWN, FAMILY, COLLEAGUE, CROWD, NIGHT, VOLUME, UNTIED, REFUSED)
RULE_OF = {rule.id: rule for rule in RULES}
