"""Dates of a planned release: its calendar and timeline, working days, the critical path, support."""
