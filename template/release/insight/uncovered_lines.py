"""Which changed lines no test runs, by what coverage measured last in this working tree (`nox -s tests coverage`)."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from release.base.first_few import names_of
from release.base.shell import run
from release.base.temporary_folders import temporary_folder
from release.context import Context

DATA = ".coverage"  # where `coverage combine` puts what the tests measured
_MEASURE = "nox -s tests coverage"
_HUNK = re.compile(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_SECONDS = 120.0


@dataclass(frozen=True)
class Uncovered:
    """The changed lines that no test runs, as "src/acme/a.py:3-5, 9", and why some are not known."""

    lines: tuple[str, ...] = ()
    doubt: str = ""


def uncovered_lines(ctx: Context, since: str, head: str, sources: Sequence[str]) -> Uncovered:
    """Return which lines of changed modules no test runs, as far as they were measured as they are in `head`."""
    modules = [each for each in sources if each.endswith(".py")]
    data = ctx.root / DATA
    if not modules:
        return Uncovered()
    if not data.is_file():
        return Uncovered(doubt=f"no coverage was measured here, so uncovered lines are not known: {_MEASURE}")
    missing = _missing(ctx, data)
    if missing is None:
        return Uncovered(doubt=f"{DATA} cannot be read, so uncovered lines are not known: {_MEASURE}")
    differing = set(ctx.git.read("diff", "--name-only", "--relative", head, "--", *modules).splitlines())
    measured = data.stat().st_mtime
    stale = [each for each in modules if each in differing or (ctx.root / each).stat().st_mtime > measured]
    fresh = {each: missing[each] - _unchanged(ctx, since, head, each) for each in modules if missing.get(each)}
    found = [f"{path}:{_ranges(sorted(lines))}" for path, lines in fresh.items() if lines and path not in stale]
    doubt = f"changed since coverage was measured: {names_of(stale)}: {_MEASURE}" if stale else ""
    return Uncovered(tuple(found), doubt)


def _missing(ctx: Context, data: Path) -> Mapping[str, set[int]] | None:
    """Return {path: numbers of its lines that ran in no test}; None where coverage is not here, or cannot say."""
    theirs = sorted(ctx.root.glob(".nox/coverage*/bin/python"))
    python = Path(sys.executable) if find_spec("coverage") else next(iter(theirs), None)
    if python is None:
        return None
    with temporary_folder() as folder:
        answer = Path(folder) / "coverage.json"
        words = ("--quiet", "--fail-under=0", f"--data-file={data}", "-o", str(answer))
        argv = [str(python), "-P", "-m", "coverage", "json", *words]
        run(argv, cwd=ctx.root, env=ctx.withheld, timeout=_SECONDS)
        if not answer.exists():
            return None
        files = json.loads(answer.read_text(encoding="utf-8"))["files"]
    return {Path(path).as_posix(): set(each["missing_lines"]) for path, each in files.items()}


def _unchanged(ctx: Context, since: str, head: str, path: str) -> set[int]:
    """Return the numbers of the lines of a file in `head` that a tag has, too; none without a tag."""
    if not since:
        return set()
    whole, changed = set(range(1, (ctx.git.file_at(head, path) or "").count("\n") + 2)), set[int]()
    for start, count in _HUNK.findall(ctx.git.read("diff", "--unified=0", f"{since}..{head}", "--", path)):
        changed |= set(range(int(start), int(start) + int(count or 1)))
    return whole - changed


def _ranges(numbers: Sequence[int]) -> str:
    """Return numbers as ranges: "3-5, 9"."""
    starts = [numbers[0], *(after for before, after in pairwise(numbers) if after > before + 1)]
    ends = [*(before for before, after in pairwise(numbers) if after > before + 1), numbers[-1]]
    rows = [f"{start}-{end}" if end > start else f"{start}" for start, end in zip(starts, ends, strict=True)]
    return ", ".join(rows)
