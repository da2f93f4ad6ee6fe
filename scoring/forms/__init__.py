"""Forms of scoring. Those of the editor only read what was typed; what it can mean is decided by
definition/parsing.py. By what they ask: criterion, band, rules (disqualifiers and variants), publishing;
of parts that several have: typed, condition, match, behaviour."""

from scoring.forms.publishing import StartForm

__all__ = ["StartForm"]
