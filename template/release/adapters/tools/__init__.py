"""The tools of the field, each called by its own command line."""
