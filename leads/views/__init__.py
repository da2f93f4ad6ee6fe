"""Doors of the ground floor."""
