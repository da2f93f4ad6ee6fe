"""Starter models. Published guides disagree on every number, so each is a beginning to choose and not a
constant. Files: pieces, then tiers, others and guided beside each other."""

from django.utils.translation import gettext_lazy as _

from scoring.starters.others import blank, compact, condition, hundred, service
from scoring.starters.pieces import Starter
from scoring.starters.tiers import SOURCED, simple, tiers

__all__ = ["STARTERS", "Starter", "tiers"]

STARTERS = [
    Starter(
        "tiers",
        _("B2B tiers"),
        _(
            "Titles, size, pages and forms, private addresses, silence. MQL from 50, sales-ready from 75."
        ),
        "The first version: the B2B tiers.",
        tiers,
        {*SOURCED, "nurture", "mql", "sales_ready"},
    ),
    Starter(
        "simple",
        _("B2B with journeys"),
        _(
            "The same points with sequences, return visits and accounts. MQL from 50, outreach at once from 100."
        ),
        "The first version: B2B with journeys.",
        simple,
        {*SOURCED, "journey", "mql", "sales_ready"} - {"social"},
    ),
    Starter(
        "compact",
        _("Compact"),
        _("Nine criteria and a band of those out of the race. MQL from 40, sales-ready from 80."),
        "The first version: the compact model.",
        compact,
        {"cmo", "pricing", "unsubscribe", "bad_phone", "mql", "sales_ready"},
    ),
    Starter(
        "hundred",
        _("100 points"),
        _("Company size in steps, titles by seniority. MQL from 100."),
        "The first version: MQL from 100 points.",
        hundred,
        {"c_level", "mql"},
    ),
    Starter(
        "condition",
        _("By what they did"),
        _("MQL is who saw the prices and took a white paper; every week of silence takes 10 %."),
        "The first version: an MQL by what a lead did.",
        condition,
        {"pricing", "white_paper", "mql"},
    ),
    Starter(
        "service",
        _("Customers who want more"),
        _("For a service model: upgrades asked for, limits reached, the product used."),
        "The first version: customers who want more.",
        service,
    ),
    Starter(
        "blank",
        _("From nothing"),
        _("One criterion and two bands."),
        "The first version.",
        blank,
    ),
]
