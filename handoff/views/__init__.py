"""Doors of handoff."""
