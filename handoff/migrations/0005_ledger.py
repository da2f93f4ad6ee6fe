"""The ledger of whose hands held a handoff, filled from the journal for the handoffs that there are."""

import django.db.models.deletion
from django.conf import settings
from django.db import connection, migrations, models

from handoff.business_time import ALWAYS, WorkWeek, between

# A segment starts where the one before it, of the same handoff, ended; so a chain has no gap and no overlap.
CHAIN = """
ALTER TABLE handoff_segment ADD CONSTRAINT segment_starts_where_the_last_ended
    FOREIGN KEY (previous_id, handoff_id, started_at)
    REFERENCES handoff_segment (id, handoff_id, ended_at) DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION handoff_segment_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (OLD.ended_at IS NULL OR (NEW.ended_at, NEW.working_s) = (OLD.ended_at, OLD.working_s))
       AND (OLD.replaced_at IS NULL OR NEW.replaced_at = OLD.replaced_at)
       AND (NEW.id, NEW.handoff_id, NEW.previous_id, NEW.step, NEW.holder, NEW.user_id, NEW.team_id,
            NEW.calendar_version_id, NEW.started_at, NEW.known_at)
           IS NOT DISTINCT FROM
           (OLD.id, OLD.handoff_id, OLD.previous_id, OLD.step, OLD.holder, OLD.user_id, OLD.team_id,
            OLD.calendar_version_id, OLD.started_at, OLD.known_at)
    THEN RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a segment of the ledger is closed once, replaced once, and never changed or deleted'
          USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER handoff_segment_is_kept BEFORE UPDATE OR DELETE ON handoff_segment
    FOR EACH ROW EXECUTE FUNCTION handoff_segment_is_kept();
"""

BATCH = 2000
# Each handoff with when it was captured and scored, by the same rule as for new ones.
HANDOFFS = """
SELECT h.id, h.team_id, h.opened_at, h.disposed_at,
       CASE WHEN c.cause = 'activity' THEN least(coalesce(e.received_at, c.at), c.at, h.opened_at)
            WHEN c.cause = 'edit' THEN least(c.at, h.opened_at) ELSE h.opened_at END,
       CASE WHEN c.cause IN ('activity', 'edit') THEN least(c.at, h.opened_at) ELSE h.opened_at END
  FROM handoff_handoff h JOIN leads_crossing c ON c.id = h.crossing_id
  LEFT JOIN LATERAL (SELECT received_at FROM leads_event WHERE lead_id = h.lead_id AND occurred_at <= c.at
                      ORDER BY occurred_at DESC LIMIT 1) e ON c.cause = 'activity'
 WHERE h.id > %s ORDER BY h.id LIMIT %s"""
# What the journal and the touches say of them, in order.
TURNS = """
SELECT handoff, at, step, user_id FROM (
       SELECT (j.data ->> 'handoff')::bigint AS handoff, j.at, j.id AS n,
              CASE j.kind WHEN 'handoff.reassigned' THEN (j.data ->> 'to')::bigint ELSE j.actor_id END AS user_id,
              CASE j.kind WHEN 'handoff.released' THEN 'queued' ELSE 'claimed' END AS step
         FROM leads_journalentry j
        WHERE j.kind IN ('handoff.claimed', 'handoff.reassigned', 'handoff.released')
       UNION ALL
       SELECT id, first_touch_at, 9e15, NULL, 'touched' FROM handoff_handoff
        WHERE first_touch_at IS NOT NULL
       UNION ALL
       SELECT handoff_id, min(occurred_at), 9e16, NULL, 'talked' FROM handoff_touch
        WHERE handoff_id IS NOT NULL AND (kind = 'meeting' OR answer = 'reached') GROUP BY 1) t
 WHERE handoff BETWEEN %s AND %s ORDER BY handoff, at, n"""


def fill(apps, schema_editor):
    Segment = apps.get_model("handoff", "Segment")
    hours = _hours(apps.get_model("handoff", "CalendarVersion"))
    with connection.cursor() as cursor:
        last = 0
        while True:
            cursor.execute(HANDOFFS, [last, BATCH])
            handoffs = cursor.fetchall()
            if not handoffs:
                # Looked at now: the table cannot be altered further while a check of its rows is pending.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
                return
            first, last = handoffs[0][0], handoffs[-1][0]
            cursor.execute(TURNS, [first, last])
            turns = {}
            for handoff, at, step, user in cursor.fetchall():
                turns.setdefault(handoff, []).append((at, step, user))
            _write(Segment, [_chain(row, turns.get(row[0], []), hours) for row in handoffs])


def _hours(CalendarVersion):
    """The versions of each team's hours, oldest first."""
    by_team = {}
    versions = CalendarVersion.objects.select_related("calendar").order_by("number")
    for version in versions:
        week = WorkWeek.from_json(version.week)
        by_team.setdefault(version.calendar.team_id, []).append((version.created_at, version.pk, week))
    return by_team


def _chain(row, turns, hours):
    """The columns of each segment of one handoff."""
    pk, team, opened, disposed, captured, scored = row
    made = [(captured, "captured", "system", None), (scored, "scored", "system", None),
            (opened, "routed", "queue", None)]
    for at, step, user in turns:
        at = max(at, opened)
        if disposed is not None and at > disposed:
            continue
        holder, who = made[-1][2:]
        if step == "queued":
            holder, who = "queue", None
        elif step == "claimed" and user is not None:
            holder, who = "person", user
        made.append((at, step, holder, who))
    if disposed is not None:
        made.append((disposed, "decided", *made[-1][2:]))
    ends = [turn[0] for turn in made[1:]] + [disposed]
    return [
        dict(handoff_id=pk, team_id=team, step=step, holder=holder, user_id=who, started_at=at,
             ended_at=end, known_at=at, **_clock(hours, team, holder, at, end))
        for (at, step, holder, who), end in zip(made, ends, strict=True)
    ]


def _clock(hours, team, holder, start, end):
    versions = [] if holder == "system" else hours.get(team) or hours.get(None) or []
    known = [version for version in versions if version[0] <= start] or versions[:1]
    week = known[-1][2] if known else ALWAYS
    return {
        "calendar_version_id": known[-1][1] if known else None,
        "working_s": None if end is None else between(week, start, end),
    }


def _write(Segment, chains):
    """Row by row of all chains, so that each knows the one before it."""
    previous = {}
    for place in range(max(map(len, chains))):
        rows = [
            Segment(previous_id=previous.get(chain[place]["handoff_id"]), **chain[place])
            for chain in chains
            if len(chain) > place
        ]
        for row in Segment.objects.bulk_create(rows):
            previous[row.handoff_id] = row.pk


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_organisation_sites'),
        ('handoff', '0004_merged_handoffs'),
        ('leads', '0019_visiting_companies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('captured', 'Captured'), ('scored', 'Scored'), ('routed', 'Routed'), ('offered', 'Offered'), ('queued', 'Unclaimed again'), ('claimed', 'Claimed'), ('touched', 'First touch'), ('talked', 'First conversation'), ('waiting', 'Waits for the prospect'), ('resumed', 'Resumed'), ('merged', 'Merged into another lead'), ('decided', 'Decided')], max_length=10)),
                ('holder', models.CharField(choices=[('system', 'System'), ('queue', 'Queue'), ('person', 'Person'), ('prospect', 'Prospect')], max_length=10)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('working_s', models.PositiveIntegerField(null=True)),
                ('known_at', models.DateTimeField()),
                ('replaced_at', models.DateTimeField(null=True)),
                ('calendar_version', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='handoff.calendarversion')),
                ('handoff', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='segments', to='handoff.handoff')),
                ('previous', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='handoff.segment')),
                ('team', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team')),
                ('user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['handoff', 'started_at', 'id'], name='segment_chain'), models.Index(fields=['user', 'started_at'], name='segment_user')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_at', None), ('ended_at', None)), fields=('handoff',), name='segment_one_runs'), models.UniqueConstraint(condition=models.Q(('replaced_at', None), ('previous', None)), fields=('handoff',), name='segment_one_is_first'), models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('previous',), name='segment_one_successor'), models.UniqueConstraint(fields=('id', 'handoff', 'ended_at'), name='segment_end_is_a_key'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('working_s', None)), models.Q(('ended_at__gte', models.F('started_at')), ('working_s__isnull', False)), _connector='OR'), name='segment_ends_after_its_start'), models.CheckConstraint(condition=models.Q(models.Q(('holder', 'person'), _negated=True), ('user__isnull', False), _connector='OR'), name='segment_person_is_named')],
            },
        ),
        migrations.RunSQL(CHAIN, migrations.RunSQL.noop),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
