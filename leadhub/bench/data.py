"""The data of the benchmark, made by SQL: leads, companies, events of 180 days, a team, a live model."""

from datetime import datetime

from django.db import connection

from accounts import clock
from accounts.models import Role, Team, User
from handoff.models import Calendar, CalendarVersion, RoutingRule, SlaPolicy, SlaPolicyVersion
from leadhub.bench.model import measured
from leadhub.demo.setting import ROUND_THE_CLOCK
from leads.activity.signatures import Look, numbers
from leads.models import Lead
from scoring import runs
from scoring.models import ModelVersion
from scoring.publishing import versions

LOOKS = [
    *[Look("page", "", path) for path in ("/", "/product", "/about", "/customers", "/docs/api")],
    *[Look("page", "", path) for path in ("/blog/a", "/blog/b", "/pricing", "/pricing/plans", "/careers")],
    Look("email_open"), Look("email_click"), Look("social_click"), Look("case_study", "Guide"),
    Look("roi_calculator"), Look("webinar", "Scores"), Look("demo_request"), Look("unsubscribe"),
]  # fmt: skip
# How often each look is met, in the order above: most events say little.
WEIGHTS = [20, 14, 6, 5, 2, 8, 8, 4, 2, 1, 16, 6, 3, 2, 1, 1, 1, 0.3]


def build(leads: int, events: int) -> ModelVersion:
    """Fills an empty database; returns the live version. The rows depend on nothing but the two numbers."""
    at = clock.now()
    _setting(at)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT setseed(0.42)")
        _people(cursor, leads)
        _acts(cursor, leads, events)
        # Autovacuum would otherwise do this in the middle of a measurement.
        for table in ("leads_lead", "leads_leadscore", "leads_event", "leads_company"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")
    draft = versions.start("Bench", measured(), by=None, at=at)
    version = versions.publish(draft, reason="bench", opens_handoffs=False, by=None, at=at)
    rescore_all(version)
    return version


def rescore_all(version: ModelVersion) -> None:
    """Brings every score up to date, one worker, chunk by chunk."""
    runs.start(version, cause="edit", opens_handoffs=False, at=clock.now())
    while runs.advance(clock.now()):
        pass


def _setting(at: datetime) -> None:
    team = Team.objects.create(name="Bench")
    calendar = Calendar.objects.create(name="Bench", team=team)
    CalendarVersion.objects.create(calendar=calendar, number=1, week=ROUND_THE_CLOCK, created_at=at)
    policy = SlaPolicy.objects.create(name="Bench", team=team)
    targets = {"claim": {"minutes": 600, "clock": "business"}}
    SlaPolicyVersion.objects.create(policy=policy, number=1, targets=targets, created_at=at)
    RoutingRule.objects.create(order=1, name="Everybody", team=team)
    for number in range(2):
        user = User.objects.create_user(
            email=f"sdr{number}@bench.example", name=f"SDR {number}", role=Role.SDR
        )
        user.teams.add(team)


def _people(cursor: object, leads: int) -> None:
    cursor.execute(  # type: ignore[attr-defined]
        """INSERT INTO leads_company (public_id, name, identity, domain, industry, employees, country, created_at)
           SELECT gen_random_uuid(), 'Firm ' || n, 'domain:firm' || n || '.example', 'firm' || n || '.example',
                  (ARRAY['Software','Finance','Retail','Energy'])[1 + n %% 4], (10 ^ (1 + random() * 3))::int,
                  (ARRAY['DE','US','GB','FR','AQ'])[1 + n %% 5], app_now() - interval '200 days'
             FROM generate_series(1, %(firms)s) n;
           INSERT INTO leads_lead (public_id, email, phone, phone_e164, first_name, last_name, title, company_id,
                                   company_name, country, attributes, source, campaign, direction, stage,
                                   external_id,
                                   created_at, updated_at)
           SELECT gen_random_uuid(), 'p' || n || CASE WHEN n %% 6 = 0 THEN '@gmail.com'
                                                 ELSE '@firm' || (1 + n %% %(firms)s) || '.example' END,
                  CASE WHEN n %% 2 = 0 THEN '+49 30 ' || n ELSE '' END, '', 'Given' || n %% 997, 'Family' || n,
                  (ARRAY['Chief Executive','VP Sales','Director','Manager','Analyst','Student','Consultant',''])
                      [1 + (n * 7) %% 8],
                  (SELECT min(id) FROM leads_company) + n %% %(firms)s, 'Firm ' || (1 + n %% %(firms)s),
                  (ARRAY['DE','US','GB','FR','AQ'])[1 + n %% 5], '{}', 'Website', '', 'inbound', 'lead', '',
                  app_now() - random() * interval '180 days', app_now()
             FROM generate_series(1, %(leads)s) n;
           INSERT INTO leads_leadscore (lead_id, fit, engagement, account, negative, total, band, flag, armed,
                                        crossings, stage)
           SELECT id, 0, 0, 0, 0, 0, '', '', true, 0, 'lead' FROM leads_lead""",
        {"leads": leads, "firms": max(1, leads // 5)},
    )


def _acts(cursor: object, leads: int, events: int) -> None:
    """Events in the order of time, spread unevenly over leads: a few have thousands, most have some."""
    signatures = numbers(LOOKS)
    ids = [signatures[look][0] for look in LOOKS]
    kinds = [signatures[look][1] for look in LOOKS]
    total = sum(WEIGHTS)
    edges: list[float] = []
    for weight in WEIGHTS:
        edges.append((edges[-1] if edges else 0.0) + weight / total)
    first = Lead.objects.order_by("id").values_list("id", flat=True)[0]
    cursor.execute(  # type: ignore[attr-defined]
        """INSERT INTO leads_event (lead_id, occurred_at, received_at, kind, signature_id, trust, properties)
           SELECT %(first)s + floor(%(leads)s * power(r.who, 1.6))::int, r.at, r.at,
                  (%(kinds)s::int[])[r.look], (%(ids)s::bigint[])[r.look], 0, '{}'
             FROM (SELECT random() AS who,
                          app_now() - interval '180 days' + interval '180 days' * (n::float8 / %(events)s) AS at,
                          least(%(looks)s, 1 + width_bucket(random(), %(edges)s::float8[])) AS look
                     FROM generate_series(1, %(events)s) n) r;
           UPDATE leads_lead l SET last_activity_at = e.at
             FROM (SELECT v.lead_id, max(v.occurred_at) AS at FROM leads_event v
                     JOIN leads_eventkind k ON k.id = v.kind WHERE k.is_engagement GROUP BY v.lead_id) e
            WHERE e.lead_id = l.id""",
        {
            "first": first, "leads": leads, "events": events, "kinds": kinds, "ids": ids,
            "looks": len(LOOKS), "edges": edges[:-1],
        },
    )  # fmt: skip
