"""How many of a project's public objects have a docstring, counted by griffe in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from release.adapters.workers.pool import ours
from release.base.shell import run

_SECONDS = 120.0  # that reading the files may take


def count_docstrings(folder: Path, packages: Sequence[str], environment: Mapping[str, str]) -> tuple[int, list[str]]:
    """Return how many public objects of packages in a folder have a docstring, and the paths of those without."""
    argv = ours("docstring_worker", folder, *packages)
    told = json.loads(run(argv, cwd=folder, env=environment, timeout=_SECONDS).require().out)
    return int(told["documented"]), [str(each) for each in told["missing"]]
