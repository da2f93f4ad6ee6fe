"""The tables of handoff, and what keeps the ledger a chain."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import handoff.models.queue
from accounts.tables import CreateTables

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


class Migration(migrations.Migration):

    initial = True

    # A database that all of these have made is already what this one makes.
    replaces = [('handoff', name) for name in (
        '0001_initial',
        '0002_erased_people',
        '0003_letters',
        '0004_merged_handoffs',
        '0005_ledger',
        '0006_routing',
        '0007_channels_and_choices',
        '0008_promises_that_rest',
        '0009_escalation',
        '0010_queue',
        '0011_held_back',
        '0012_timers_by_deadline',
        '0013_queue_indexes',
        '0014_goal_of_promises',
    )]

    dependencies = [
        ('accounts', '0001_tables'),
        ('leads', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTables([
            migrations.CreateModel(
                name='Channel',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ('name', models.CharField(max_length=120, unique=True)),
                    ('kind', models.CharField(choices=[('slack', 'Slack'), ('webhook', 'Webhook')], max_length=10)),
                    ('url', models.TextField()),
                    ('host', models.CharField(max_length=260)),
                    ('secret', models.TextField(blank=True, default='')),
                    ('old_secret', models.TextField(blank=True, default='')),
                    ('old_secret_until', models.DateTimeField(null=True)),
                    ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                    ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='channels', to='accounts.team')),
                    ('tells_who', models.BooleanField(default=False)),
                    ('is_on', models.BooleanField(default=True)),
                    ('off_reason', models.CharField(blank=True, default='', max_length=300)),
                    ('failures', models.PositiveIntegerField(default=0)),
                    ('failing_since', models.DateTimeField(null=True)),
                    ('rests_until', models.DateTimeField(null=True)),
                    ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('created_at', models.DateTimeField()),
                ],
                options={
                    'ordering': ['name'],
                },
            ),
            migrations.CreateModel(
                name='OutgoingEvent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ('kind', models.CharField(max_length=40)),
                    ('about', models.CharField(max_length=80, unique=True)),
                    ('lead', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='leads.lead')),
                    ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.team')),
                    ('at', models.DateTimeField()),
                    ('data', models.JSONField(default=dict)),
                ],
                options={
                    'indexes': [models.Index(fields=['at'], name='outgoing_age')],
                },
            ),
            migrations.CreateModel(
                name='Handoff',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ('crossing', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='handoff', to='leads.crossing')),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handoffs', to='leads.lead')),
                    ('team', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='handoffs', to='accounts.team')),
                    ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='handoffs', to=settings.AUTH_USER_MODEL)),
                    ('state', models.CharField(choices=[('queued', 'Unclaimed'), ('claimed', 'Claimed'), ('accepted', 'Accepted'), ('recycled', 'Recycled'), ('disqualified', 'Disqualified'), ('erased', 'Person erased'), ('merged', 'Merged'), ('withdrawn', 'Withdrawn')], default='queued', max_length=12)),
                    ('band', models.CharField(max_length=40)),
                    ('priority', models.PositiveSmallIntegerField(db_default=1)),
                    ('cooled_at', models.DateTimeField(null=True)),
                    ('flag', models.CharField(blank=True, db_default='', max_length=60)),
                    ('tier', models.CharField(db_default='', default='', max_length=40)),
                    ('routed_by', models.CharField(max_length=300)),
                    ('is_fallback', models.BooleanField(db_default=False, default=False)),
                    ('offered_to', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='offers', to=settings.AUTH_USER_MODEL)),
                    ('offered_at', models.DateTimeField(null=True)),
                    ('offered_until', models.DateTimeField(null=True)),
                    ('offer_at', models.DateTimeField(null=True)),
                    ('opened_at', models.DateTimeField()),
                    ('claimed_at', models.DateTimeField(null=True)),
                    ('first_touch_at', models.DateTimeField(null=True)),
                    ('disposed_at', models.DateTimeField(null=True)),
                    ('next_due_at', models.DateTimeField(null=True)),
                    ('task_due_at', models.DateTimeField(null=True)),
                    ('act_by', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Least('next_due_at', 'task_due_at'), output_field=models.DateTimeField(null=True))),
                    ('heat', models.BigIntegerField(db_default=0, default=0)),
                    ('lease_until', models.DateTimeField(null=True)),
                    ('snoozed_until', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['team', 'state', 'next_due_at', 'id'], name='handoff_queue'), models.Index(fields=['owner', 'state'], name='handoff_owner'), models.Index(fields=['opened_at'], name='handoff_opened'), models.Index(fields=['owner', 'claimed_at'], name='handoff_taken'), models.Index(condition=models.Q(('offered_to', None), _negated=True), fields=['offered_to'], name='handoff_offered'), models.Index(condition=models.Q(('state', 'queued'), models.Q(('offered_until', None), _negated=True)), fields=['offered_until'], name='handoff_lapsing'), models.Index(condition=models.Q(('state', 'queued'), models.Q(('offer_at', None), _negated=True)), fields=['offer_at'], name='handoff_to_offer'), models.Index(condition=models.Q(('state__in', ('queued', 'claimed'))), fields=['-heat', '-id'], include=('act_by', 'next_due_at', 'team', 'owner', 'state', 'band', 'snoozed_until'), name='handoff_by_heat'), models.Index(condition=models.Q(('state__in', ('queued', 'claimed'))), fields=['act_by', 'id'], include=('next_due_at', 'team', 'owner', 'state', 'band', 'snoozed_until'), name='handoff_by_act'), models.Index(condition=models.Q(('state__in', ('queued', 'claimed'))), fields=['opened_at', 'id'], name='handoff_by_age'), models.Index(condition=models.Q(('lease_until', None), _negated=True), fields=['lease_until'], name='handoff_lease'), models.Index(condition=models.Q(('snoozed_until', None), _negated=True), fields=['snoozed_until'], name='handoff_snoozed')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('queued', 'claimed'))), fields=('lead',), name='one_open_handoff'), models.CheckConstraint(condition=models.Q(models.Q(('owner', None), ('state', 'queued')), models.Q(('state', 'queued'), _negated=True), _connector='OR'), name='unclaimed_has_no_owner')],
                },
            ),
            migrations.CreateModel(
                name='Pause',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('handoff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pauses', to='handoff.handoff')),
                    ('reason', models.CharField(max_length=300)),
                    ('started_at', models.DateTimeField()),
                    ('until', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['until'], name='pause_open'), models.Index(fields=['handoff', 'started_at'], name='pause_handoff')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('handoff',), name='one_open_pause'), models.CheckConstraint(condition=models.Q(('until__gt', models.F('started_at'))), name='pause_ends_after_it_starts')],
                },
            ),
            migrations.CreateModel(
                name='Touch',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('handoff', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='touches', to='handoff.handoff')),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='touches', to='leads.lead')),
                    ('kind', models.CharField(choices=[('call', 'Call'), ('email', 'E-mail'), ('meeting', 'Meeting'), ('note', 'Note')], max_length=10)),
                    ('answer', models.CharField(blank=True, choices=[('', '—'), ('reached', 'Reached'), ('no_answer', 'No answer'), ('left_message', 'Left a message')], default='', max_length=12)),
                    ('note', models.TextField(blank=True, default='')),
                    ('automatic', models.BooleanField(db_default=False, default=False)),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('occurred_at', models.DateTimeField()),
                    ('recorded_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['lead', '-occurred_at'], name='touch_lead_at')],
                },
            ),
            migrations.CreateModel(
                name='Calendar',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=120, unique=True)),
                    ('team', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='calendar', to='accounts.team')),
                    ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='calendar', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('team', None), ('user', None), _connector='OR'), name='calendar_of_team_or_rep')],
                },
            ),
            migrations.CreateModel(
                name='CalendarVersion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='handoff.calendar')),
                    ('number', models.PositiveIntegerField()),
                    ('week', models.JSONField()),
                    ('created_at', models.DateTimeField()),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('calendar', 'number'), name='calendar_version_unique')],
                },
            ),
            migrations.CreateModel(
                name='SlaPolicy',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=120, unique=True)),
                    ('order', models.PositiveIntegerField(default=1)),
                    ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='accounts.team')),
                    ('band', models.CharField(blank=True, default='', max_length=40)),
                    ('tier', models.CharField(blank=True, db_default='', max_length=40)),
                    ('conditions', models.JSONField(blank=True, db_default=[], default=list)),
                    ('retired_at', models.DateTimeField(null=True)),
                ],
                options={
                    'ordering': ['order', 'id'],
                },
            ),
            migrations.CreateModel(
                name='SlaPolicyVersion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='handoff.slapolicy')),
                    ('number', models.PositiveIntegerField()),
                    ('targets', models.JSONField()),
                    ('warn_percent', models.PositiveSmallIntegerField(default=75)),
                    ('pause_days', models.PositiveSmallIntegerField(db_default=5)),
                    ('chain', models.JSONField(null=True)),
                    ('created_at', models.DateTimeField()),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('policy', 'number'), name='policy_version_unique')],
                },
            ),
            migrations.CreateModel(
                name='PromiseChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('policy_version', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='change', to='handoff.slapolicyversion')),
                    ('calendar_version', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='change', to='handoff.calendarversion')),
                    ('asked_at', models.DateTimeField()),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('reached', models.BigIntegerField(default=0)),
                    ('moved', models.PositiveIntegerField(default=0)),
                    ('broken', models.PositiveIntegerField(default=0)),
                    ('done_at', models.DateTimeField(null=True)),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('calendar_version__isnull', False), ('policy_version', None)), models.Q(('calendar_version', None), ('policy_version__isnull', False)), _connector='OR'), name='change_of_one_version')],
                },
            ),
            migrations.CreateModel(
                name='Segment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('handoff', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='segments', to='handoff.handoff')),
                    ('previous', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='handoff.segment')),
                    ('step', models.CharField(choices=[('captured', 'Captured'), ('scored', 'Scored'), ('routed', 'Routed'), ('offered', 'Offered'), ('queued', 'Unclaimed again'), ('claimed', 'Claimed'), ('touched', 'First touch'), ('talked', 'First conversation'), ('waiting', 'Waits for the prospect'), ('resumed', 'Resumed'), ('merged', 'Merged into another lead'), ('decided', 'Decided')], max_length=10)),
                    ('holder', models.CharField(choices=[('system', 'System'), ('queue', 'Queue'), ('person', 'Person'), ('prospect', 'Prospect')], max_length=10)),
                    ('user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('team', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team')),
                    ('calendar_version', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='handoff.calendarversion')),
                    ('started_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('working_s', models.PositiveIntegerField(null=True)),
                    ('known_at', models.DateTimeField()),
                    ('replaced_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['handoff', 'started_at', 'id'], name='segment_chain'), models.Index(fields=['user', 'started_at'], name='segment_user')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_at', None), ('ended_at', None)), fields=('handoff',), name='segment_one_runs'), models.UniqueConstraint(condition=models.Q(('replaced_at', None), ('previous', None)), fields=('handoff',), name='segment_one_is_first'), models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('previous',), name='segment_one_successor'), models.UniqueConstraint(fields=('id', 'handoff', 'ended_at'), name='segment_end_is_a_key'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('working_s', None)), models.Q(('ended_at__gte', models.F('started_at')), ('working_s__isnull', False)), _connector='OR'), name='segment_ends_after_its_start'), models.CheckConstraint(condition=models.Q(models.Q(('holder', 'person'), _negated=True), ('user__isnull', False), _connector='OR'), name='segment_person_is_named')],
                },
            ),
            migrations.CreateModel(
                name='Notification',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
                    ('kind', models.CharField(max_length=30)),
                    ('about', models.CharField(max_length=80)),
                    ('text', models.CharField(max_length=400)),
                    ('lead', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='leads.lead')),
                    ('created_at', models.DateTimeField()),
                    ('read_at', models.DateTimeField(null=True)),
                    ('in_app', models.BooleanField(db_default=True, default=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['user', '-id'], name='notification_user'), models.Index(condition=models.Q(('read_at', None)), fields=['user'], name='notification_unread')],
                    'constraints': [models.UniqueConstraint(fields=('user', 'kind', 'about'), name='told_once')],
                },
            ),
            migrations.CreateModel(
                name='NoticeChoice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notice_choices', to=settings.AUTH_USER_MODEL)),
                    ('kind', models.CharField(max_length=30)),
                    ('in_app', models.BooleanField()),
                    ('by_mail', models.BooleanField()),
                    ('passes', models.BooleanField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('user', 'kind'), name='notice_choice_once')],
                },
            ),
            migrations.CreateModel(
                name='QuietHours',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='quiet_hours', to=settings.AUTH_USER_MODEL)),
                    ('starts', models.TimeField(null=True)),
                    ('ends', models.TimeField(null=True)),
                    ('days', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=list, size=None)),
                    ('at_most', models.PositiveSmallIntegerField(default=5)),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ends', None), ('starts', None)), models.Q(('ends__isnull', False), ('starts__isnull', False)), _connector='OR'), name='quiet_from_until')],
                },
            ),
            migrations.CreateModel(
                name='Delivery',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('notification', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='delivery', to='handoff.notification')),
                    ('user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('lead', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='leads.lead')),
                    ('key', models.CharField(max_length=80, null=True, unique=True)),
                    ('event', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='handoff.outgoingevent')),
                    ('channel', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='handoff.channel')),
                    ('subject', models.CharField(db_default='', max_length=200)),
                    ('body', models.TextField(db_default='')),
                    ('to', models.CharField(db_default='', max_length=254)),
                    ('digest', models.CharField(blank=True, db_default='', default='', max_length=60)),
                    ('state', models.CharField(choices=[('pending', 'Pending'), ('sent', 'Sent'), ('failed', 'Failed'), ('withheld', 'Held back')], default='pending', max_length=10)),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('next_at', models.DateTimeField()),
                    ('token', models.UUIDField(null=True)),
                    ('status', models.PositiveSmallIntegerField(null=True)),
                    ('error', models.CharField(blank=True, default='', max_length=500)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                    ('sent_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(django.db.models.functions.comparison.Coalesce('channel_id', models.Value(0), output_field=models.BigIntegerField()), models.F('next_at'), models.F('id'), condition=models.Q(('state', 'pending')), name='delivery_due'), models.Index(fields=['state', '-id'], name='delivery_by_state'), models.Index(fields=['channel', '-id'], name='delivery_of_channel'), models.Index(condition=models.Q(('user__isnull', False)), fields=['user', 'created_at'], name='delivery_lately'), models.Index(condition=models.Q(('digest', ''), _negated=True), fields=['digest'], name='delivery_digest')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('event', None), ('key', None), ('notification__isnull', False)), models.Q(('event', None), ('key__isnull', False), ('notification', None)), models.Q(('channel__isnull', False), ('event__isnull', False), ('key', None), ('notification', None)), _connector='OR'), name='delivery_is_one_thing'), models.UniqueConstraint(fields=('event', 'channel'), name='delivery_once_a_channel')],
                },
            ),
            migrations.CreateModel(
                name='QueueSettings',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('singleton', models.BooleanField(default=True, editable=False, unique=True)),
                    ('lease_minutes', models.PositiveSmallIntegerField(default=10)),
                    ('usual_sql_percent', models.PositiveSmallIntegerField(default=20)),
                    ('first_touches', models.JSONField(default=handoff.models.queue.usual_touches)),
                    ('counts_unreached', models.BooleanField(default=True)),
                    ('goal_percent', models.PositiveSmallIntegerField(db_default=90, default=90)),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('singleton', True)), name='one_queue_settings')],
                },
            ),
            migrations.CreateModel(
                name='BandRate',
                fields=[
                    ('band', models.CharField(max_length=40, primary_key=True, serialize=False)),
                    ('outcomes', models.PositiveIntegerField()),
                    ('accepted', models.PositiveIntegerField()),
                    ('counted_at', models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                name='SavedView',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='queue_views', to=settings.AUTH_USER_MODEL)),
                    ('name', models.CharField(max_length=60)),
                    ('query', models.CharField(max_length=400)),
                ],
                options={
                    'ordering': ['name'],
                    'constraints': [models.UniqueConstraint(fields=('user', 'name'), name='saved_view_unique')],
                },
            ),
            migrations.CreateModel(
                name='Skip',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('handoff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skips', to='handoff.handoff')),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('reason', models.CharField(choices=[('later', 'Not reachable now'), ('language', 'Not my language or region'), ('known', 'A colleague knows them'), ('unfit', 'Looks like no fit'), ('other', 'Something else')], max_length=10)),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['by', 'handoff'], name='skip_by'), models.Index(fields=['-at', '-id'], name='skip_at')],
                },
            ),
            migrations.CreateModel(
                name='TaskRule',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('text', models.CharField(max_length=120, verbose_name='Task')),
                    ('kind', models.CharField(blank=True, choices=[('call', 'Call'), ('email', 'E-mail'), ('meeting', 'Meeting'), ('note', 'Note')], default='', max_length=10)),
                    ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='accounts.team')),
                    ('band', models.CharField(blank=True, default='', max_length=40)),
                    ('source', models.CharField(blank=True, default='', max_length=80)),
                    ('hours', models.PositiveSmallIntegerField(default=24)),
                    ('clock', models.CharField(choices=[('business', 'Working time'), ('calendar', 'On the wall clock')], default='calendar', max_length=10)),
                    ('is_on', models.BooleanField(default=True)),
                ],
                options={
                    'ordering': ['id'],
                },
            ),
            migrations.CreateModel(
                name='Task',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('handoff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='handoff.handoff')),
                    ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='tasks', to='handoff.taskrule')),
                    ('text', models.CharField(max_length=120)),
                    ('kind', models.CharField(blank=True, choices=[('call', 'Call'), ('email', 'E-mail'), ('meeting', 'Meeting'), ('note', 'Note')], default='', max_length=10)),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('made_at', models.DateTimeField()),
                    ('due_at', models.DateTimeField()),
                    ('done_at', models.DateTimeField(null=True)),
                    ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('done_at__isnull', True)), fields=['handoff'], name='task_open')],
                    'constraints': [models.UniqueConstraint(fields=('handoff', 'rule'), name='task_of_rule_once')],
                },
            ),
            migrations.CreateModel(
                name='Tier',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=40, unique=True)),
                    ('name', models.CharField(max_length=60, unique=True)),
                    ('least_employees', models.PositiveIntegerField(unique=True)),
                ],
                options={
                    'ordering': ['-least_employees'],
                },
            ),
            migrations.CreateModel(
                name='RoutingRule',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('order', models.PositiveIntegerField()),
                    ('name', models.CharField(max_length=120)),
                    ('conditions', models.JSONField(blank=True, default=list)),
                    ('goes', models.CharField(choices=[('team', 'a team'), ('rep', 'one person'), ('owner', 'the owner of the account'), ('ask', 'the questions by e-mail first'), ('nurture', 'nurture')], db_default='team', default='team', max_length=10)),
                    ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='routing_rules', to='accounts.team')),
                    ('rep', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='routing_rules', to=settings.AUTH_USER_MODEL)),
                    ('seniors_only', models.BooleanField(db_default=False, default=False)),
                ],
                options={
                    'ordering': ['order', 'id'],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(models.Q(('goes', 'team'), _negated=True), ('team__isnull', False), _connector='OR'), models.Q(models.Q(('goes', 'rep'), _negated=True), ('rep__isnull', False), _connector='OR')), name='rule_goes_somewhere')],
                },
            ),
            migrations.CreateModel(
                name='TeamRouting',
                fields=[
                    ('team', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='routing', serialize=False, to='accounts.team')),
                    ('strategy', models.CharField(choices=[('open', 'whoever is first'), ('round_robin', 'each in turn'), ('weighted', 'each by their weight'), ('least_busy', 'who has the fewest open')], default='open', max_length=12)),
                    ('offer_minutes', models.PositiveIntegerField(default=15)),
                    ('is_fallback', models.BooleanField(default=False)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('is_fallback', True)), fields=('is_fallback',), name='one_fallback_queue')],
                },
            ),
            migrations.CreateModel(
                name='Rep',
                fields=[
                    ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='rep', serialize=False, to=settings.AUTH_USER_MODEL)),
                    ('weight', models.PositiveSmallIntegerField(db_default=1, default=1)),
                    ('per_day', models.PositiveIntegerField(blank=True, null=True)),
                    ('open_limit', models.PositiveIntegerField(blank=True, null=True)),
                    ('is_senior', models.BooleanField(db_default=False, default=False)),
                ],
            ),
            migrations.CreateModel(
                name='Share',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.team')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('turn', models.BigIntegerField(default=0)),
                    ('credit', models.BigIntegerField(default=0)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('team', 'user'), name='one_share')],
                },
            ),
            migrations.CreateModel(
                name='Absence',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL)),
                    ('first_day', models.DateField()),
                    ('last_day', models.DateField()),
                ],
                options={
                    'ordering': ['first_day', 'id'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='absence_not_backwards')],
                },
            ),
            migrations.CreateModel(
                name='RoutingDecision',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='routing_decisions', to='leads.lead')),
                    ('crossing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='routing_decisions', to='leads.crossing')),
                    ('handoff', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='routing_decisions', to='handoff.handoff')),
                    ('at', models.DateTimeField()),
                    ('outcome', models.CharField(choices=[('queue', 'In the queue of the team'), ('offer', 'Offered'), ('fallback', 'In the fallback queue'), ('ask', 'Asked by e-mail first'), ('nurture', 'To nurture')], max_length=10)),
                    ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='handoff.routingrule')),
                    ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.team')),
                    ('rep', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('reason', models.CharField(max_length=1000)),
                ],
                options={
                    'indexes': [models.Index(fields=['lead', '-id'], name='routing_lead')],
                },
            ),
            migrations.CreateModel(
                name='SlaTimer',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('handoff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='timers', to='handoff.handoff')),
                    ('milestone', models.CharField(choices=[('claim', 'Claim'), ('first_touch', 'First touch'), ('follow_up', 'Follow-up'), ('disposition', 'Decision')], max_length=20)),
                    ('cycle', models.PositiveSmallIntegerField(default=1)),
                    ('policy_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='handoff.slapolicyversion')),
                    ('calendar_version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='handoff.calendarversion')),
                    ('state', models.CharField(choices=[('running', 'Running'), ('paused', 'Paused'), ('met', 'Met'), ('breached', 'Breached'), ('cancelled', 'Cancelled')], default='running', max_length=10)),
                    ('budget_s', models.PositiveIntegerField()),
                    ('consumed_s', models.PositiveIntegerField(default=0)),
                    ('started_at', models.DateTimeField()),
                    ('running_since', models.DateTimeField(null=True)),
                    ('due_at', models.DateTimeField(null=True)),
                    ('generation', models.PositiveSmallIntegerField(default=1)),
                    ('closed_at', models.DateTimeField(null=True)),
                    ('cause', models.CharField(blank=True, choices=[('', '—'), ('change', 'A change of the promise')], db_default='', max_length=10)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('closed_at', None), ('state__in', ['running', 'breached'])), fields=['due_at'], name='timer_open'), models.Index(fields=['closed_at'], name='timer_closed'), models.Index(fields=['milestone', 'due_at'], name='timer_due')],
                    'constraints': [models.UniqueConstraint(fields=('handoff', 'milestone', 'cycle'), name='timer_cycle_unique'), models.CheckConstraint(condition=models.Q(models.Q(('due_at', None), ('state', 'paused')), models.Q(models.Q(('state', 'paused'), _negated=True), models.Q(('due_at', None), _negated=True)), _connector='OR'), name='paused_has_no_deadline')],
                },
            ),
            migrations.CreateModel(
                name='SlaAlarm',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('timer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alarms', to='handoff.slatimer')),
                    ('kind', models.CharField(choices=[('warn', 'Due soon'), ('breach', 'Breach'), ('step', 'Escalation')], max_length=10)),
                    ('step', models.PositiveSmallIntegerField(db_default=0, default=0)),
                    ('generation', models.PositiveSmallIntegerField(default=1)),
                    ('fire_at', models.DateTimeField()),
                    ('state', models.CharField(choices=[('pending', 'Pending'), ('fired', 'Fired'), ('cancelled', 'Cancelled')], default='pending', max_length=10)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['fire_at'], name='alarm_pending')],
                    'constraints': [models.UniqueConstraint(fields=('timer', 'kind', 'step', 'generation'), name='alarm_unique')],
                },
            ),
            migrations.CreateModel(
                name='SlaEvent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('timer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='handoff.slatimer')),
                    ('kind', models.CharField(choices=[('warn', 'Due soon'), ('breach', 'Breach'), ('step', 'Escalation'), ('annulled', 'Breach annulled by earlier evidence')], max_length=10)),
                    ('step', models.PositiveSmallIntegerField(db_default=0, default=0)),
                    ('generation', models.PositiveSmallIntegerField(default=1)),
                    ('due_at', models.DateTimeField()),
                    ('fired_at', models.DateTimeField()),
                    ('late_s', models.PositiveIntegerField(db_default=0)),
                    ('told', models.PositiveSmallIntegerField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['due_at'], name='sla_event_due')],
                    'constraints': [models.UniqueConstraint(fields=('timer', 'kind', 'step', 'generation'), name='sla_event_unique')],
                },
            ),
        ]),
        migrations.RunSQL(CHAIN, "DROP FUNCTION handoff_segment_is_kept() CASCADE"),
    ]
