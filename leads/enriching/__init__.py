"""Enrichment: drawers that fill in what is not known of a lead, each value with source, time and confidence."""
