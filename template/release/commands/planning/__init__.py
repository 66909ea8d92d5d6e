"""The commands around the plan of a release: one file for each."""
