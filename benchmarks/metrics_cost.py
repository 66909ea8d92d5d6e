"""What `inv metrics` costs beside the bare `git log` that reads the same commits: 100,000 of them, 500 releases.

python -m benchmarks.metrics_cost [COMMITS RELEASES]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_YEAR = 365 * 86_400
_MOST = 5.0  # seconds by the clock
_PYPROJECT = """\
[project]
name = "acme"
version = "1.0"
[tool.towncrier]
directory = "changelog.d"
filename = "CHANGELOG.md"
[tool.towncrier.fragment.feature]
[tool.towncrier.fragment.fix]
"""
_BARE = ("log", "--topo-order", "--format=%H%x00%P%x00%ct%x00%at%x00%ae%x00%an%x00%s", "main")


def history(commits: int, releases: int) -> Iterator[str]:
    """Yield the stream of git fast-import: a fragment in every fifth commit, all of it within the last year."""
    now = int(time.time())
    every, step = commits // releases, _YEAR / commits
    waiting: list[str] = []
    for number in range(1, commits + 1):
        at = int(now - _YEAR + number * step)
        released = number % every == 0
        message = f"change {number}\n"
        if released:
            message = f"Release acme 1.{number // every}.0\n\nRelease: 1.{number // every}.0\n"
        who = "dependabot[bot] <bot@example.org>" if number % 7 == 0 else "Ada Lovelace <ada@example.org>"
        yield f"commit refs/heads/main\nmark :{number}\nauthor {who} {at} +0000\ncommitter {who} {at} +0000\n"
        yield f"data {len(message)}\n{message}\n"
        files = {f"src/f{number % 500}.py": f"{number}\n"}
        if number == 1:
            files |= {"pyproject.toml": _PYPROJECT, "release.toml": "index = []\n"}
        if released:
            files["CHANGELOG.md"] = f"# 1.{number // every}.0\n"
            yield "".join(f"D {path}\n" for path in waiting)
            waiting = []
        elif number % 5 == 0:
            waiting.append(f"changelog.d/{number}.fix.md")
            files[waiting[-1]] = f"change {number}\n"
        yield "".join(f"M 100644 inline {path}\ndata {len(text)}\n{text}\n" for path, text in files.items())
        if released:
            yield f"tag v1.{number // every}.0\nfrom :{number}\ntagger {who} {at} +0000\ndata 1\nx\n"


def made(place: Path, commits: int, releases: int) -> None:
    """Make the repository."""
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", place], check=True)
    with subprocess.Popen(["git", "-C", str(place), "fast-import", "--quiet"], stdin=subprocess.PIPE) as process:
        if process.stdin is None:
            raise AssertionError("git has no input")
        for part in history(commits, releases):
            process.stdin.write(part.encode())
    subprocess.run(["git", "-C", place, "reset", "--quiet", "--hard"], check=True)


def clock() -> float:
    """Return the processor time of this process and of the commands that it waited for, in seconds."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def seconds(call: Callable[[], object], rounds: int = 3) -> float:
    """Return the least processor time of some rounds."""
    found = []
    for _ in range(rounds):
        begun = clock()
        call()
        found.append(clock() - begun)
    return min(found)


def main(commits: int = 100_000, releases: int = 500) -> None:
    """Measure both and print the ratio."""
    sys.path.insert(0, str(ROOT / "template"))
    from release.commands.after_release import metrics
    from release.context_loader import load_context

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "acme"
        made(place, commits, releases)
        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}

        def bare() -> None:
            subprocess.run(["git", "-C", place, *_BARE], check=True, stdout=subprocess.DEVNULL)

        def ours() -> int:
            ctx = load_context(place, env, write=False)
            return len(metrics.look(ctx, offline=True).metrics.releases)

        git, whole = seconds(bare), seconds(ours)
        begun = time.monotonic()
        counted = ours()
        waited = time.monotonic() - begun
    ratio = f"{whole / git:.1f} times"
    print(f"{commits} commits, {counted} releases: git log {git:.2f} s, inv metrics {whole:.2f} s, {ratio}")
    print(f"goal: one look under {_MOST:g} s: {waited:.1f} s, {'reached' if waited < _MOST else 'missed'}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
