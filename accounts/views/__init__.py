"""Doors of accounts."""
