"""Doors of qualification."""
