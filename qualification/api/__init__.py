"""Doors for machines. The rooms are those of the pages."""
