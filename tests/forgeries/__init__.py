"""Claims that somebody forged with plain git, and what a release makes of them."""
