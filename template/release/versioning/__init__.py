"""Versions: which comes next, how it is written, and the release commit."""
