"""The seed of what tests choose by chance: printed by pytest, the same in every worker, given by KEELWAY_SEED."""

from __future__ import annotations

import os
import secrets

# The first process that imports this chooses; pytest-xdist's workers inherit it.
SEED = int(os.environ.setdefault("KEELWAY_SEED", str(secrets.randbelow(100_000))))

# How many times as many random moments a run tries as usual: KEELWAY_MOMENTS=8 is a night's work.
MORE = int(os.environ.get("KEELWAY_MOMENTS", "1"))
