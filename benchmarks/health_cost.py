"""What `inv health` costs with a large plan and a long history: 5,000 items, 20,000 commits.

python -m benchmarks.health_cost [ITEMS COMMITS]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.metrics_cost import ROOT, clock, made, seconds

_ROUNDS = 3
_MOST = 2.0  # seconds by the clock


def plan(items: int) -> str:
    """Return a plan in which six of seven items need the one before."""
    rows = ["date = 2099-03-02\n"]
    for number in range(items):
        needs = f'"i{number - 1}"' if number % 7 else ""
        rows.append(f'[[item]]\nid = "i{number}"\ntitle = "Item {number}"\nneeds = [{needs}]\n')
        rows.append(f"must = {str(number % 5 == 0).lower()}\neffort = {number % 13 + 1}\n")
    return "".join(rows)


def planned(place: Path, items: int, commits: int) -> None:
    """Make the repository with its plan."""
    made(place, commits, max(1, commits // 1000))
    (place / "plans").mkdir()
    (place / "plans" / f"1.{commits}.toml").write_text(plan(items), encoding="utf-8")
    who = ("-c", "user.name=Ada Lovelace", "-c", "user.email=ada@example.org")
    subprocess.run(["git", "-C", place, "add", "--all"], check=True)
    subprocess.run(["git", "-C", place, *who, "commit", "--quiet", "--message=plan"], check=True)


def main(items: int = 5_000, commits: int = 20_000) -> None:
    """Measure after the imports, which every command has."""
    sys.path.insert(0, str(ROOT / "template"))
    from release.commands.planning import health
    from release.context_loader import load_context

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "acme"
        planned(place, items, commits)
        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}

        def ours() -> str:
            return health.show(load_context(place, env, write=False))

        processor = seconds(ours, _ROUNDS)
        begun, used = time.monotonic(), clock()
        ours()
        waited, used = time.monotonic() - begun, clock() - used
    print(f"{items} items, {commits} commits: inv health takes {processor:.2f} s of the processor, git included")
    reached = "reached" if waited < _MOST else "missed"
    print(f"goal: one look under {_MOST:g} s: {waited:.2f} s by the clock, {reached} ({used:.2f} s of the processor)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
