"""Steps and gates: how they are run, repeated, cached and locked."""
