"""The project's git repository and its remote."""
