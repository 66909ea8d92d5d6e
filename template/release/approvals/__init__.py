"""Decisions of people: their records, whether they count, and who signed them."""
