"""Imports: staged lines are the truth; pieces under two seconds are run by workers."""

from leads.importing.running import advance

__all__ = ["advance"]
