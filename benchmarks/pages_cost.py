"""What `inv pages` costs: 300 releases with their records and, for the newest, plans.

python -m benchmarks.pages_cost [RELEASES PLANS]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.metrics_cost import ROOT, clock

_DAY, _BETWEEN, _RECORDS = 86_400, 10, 3  # seconds; days between releases; approvals of each
_START = int(datetime(2018, 1, 1, tzinfo=UTC).timestamp())
_WHO = "Ada Lovelace <ada@example.org>"
_PYPROJECT = """\
[project]
name = "acme"
version = "1.0"
dependencies = ["requests>={number}"]
[tool.towncrier]
directory = "changelog.d"
filename = "CHANGELOG.md"
[tool.towncrier.fragment.feature]
[tool.towncrier.fragment.fix]
"""


def history(releases: int, plans: int, start: int = _START) -> Iterator[str]:
    """Yield the stream of git fast-import: four commits and three fragments before each release."""
    mark, log = 0, ""
    for number in range(1, releases + 1):
        version, gone = f"1.{number}.0", []
        for step in range(1, 5):
            at = start + (number * _BETWEEN + step) * _DAY
            files = {f"src/f{number % 50}_{step}.py": f"{number}\n"}
            if step < 4:
                gone.append(f"changelog.d/{number}{step}.{'fix' if step == 1 else 'feature'}.md")
                files[gone[-1]] = f"Change {step} of {version}\n"
            if mark == 0:
                files |= {"release.toml": "index = []\n"}
            if number > releases - plans and step == 1:
                day = datetime.fromtimestamp(at + 12 * _DAY, UTC).date()
                items = "".join(f'[[item]]\nid = "{number}{each}"\ntitle = "Item {each}"\n' for each in (1, 2, 3))
                files[f"plans/1.{number}.toml"] = f"date = {day}\n{items}"
            mark += 1
            yield _commit(mark, at, f"change {mark}", files, [])
        at = start + ((number + 1) * _BETWEEN) * _DAY
        log = f"## {version}\n\n### Features\n\n- Change 2 of {version}\n- Change 3 of {version}\n\n{log}"
        mark += 1
        files = {"CHANGELOG.md": f"# Changelog\n\n{log}", "pyproject.toml": _PYPROJECT.format(number=number // 20)}
        yield _commit(mark, at, f"Release acme {version}\n\nRelease: {version}", files, gone)
        hashes = "".join(f"{number:064x}  acme-{version}{end}\n" for end in (".tar.gz", "-py3-none-any.whl"))
        text = f"acme {version}\n\n{hashes}\nApproved: Ada Lovelace <ada@example.org> as quality\n"
        yield f"tag v{version}\nfrom :{mark}\ntagger {_WHO} {at} +0000\ndata {len(text)}\n{text}\n"


def _commit(mark: int, at: int, message: str, files: dict[str, str], gone: list[str]) -> str:
    parts = [f"commit refs/heads/main\nmark :{mark}\nauthor {_WHO} {at} +0000\ncommitter {_WHO} {at} +0000\n"]
    parts.append(f"data {len(message)}\n{message}\n")
    parts += [f"D {path}\n" for path in gone]
    parts += [f"M 100644 inline {path}\ndata {len(text)}\n{text}\n" for path, text in files.items()]
    return "".join(parts)


def made(place: Path, releases: int, plans: int, start: int = _START) -> None:
    """Make the repository and its bare remote, which alone has the records."""
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", place], check=True)
    stream = "".join(history(releases, plans, start)).encode()
    subprocess.run(["git", "-C", place, "fast-import", "--quiet"], input=stream, check=True)
    subprocess.run(["git", "-C", place, "reset", "--quiet", "--hard"], check=True)
    subprocess.run(["git", "clone", "--quiet", "--bare", place, f"{place}.git"], check=True)
    subprocess.run(["git", "-C", place, "remote", "add", "origin", f"{place}.git"], check=True)
    words = ("for-each-ref", "--format=%(*objectname) %(refname:strip=2) %(creatordate:unix)", "refs/tags")
    listing = subprocess.run(["git", "-C", place, *words], check=True, capture_output=True, text=True).stdout
    rows = []
    for number, row in enumerate(listing.splitlines()):
        commit, tag, at = row.split()
        for each in range(_RECORDS):
            name = f"approvals/production/{tag}/role{each}/ada-example.org"
            text = f"Approve\n\nStage: production\nRole: role{each}\nReason: release {number}\n"
            rows.append(f"tag {name}\nfrom {commit}\ntagger {_WHO} {at} +0000\ndata {len(text)}\n{text}\n")
    subprocess.run(["git", "-C", f"{place}.git", "fast-import", "--quiet"], input="".join(rows).encode(), check=True)
    refs = subprocess.run(
        [
            "git",
            "-C",
            f"{place}.git",
            "for-each-ref",
            "--format=%(objectname) %(refname:strip=2)",
            "refs/tags/approvals",
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    moved = "".join(f"create refs/keelway/{row.split()[1]} {row.split()[0]}\n" for row in refs)
    moved += "".join(f"delete refs/tags/{row.split()[1]}\n" for row in refs)
    subprocess.run(["git", "-C", f"{place}.git", "update-ref", "--stdin"], input=moved.encode(), check=True)


def main(releases: int = 300, plans: int = 12) -> None:
    """Build the pages twice; fail where that took 10 seconds of processor time, or was not the same."""
    sys.path.insert(0, str(ROOT / "template"))
    from release.commands.after_release import pages
    from release.context_loader import load_context

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "acme"
        made(place, releases, plans)
        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        found = []
        for _ in range(2):
            begun, cpu = time.monotonic(), clock()
            pages.pages(load_context(place, env, write=False))
            took, used = time.monotonic() - begun, clock() - cpu
            site = place / pages.FOLDER
            found.append({path: path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()})
            print(f"{releases} releases, {plans} plans: {took:.1f} s by the clock, {used:.1f} s of processor time")
        if found[0] != found[1] or used > 10:
            raise SystemExit("not the same bytes" if found[0] != found[1] else "slower than 10 s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
