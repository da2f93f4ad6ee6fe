"""Doors for machines, a file for each kind of thing."""
