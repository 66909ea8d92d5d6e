"""The commands that measure a project: its dependencies, speed and documentation."""
