"""A past made in one go: commits, merges and tags with the times and authors that a test gives, by git fast-import."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

DAY = 86_400
START = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
ADA = "Ada Lovelace <ada@example.org>"
BOT = "dependabot[bot] <dependabot[bot]@users.noreply.example>"


@dataclass
class Past:
    """The history of a repository in `root`; times are days since 2026-01-01, files {path: text, None to delete}."""

    root: Path
    count: int = 0
    rows: list[str] = field(default_factory=list)
    heads: dict[str, int] = field(default_factory=dict)

    def commit(
        self,
        subject: str,
        day: float,
        files: Mapping[str, str | None] | None = None,
        *,
        branch: str = "main",
        body: str = "",
        author: str = ADA,
        written: float | None = None,
        merge: int | None = None,
        start: int | None = None,
    ) -> int:
        """Add a commit to a branch and return its number; `start` is what a new branch begins on."""
        self.count += 1
        message = f"{subject}\n\n{body}".strip() + "\n"
        begun = start if start is not None else self.heads.get(branch)
        self.rows += [
            f"commit refs/heads/{branch}",
            f"mark :{self.count}",
            f"author {author} {at(day if written is None else written)} +0000",
            f"committer {ADA} {at(day)} +0000",
            f"data {len(message.encode())}\n{message}",
            *([f"from :{begun}"] if begun else []),
            *([f"merge :{merge}"] if merge else []),
        ]
        for path, text in (files or {}).items():
            self.rows += [f"D {path}"] if text is None else [f"M 100644 inline {path}", f"data {len(text)}\n{text}"]
        self.heads[branch] = self.count
        return self.count

    def tag(self, name: str, day: float, of: int | None = None) -> None:
        """Tag a commit, the newest of main if none is given."""
        number = self.heads["main"] if of is None else of
        self.rows += [f"tag {name}", f"from :{number}", f"tagger {ADA} {at(day)} +0000", f"data {len(name)}\n{name}"]

    def release(
        self, version: str, day: float, *, branch: str = "main", body: str = "", gone: tuple[str, ...] = ()
    ) -> int:
        """Add a release commit that moves the fragments `gone` to the changelog, and its tag."""
        files: dict[str, str | None] = {"CHANGELOG.md": f"# {version}\n"} | dict.fromkeys(map(path_of, gone))
        said = f"Release: {version}" + (f"\n{body}" if body else "")
        made = self.commit(f"Release acme {version}", day, files, branch=branch, body=said)
        self.tag(f"v{version}", day, made)
        return made

    def made(self) -> Path:
        """Write all of it into the repository and return its folder."""
        if not (self.root / ".git").exists():
            subprocess.run(["git", "init", "--quiet", "--initial-branch=main", self.root], check=True)
        words = [
            "git",
            "-C",
            str(self.root),
            "fast-import",
            "--quiet",
            f"--export-marks={self.root / '.git' / 'marks'}",
        ]
        subprocess.run(words, input="\n".join([*self.rows, ""]).encode(), check=True)
        return self.root

    def sha(self, number: int) -> str:
        """Return the commit of a number, once it was made."""
        rows = (self.root / ".git" / "marks").read_text().split("\n")
        return next(row.split()[1] for row in rows if row.startswith(f":{number} "))


def at(day: float) -> int:
    """Return a time in seconds since 1970."""
    return START + int(day * DAY)


def path_of(fragment: str) -> str:
    """Return where a fragment is."""
    return f"changelog.d/{fragment}"


def note(name: str, text: str = "") -> dict[str, str]:
    """Return a fragment as a file."""
    return {path_of(name): (text or name) + "\n"}
