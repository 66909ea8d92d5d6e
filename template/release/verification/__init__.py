"""Claims about a published release, one place of the world in each module."""
