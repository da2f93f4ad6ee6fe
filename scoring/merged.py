"""When two leads become one: a score that a person set is about one row, and so is what was told of it."""

from leads.identity import movers

movers.stays("scoring.Override", "scoring.Alert")
