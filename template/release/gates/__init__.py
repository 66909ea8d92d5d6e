"""Questions that can stop a release and change nothing, by what they ask about."""
