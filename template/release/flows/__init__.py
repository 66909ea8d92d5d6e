"""One intention of a user each: release, look, write a note."""
