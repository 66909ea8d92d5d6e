"""How parts of a workflow of GitHub are written: needs, matrices, outputs, and what starts it."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping
from typing import Any

from tests.support.workflows.expressions import Known


def needs_of(job: Mapping[str, Any]) -> list[str]:
    """Return the jobs that a job waits for."""
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else list(needs)


def rows_of(matrix: Mapping[str, Any], known: Known) -> Iterator[Mapping[str, Any]]:
    """Yield what each job of a matrix is given: a list to include, or one list under a name."""
    [(name, text)] = matrix.items()
    values = known.given(text) if isinstance(text, str) else text
    yield from values if name == "include" else ({name: value} for value in values)


def outputs_of(text: str) -> dict[str, str]:
    """Return the outputs that a step wrote: name=value, or name<<END with lines up to END."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        name, sign, value = line.partition("<<") if "=" not in line.partition("<<")[0] else line.partition("=")
        if sign == "<<":
            more = []
            while (each := next(lines)) != value:
                more.append(each)
            value = "\n".join(more)
        found[name] = value
    return found


def refuse_other_event(on: Mapping[str, Any], name: str, ref: str) -> None:
    """Fail unless an event starts a workflow."""
    assert name in on, f"{name} does not start this workflow"
    if name == "push":
        kind = "tags" if ref.startswith("refs/tags/") else "branches"
        patterns = on["push"].get(kind, [])
        assert any(fnmatch.fnmatch(ref.split("/", 2)[-1], each) for each in patterns), f"{ref} starts nothing"
