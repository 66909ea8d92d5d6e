"""The tasks without a tasks.py: `python -m release preflight` is `inv preflight`."""

from __future__ import annotations

from invoke.collection import Collection
from invoke.program import Program

from release import tasks

Program(namespace=Collection.from_module(tasks), name="release", binary="inv").run()
