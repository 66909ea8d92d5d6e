"""The commands after a release: one file for each."""
