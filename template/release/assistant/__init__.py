"""A model's comments on recorded facts: each claim cites facts and is checked against them; nothing is decided here."""
