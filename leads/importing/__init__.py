"""Imports: staged lines are the truth; workers run them in short pieces."""

from leads.importing.running import advance

__all__ = ["advance"]
