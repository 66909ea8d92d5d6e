"""Claims about a release, each asked by itself."""
