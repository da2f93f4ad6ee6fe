"""The tables of qualification, and the rows that an installation begins with."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import qualification.models.agreement
from accounts.tables import CreateTables
from qualification.migrations import _beginnings


class Migration(migrations.Migration):

    initial = True

    # A database that all of these have made is already what this one makes.
    replaces = [('qualification', name) for name in (
        '0001_initial',
        '0002_asks',
        '0003_chats',
        '0004_agreement',
        '0005_frameworks',
        '0006_closing',
        '0007_facts_and_undo',
        '0008_people_and_rules',
        '0009_deal_reviews',
        '0010_nurturing',
        '0011_blind_rounds',
    )]

    dependencies = [
        ('accounts', '0001_tables'),
        ('leads', '0001_tables'),
        ('scoring', '0001_tables'),
        ('handoff', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTables([
            migrations.CreateModel(
                name='Terms',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('team', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='accounts.team')),
                    ('mqls_a_month', models.PositiveIntegerField(null=True)),
                    ('accepted_percent', models.PositiveSmallIntegerField(null=True)),
                    ('complete_percent', models.PositiveSmallIntegerField(null=True)),
                    ('complete_fields', models.JSONField(default=qualification.models.agreement.usual_fields)),
                    ('kept_percent', models.PositiveSmallIntegerField(null=True)),
                    ('attempts', models.PositiveSmallIntegerField(db_default=3, default=3, null=True)),
                ],
            ),
            migrations.CreateModel(
                name='Agreement',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField(unique=True)),
                    ('sections', models.JSONField()),
                    ('digest', models.CharField(max_length=64)),
                    ('created_at', models.DateTimeField()),
                ],
                options={
                    'ordering': ['-number'],
                },
            ),
            migrations.CreateModel(
                name='Signature',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='qualification.agreement')),
                    ('side', models.CharField(choices=[('marketing', 'Marketing'), ('sales', 'Sales')], max_length=10)),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('agreement', 'side'), name='one_signature_a_side')],
                },
            ),
            migrations.CreateModel(
                name='Review',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('data', 'Monthly data review'), ('model', 'Quarterly model review')], max_length=10)),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('due_on', models.DateField()),
                    ('held_at', models.DateTimeField(null=True)),
                    ('held_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('minutes', models.TextField(blank=True, default='')),
                ],
                options={
                    'ordering': ['due_on', 'id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('held_at', None)), fields=('kind',), name='one_review_ahead'), models.CheckConstraint(condition=models.Q(('held_at', None), models.Q(('minutes', ''), _negated=True), _connector='OR'), name='held_with_minutes')],
                },
            ),
            migrations.CreateModel(
                name='Framework',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=40)),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('name', models.CharField(max_length=80)),
                    ('definition', models.JSONField()),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('created_at', models.DateTimeField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('key', 'version'), name='framework_version_unique')],
                },
            ),
            migrations.CreateModel(
                name='Scorecard',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scorecards', to='leads.lead')),
                    ('handoff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scorecards', to='handoff.handoff')),
                    ('framework', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scorecards', to='qualification.framework')),
                    ('created_at', models.DateTimeField()),
                    ('chosen_at', models.DateTimeField()),
                    ('chosen_by', models.CharField(blank=True, db_default='', default='', max_length=400)),
                    ('then', models.CharField(blank=True, db_default='', default='', max_length=40)),
                    ('completed_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['lead', '-created_at'], name='card_lead_at')],
                    'constraints': [models.UniqueConstraint(fields=('handoff', 'framework'), name='one_card_a_framework')],
                },
            ),
            migrations.CreateModel(
                name='LeadAnswer',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('lead', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='said', to='leads.lead')),
                    ('framework', models.CharField(max_length=40)),
                    ('element', models.CharField(max_length=40)),
                    ('words', models.CharField(max_length=1000)),
                    ('via', models.CharField(choices=[('link', 'by link'), ('chat', 'in the chat')], max_length=10)),
                    ('sending', models.UUIDField()),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['lead', 'framework', '-id'], name='lead_answer_of_lead')],
                    'constraints': [models.UniqueConstraint(fields=('sending', 'framework', 'element'), name='lead_answer_once')],
                },
            ),
            migrations.CreateModel(
                name='Answer',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('card', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='qualification.scorecard')),
                    ('element', models.CharField(max_length=40)),
                    ('level', models.PositiveSmallIntegerField(default=0)),
                    ('asked_in_vain', models.BooleanField(default=False)),
                    ('evidence', models.CharField(blank=True, default='', max_length=1000)),
                    ('said', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='qualification.leadanswer')),
                    ('carried', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='qualification.answer')),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('card', 'element'), name='one_answer_an_element'), models.CheckConstraint(condition=models.Q(('level__lte', 3)), name='answer_level'), models.CheckConstraint(condition=models.Q(('asked_in_vain', False), ('level', 0), _connector='OR'), name='in_vain_is_unknown')],
                },
            ),
            migrations.CreateModel(
                name='DispositionReason',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60, unique=True)),
                    ('label', models.CharField(max_length=80)),
                    ('advice', models.CharField(blank=True, default='', max_length=300)),
                    ('asks', models.CharField(blank=True, choices=[('', 'Nothing more'), ('day', 'Until which day'), ('competitor', 'Which competitor'), ('fact', 'Which fact is wrong'), ('attempts', 'Nothing, but only after the agreed attempts')], db_default='', default='', max_length=12)),
                    ('recycles', models.BooleanField(db_default=False, default=False)),
                    ('order', models.PositiveSmallIntegerField(default=1)),
                    ('is_active', models.BooleanField(default=True)),
                ],
                options={
                    'ordering': ['order', 'id'],
                },
            ),
            migrations.CreateModel(
                name='Disposition',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('handoff', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='disposition', to='handoff.handoff')),
                    ('result', models.CharField(choices=[('accepted', 'Accepted as SQL'), ('recycled', 'Recycled'), ('disqualified', 'Disqualified')], max_length=20)),
                    ('reason', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='qualification.dispositionreason')),
                    ('note', models.CharField(blank=True, default='', max_length=1000, verbose_name='note')),
                    ('recycle_on', models.DateField(blank=True, null=True)),
                    ('signal', models.CharField(blank=True, db_default='', default='', max_length=60)),
                    ('day', models.DateField(blank=True, null=True)),
                    ('competitor', models.CharField(blank=True, db_default='', default='', max_length=120)),
                    ('below_gate', models.BooleanField(db_default=False, default=False)),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['at'], name='disposition_at')],
                },
            ),
            migrations.CreateModel(
                name='Ask',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='asks', to='leads.lead')),
                    ('framework', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='qualification.framework')),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('created_at', models.DateTimeField()),
                    ('expires_at', models.DateTimeField()),
                    ('revoked_at', models.DateTimeField(null=True)),
                    ('mailed_at', models.DateTimeField(null=True)),
                    ('answered_at', models.DateTimeField(null=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('lead', 'framework'), name='one_link_a_framework')],
                },
            ),
            migrations.CreateModel(
                name='BlindRound',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('review', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='round', to='qualification.review')),
                    ('made_at', models.DateTimeField()),
                    ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
            ),
            migrations.CreateModel(
                name='RatedLead',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='leads', to='qualification.blindround')),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='leads.lead')),
                    ('handoff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='handoff.handoff')),
                    ('place', models.PositiveSmallIntegerField()),
                    ('why', models.CharField(choices=[('disputed', 'Facts disputed'), ('pivotal', 'One criterion was pivotal'), ('near', 'Close to the line')], max_length=10)),
                ],
                options={
                    'ordering': ['place'],
                    'constraints': [models.UniqueConstraint(fields=('round', 'handoff'), name='handoff_once_a_round')],
                },
            ),
            migrations.CreateModel(
                name='Rating',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('rated', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='qualification.ratedlead')),
                    ('side', models.CharField(choices=[('marketing', 'Marketing'), ('sales', 'Sales')], max_length=10)),
                    ('is_worth_it', models.BooleanField()),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('rated', 'side'), name='one_rating_a_side')],
                },
            ),
            migrations.CreateModel(
                name='Chat',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('slug', models.SlugField(max_length=60, unique=True)),
                    ('name', models.CharField(max_length=120)),
                    ('greeting', models.CharField(max_length=400)),
                    ('steps', models.JSONField(default=list)),
                    ('closing', models.CharField(max_length=400)),
                    ('source', models.CharField(max_length=80)),
                    ('purpose', models.CharField(blank=True, default='', max_length=60)),
                    ('pages', models.JSONField(default=list)),
                    ('after_s', models.PositiveSmallIntegerField(default=5)),
                    ('embed_hosts', models.JSONField(default=list)),
                    ('least_seconds', models.PositiveSmallIntegerField(default=3)),
                    ('is_live', models.BooleanField(default=True)),
                    ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('created_at', models.DateTimeField()),
                ],
                options={
                    'ordering': ['name', 'id'],
                },
            ),
            migrations.CreateModel(
                name='Conversation',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('chat', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to='qualification.chat')),
                    ('lead', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='conversations', to='leads.lead')),
                    ('state', models.CharField(choices=[('taken', 'Taken'), ('suspected', 'Waiting'), ('left', 'Left out')], default='taken', max_length=10)),
                    ('lines', models.JSONField(default=list)),
                    ('values', models.JSONField(default=dict)),
                    ('answers', models.JSONField(default=list)),
                    ('came', models.JSONField(default=dict)),
                    ('marks', models.JSONField(default=list)),
                    ('is_done', models.BooleanField(default=False)),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['chat', '-at'], name='conversation_of_chat')],
                },
            ),
            migrations.CreateModel(
                name='DealStage',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=60)),
                    ('order', models.PositiveSmallIntegerField(default=1)),
                    ('is_active', models.BooleanField(default=True)),
                ],
                options={
                    'ordering': ['order', 'id'],
                },
            ),
            migrations.CreateModel(
                name='DealReason',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60, unique=True)),
                    ('label', models.CharField(max_length=80)),
                    ('ending', models.CharField(choices=[('won', 'Won'), ('lost', 'Lost')], max_length=4)),
                    ('order', models.PositiveSmallIntegerField(default=1)),
                    ('is_active', models.BooleanField(default=True)),
                ],
                options={
                    'ordering': ['ending', 'order', 'id'],
                },
            ),
            migrations.CreateModel(
                name='PassedSql',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('lead', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='passed', to='leads.lead')),
                    ('handoff', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='passed', to='handoff.handoff')),
                    ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team')),
                    ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('passed_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('end', models.CharField(blank=True, choices=[('opened', 'Opportunity opened'), ('returned', 'Sent back'), ('undone', 'Acceptance taken back'), ('merged', 'Merged')], default='', max_length=10)),
                    ('note', models.CharField(blank=True, default='', max_length=1000)),
                ],
                options={
                    'indexes': [models.Index(fields=['passed_at', 'id'], name='passed_sql_at'), models.Index(fields=['lead', '-id'], name='passed_sql_of_lead'), models.Index(condition=models.Q(('ended_at', None)), fields=['team', 'passed_at'], name='passed_sql_waits')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('lead',), name='one_passed_sql_a_lead'), models.CheckConstraint(condition=models.Q(models.Q(('end', ''), ('ended_at', None)), models.Q(('ended_at__isnull', False), models.Q(('end', ''), _negated=True)), _connector='OR'), name='passed_sql_says_how_it_ended')],
                },
            ),
            migrations.CreateModel(
                name='Opportunity',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ('lead', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='opportunities', to='leads.lead')),
                    ('handoff', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='opportunity', to='handoff.handoff')),
                    ('team', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team')),
                    ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('name', models.CharField(max_length=200)),
                    ('deal', models.CharField(blank=True, default='', max_length=200)),
                    ('amount', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                    ('currency', models.CharField(max_length=3)),
                    ('expected_on', models.DateField(null=True)),
                    ('stage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='qualification.dealstage')),
                    ('staged_at', models.DateTimeField()),
                    ('state', models.CharField(choices=[('open', 'Open'), ('won', 'Won'), ('lost', 'Lost'), ('merged', 'Merged')], default='open', max_length=6)),
                    ('opened_at', models.DateTimeField()),
                    ('opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('closed_at', models.DateTimeField(null=True)),
                    ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('reason', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='qualification.dealreason')),
                    ('note', models.CharField(blank=True, default='', max_length=1000)),
                    ('outcome', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='opportunity', to='leads.outcome')),
                ],
                options={
                    'indexes': [models.Index(fields=['lead', '-id'], name='opportunity_of_lead'), models.Index(fields=['opened_at', 'id'], name='opportunity_opened'), models.Index(fields=['state', 'opened_at', 'id'], name='opportunity_state'), models.Index(fields=['closed_at', 'id'], name='opportunity_closed'), models.Index(fields=['team', 'state', 'opened_at'], name='opportunity_team')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('lead',), name='one_open_opportunity'), models.UniqueConstraint(condition=models.Q(('deal', ''), _negated=True), fields=('deal',), name='opportunity_deal_unique'), models.CheckConstraint(condition=models.Q(('amount', None), ('amount__gte', 0), _connector='OR'), name='amount_is_not_negative'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='opportunity_ends_when_it_is_closed')],
                },
            ),
            migrations.CreateModel(
                name='DealReview',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('opportunity', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='review', to='qualification.opportunity')),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('at', models.DateTimeField()),
                    ('note', models.CharField(blank=True, default='', max_length=1000)),
                ],
                options={
                    'indexes': [models.Index(fields=['-at', '-id'], name='deal_review_at')],
                },
            ),
            migrations.CreateModel(
                name='DealSign',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('review', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='signs', to='qualification.dealreview')),
                    ('kind', models.CharField(choices=[('spoke', 'Spoke for it'), ('earlier', 'Could have been seen earlier')], max_length=8)),
                    ('source', models.CharField(choices=[('criterion', 'Score'), ('element', 'Scorecard')], max_length=10)),
                    ('key', models.CharField(max_length=80)),
                    ('label', models.CharField(max_length=200)),
                ],
                options={
                    'indexes': [models.Index(fields=['source', 'key', 'kind'], name='deal_sign_key')],
                    'constraints': [models.UniqueConstraint(fields=('review', 'kind', 'source', 'key'), name='deal_sign_once')],
                },
            ),
            migrations.CreateModel(
                name='Sequence',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80, unique=True)),
                    ('audience', models.CharField(choices=[('routed', 'Leads that routing sends to nurture'), ('recycled', 'Recycled leads, and SQLs that are sent back'), ('new', 'New leads below MQL'), ('stale', 'Leads below MQL that went quiet'), ('nobody', 'Only whom somebody adds')], max_length=10)),
                    ('after_days', models.PositiveSmallIntegerField(default=14)),
                    ('is_on', models.BooleanField(default=False)),
                    ('ends_on_click', models.BooleanField(default=False)),
                    ('purpose', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='leads.consentpurpose')),
                    ('order', models.PositiveSmallIntegerField(default=1)),
                    ('created_at', models.DateTimeField()),
                    ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['order', 'id'],
                },
            ),
            migrations.CreateModel(
                name='SequenceStep',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('sequence', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='qualification.sequence')),
                    ('number', models.PositiveSmallIntegerField()),
                    ('wait_days', models.PositiveSmallIntegerField(default=3)),
                    ('subject', models.CharField(max_length=150)),
                    ('body', models.TextField(max_length=8000)),
                    ('asks', models.SlugField(blank=True, default='', max_length=40)),
                    ('removed_at', models.DateTimeField(null=True)),
                ],
                options={
                    'ordering': ['number', 'id'],
                },
            ),
            migrations.CreateModel(
                name='Enrolment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('sequence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='qualification.sequence')),
                    ('lead', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='enrolments', to='leads.lead')),
                    ('entered_at', models.DateTimeField()),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('reached', models.PositiveSmallIntegerField(default=0)),
                    ('next_at', models.DateTimeField(null=True)),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('end', models.CharField(blank=True, choices=[('done', 'Got everything'), ('replied', 'Replied'), ('clicked', 'Clicked'), ('crossed', 'Went to sales'), ('unsubscribed', 'Wants no e-mails'), ('unreachable', 'No address'), ('stopped', 'Taken out'), ('merged', 'Merged')], default='', max_length=12)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['next_at', 'id'], name='enrolment_due'), models.Index(fields=['sequence', 'end', '-id'], name='enrolment_of_sequence'), models.Index(fields=['lead', '-id'], name='enrolment_of_lead')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('lead',), name='one_sequence_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('end', ''), ('ended_at', None), ('next_at__isnull', False)), models.Q(('ended_at__isnull', False), ('next_at', None), models.Q(('end', ''), _negated=True)), _connector='OR'), name='enrolment_goes_on_or_ended')],
                },
            ),
            migrations.CreateModel(
                name='SequenceMail',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mails', to='qualification.enrolment')),
                    ('step', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='qualification.sequencestep')),
                    ('links', models.JSONField(default=list)),
                    ('posted_at', models.DateTimeField()),
                    ('clicked_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['posted_at'], name='sequence_mail_posted')],
                    'constraints': [models.UniqueConstraint(fields=('enrolment', 'step'), name='a_step_once_a_lead')],
                },
            ),
            migrations.CreateModel(
                name='Stakeholder',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stakeholders', to='leads.lead')),
                    ('colleague', models.UUIDField(null=True)),
                    ('name', models.CharField(blank=True, default='', max_length=200)),
                    ('title', models.CharField(blank=True, default='', max_length=160)),
                    ('role', models.CharField(choices=[('decides', 'decides'), ('influences', 'influences'), ('champion', 'champion')], max_length=12)),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('lead', 'colleague', 'name', 'role'), name='stakeholder_once', nulls_distinct=False)],
                },
            ),
            migrations.CreateModel(
                name='CoachingNote',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('card', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='qualification.scorecard')),
                    ('element', models.CharField(blank=True, default='', max_length=40)),
                    ('text', models.CharField(max_length=1000)),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('at', models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                name='CardSeat',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('handoff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='handoff.handoff')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('handoff', 'user'), name='one_card_seat')],
                },
            ),
            migrations.CreateModel(
                name='FrameworkRule',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('order', models.PositiveIntegerField()),
                    ('name', models.CharField(max_length=120)),
                    ('conditions', models.JSONField(blank=True, default=list)),
                    ('framework', models.CharField(max_length=40)),
                    ('then', models.CharField(blank=True, default='', max_length=40)),
                ],
                options={
                    'ordering': ['order', 'id'],
                },
            ),
            migrations.CreateModel(
                name='FactVerdict',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('disposition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='verdicts', to='qualification.disposition')),
                    ('criterion', models.CharField(max_length=200)),
                    ('label', models.CharField(max_length=200)),
                    ('points', models.IntegerField()),
                    ('field', models.CharField(blank=True, default='', max_length=80)),
                    ('fact', models.CharField(blank=True, default='', max_length=400)),
                    ('verdict', models.CharField(choices=[('right', 'Right'), ('wrong', 'Wrong'), ('outdated', 'Outdated'), ('no_count', 'Should not count')], max_length=10)),
                    ('old', models.JSONField(null=True)),
                    ('new', models.JSONField(null=True)),
                    ('corrected', models.BooleanField(default=False)),
                    ('events', models.JSONField(default=dict)),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('at', models.DateTimeField()),
                    ('settled_as', models.CharField(blank=True, choices=[('fixed', 'Fact fixed'), ('adjusted', 'Criterion adjusted'), ('disagreed', 'Disagreed')], default='', max_length=10)),
                    ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('settled_at', models.DateTimeField(null=True)),
                    ('word', models.CharField(blank=True, default='', max_length=1000)),
                    ('draft', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='scoring.modelversion')),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(models.Q(('verdict', 'right'), _negated=True), ('settled_at', None)), fields=['-id'], name='dispute_open'), models.Index(fields=['criterion', 'at'], name='verdict_criterion')],
                    'constraints': [models.UniqueConstraint(fields=('disposition', 'criterion'), name='one_verdict_a_criterion'), models.CheckConstraint(condition=models.Q(models.Q(('settled_as', ''), ('settled_at', None)), models.Q(('settled_at__isnull', False), models.Q(('settled_as', ''), _negated=True)), _connector='OR'), name='verdict_settled_whole')],
                },
            ),
            migrations.CreateModel(
                name='Undo',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('disposition', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='undo', to='qualification.disposition')),
                    ('entry', models.BigIntegerField()),
                    ('kept', models.JSONField()),
                    ('at', models.DateTimeField()),
                ],
            ),
        ]),
        migrations.RunPython(_beginnings.write, migrations.RunPython.noop),
    ]
