"""How a release ended, asked of the remote and of the index: what must be equal however often it was stopped."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import requests
from pypi_simple import PyPISimple

from tests.support.world import World

_RECORD = re.compile(r"^([0-9a-f]{64})  (\S+)$", re.MULTILINE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class End:
    """The end state of a release, without what differs between two worlds (commits, times, ports and so hashes)."""

    subjects: tuple[str, ...]  # of all commits on the remote's main, newest first
    branches: tuple[str, ...]
    tags: dict[str, str]  # {tag: subject of its commit}
    files: tuple[str, ...]  # on the index
    versions: dict[str, str]  # {tag or branch: version in pyproject.toml}
    changelog: str
    paths: tuple[str, ...]  # in the remote's main


def end_of(world: World, simple: str | None = None, project: str = "acme") -> End:
    """Return how it ended; fail where hashes contradict each other (of the tag, of the index, of the bytes it serves).

    `simple` is the address of the index's simple API; empty for a world without an index.
    """

    def git(*words: str) -> str:
        return world.git(*words, cwd=world.remote)

    tags = git("for-each-ref", "--format=%(refname:short)", "refs/tags").splitlines()
    there = served(world.index + "simple/" if simple is None else simple, project) if simple != "" else {}
    record = {
        name: sha for tag in tags for sha, name in _RECORD.findall(git("tag", "--list", "--format=%(contents)", tag))
    }
    assert there == record, f"the index serves {there}, the tags say {record}"
    return End(
        subjects=tuple(git("log", "--format=%s", "main").splitlines()),
        branches=tuple(git("for-each-ref", "--format=%(refname:short)", "refs/heads").splitlines()),
        tags={tag: git("log", "-1", "--format=%s", tag) for tag in tags},
        files=tuple(sorted(there)),
        versions={
            ref: tomllib.loads(git("show", f"{ref}:pyproject.toml"))["project"]["version"] for ref in [*tags, "main"]
        },
        changelog=_DATE.sub("DATE", git("show", "main:CHANGELOG.md")),
        paths=tuple(git("ls-tree", "-r", "--name-only", "main").splitlines()),
    )


def _version(pyproject: str) -> str:
    return str(tomllib.loads(pyproject)["project"]["version"])


def served(simple: str, project: str = "acme") -> dict[str, str]:
    """Return {file name: sha256} of the bytes that an index serves; fail where it lists another hash."""
    with PyPISimple(simple) as client:
        known = project in client.get_index_page().projects
        files = client.get_project_page(project).packages if known else []
        found = {}
        for file in files:
            answer = requests.get(file.url, timeout=30)
            answer.raise_for_status()
            found[file.filename] = hashlib.sha256(answer.content).hexdigest()
            assert file.digests["sha256"] == found[file.filename], f"{file.filename} is listed with another hash"
        return found


def assert_clean(world: World, clone: Path | None = None) -> None:
    """Fail unless a clone has nothing that its remote does not have, and no leftovers that stand in the way."""
    clone = clone or world.project
    changed = world.git("status", "--porcelain", "--untracked-files=all", cwd=clone)
    assert changed == "", f"uncommitted changes:\n{changed}"
    branch = world.git("symbolic-ref", "--short", "HEAD", cwd=clone)
    assert branch == "main", f"on {branch}"
    here, there = world.git("rev-parse", "main", cwd=clone), world.remote_refs()
    pushed = world.run("git", "merge-base", "--is-ancestor", here, there["refs/heads/main"], cwd=world.remote)
    assert pushed.code == 0, "commits that were not pushed"
    tags = world.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/tags", cwd=clone).splitlines()
    strange = [row for row in tags if there.get(row.split()[0]) != row.split()[1]]
    assert not strange, f"tags that are not on the remote: {strange}"
    branches = world.git("for-each-ref", "--format=%(refname:short)", "refs/heads", cwd=clone)
    assert branches == "main", f"branches: {branches}"
    locks = {path.name for path in (clone / ".git").rglob("*.lock")} - {"release.lock"}  # ours counts while it is held
    assert not locks, f"left behind: {locks}"
