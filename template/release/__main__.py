"""The tasks without a tasks.py: `python -m release preflight` is `inv preflight`."""

from __future__ import annotations

# ruff: noqa: E402 - first of all, since the imports below find what sys.path finds first
from release.base import module_path

module_path.apply()

from invoke.collection import Collection
from invoke.program import Program

from release import tasks

Program(namespace=Collection.from_module(tasks), name="release", binary="inv").run()
