"""What _check.c defines."""

def is_slug(text: str, /) -> bool:
    """Return whether a text is what slugify returns with the usual separator."""
