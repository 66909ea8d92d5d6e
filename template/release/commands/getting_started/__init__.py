"""Commands of the first day: setup, the choice of a version, notes from commits."""
