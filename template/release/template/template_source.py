"""The template that a project comes from, in a clone of its own: its versions, its changelog, what it renders."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from packaging.version import Version

from release.adapters.git.git_repository import Git
from release.adapters.workers.pool import LoadedTool, ours
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from release.context import Context
from release.template.file_classes import Classes, parse_classes
from release.values.version_numbers import version_in_any_form

_SHORT = {"gh": "https://github.com/", "gl": "https://gitlab.com/"}  # as Copier reads addresses
_HEADING = re.compile(r"^## \[?v?(\d[^\s\]]*)", re.MULTILINE)
_REFUSED = 2  # the exit code of copier_worker.py where Copier refuses


@dataclass(frozen=True)
class Edition:
    """One version of the template: its name as `git describe` gives it, its commit, and its number if it is tagged."""

    name: str
    commit: str
    version: Version | None

    def __str__(self) -> str:
        return str(self.version or self.name)


@dataclass(frozen=True)
class Template:
    """The template at `address`, of which `git` is a bare clone; `tool` is Copier, loaded and waiting."""

    address: str
    git: Git
    tool: LoadedTool
    environment: Mapping[str, str]
    timeout: float

    def edition(self, name: str) -> Edition | None:
        """Return the version that a tag, a commit or the words of `git describe` name, or None."""
        found = next((each for each in (name, f"v{name}") if name and self.git.commit_of(each)), None)
        return Edition(name, str(self.git.commit_of(found)), version_in_any_form(found)) if found else None

    def newest(self) -> Edition:
        """Return the version that Copier would take: the highest final tag (PEP 440), else the newest commit."""
        versions = {
            tag: version
            for tag in self.git.tags()
            if (version := version_in_any_form(tag)) and not version.is_prerelease
        }
        name = max(versions, key=lambda tag: versions[tag]) if versions else "HEAD"
        return Edition(name if versions else self.git.read("describe", "--tags", "--always"), *self._at(name, versions))

    def _at(self, name: str, versions: Mapping[str, Version]) -> tuple[str, Version | None]:
        return str(self.git.commit_of(name)), versions.get(name)

    def newer(self, old: Edition, new: Edition) -> bool:
        """Return whether `new` comes after `old`: by their versions, without them by their history."""
        if old.version and new.version:
            return new.version > old.version
        return old.commit != new.commit and not self.git.contains(old.commit, new.commit)

    def news(self, old: Edition, new: Edition) -> list[str]:
        """Return the lines of the template's changelog between two versions, headings and changes, newest first."""
        text = self.git.file_at(new.commit, "CHANGELOG.md") or ""
        before = self.git.file_at(old.commit, "CHANGELOG.md") or ""
        known = set(_HEADING.findall(before))
        starts = [match.start() for match in _HEADING.finditer(text)] + [len(text)]
        sections = [text[start:end] for start, end in pairwise(starts)]
        fresh = [section for section in sections if _HEADING.findall(section)[0] not in known]
        return [line for section in fresh for line in section.splitlines() if line.startswith(("## ", "- "))]

    def reasons(self, old: Edition, new: Edition, path: str) -> str:
        """Return the subject of the newest commit between two versions that changed what `path` is rendered from."""
        name = path.rpartition("/")[2]
        span = f"{old.commit}..{new.commit}"
        return self.git.read("log", "-1", "--format=%s", span, "--", f":(glob)template/**/*{name}*")

    def classes(self, edition: Edition, answers: Mapping[str, Any]) -> Classes:
        """Return the classes of files that a version declares for a project with these answers."""
        return parse_classes(self.git.file_at(edition.commit, "copier.yml") or "", str(answers.get("kind")))

    def render(self, *wanted: tuple[Edition, Mapping[str, Any], Path], file: str) -> None:
        """Render editions with answers, which go into `file`, into folders that must not exist; can be called once.

        Raises ReleaseError where Copier refuses an answer.
        """
        asked = [
            json.dumps(
                {"address": self.address, "name": each.name, "commit": each.commit}
                | {"answers": dict(answers), "file": file}
                | {"into": str(into)}
            )
            for each, answers, into in wanted
        ]
        ended = self.tool.call(*asked, cwd=self.git.root, env=self.environment, timeout=self.timeout)
        if ended.code == _REFUSED:
            why = ended.err.rstrip().rpartition("\n")[2]
            raise ReleaseError("cannot render the template", why=why, run=f"$EDITOR {file}")
        ended.require()


@contextmanager
def fetched(ctx: Context, address: str, place: Path) -> Iterator[Template]:
    """Clone the template at `address` into `place`, while Copier is being loaded; give it.

    Raises ReleaseError when it cannot be reached or is no git repository.
    """
    clone = place / "template.git"
    source = repository(address)
    aside = {"XDG_CACHE_HOME": str(place / "cache")}  # where Copier would keep a copy for ever
    if source.startswith(("http", "ssh", "git", "file:")):
        # What was fetched once need not be fetched again: git takes the clone for the address.
        named = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{clone}.insteadOf", "GIT_CONFIG_VALUE_0": source}
    else:
        named = {}
    tool = LoadedTool("copier", ours("copier_worker"), env=ctx.for_git)
    try:
        answered = ctx.git.ask("clone", "--quiet", "--bare", "--", source, clone)
        if answered.code != 0:
            raise ReleaseError(
                f"cannot reach the template at {address}",
                why=CommandFailed(answered).why,
                run="inv update --template ADDRESS      (where it is now)",
            )
        yield Template(
            address, Git(clone, ctx.for_git, timeout=ctx.config.timeout), tool, aside | named, ctx.config.timeout
        )
    finally:
        tool.dismiss()


def repository(address: str) -> str:
    """Return what git calls an address that is written for Copier: gh:owner/name is on github.com."""
    host, colon, path = address.partition(":")
    if colon and host in _SHORT:
        return f"{_SHORT[host]}{path.removesuffix('.git')}.git"
    return address.removeprefix("git+")
