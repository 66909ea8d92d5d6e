"""Everything one command works with, gathered once: configuration, project, release in hand and the outside world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from packaging.version import Version

from release.adapters.forge.forge_address import Place, place_of
from release.adapters.forge.protocols import Forge
from release.adapters.git.git_repository import Git
from release.adapters.git.marks import RELEASE
from release.adapters.index.simple_api import Index
from release.adapters.tools.nox_sessions import Sessions
from release.adapters.tools.packaging_tools import Tools
from release.adapters.tools.pythons import Interpreters
from release.adapters.tools.scanners import Scanners
from release.base.child_env import for_git, withheld
from release.base.ci_job import CiJob, job_in
from release.base.errors import ReleaseError
from release.base.gate_cache import Memory
from release.base.report import Report
from release.config.assistant_config import with_key
from release.config.channel_config import variables_of
from release.config.pyproject import Project
from release.config.release_toml import Config
from release.values.release import Release


@dataclass(frozen=True)
class Choice:
    """What the owner chose for this command: gates to leave out or ask afresh, further indexes, a row for each gate."""

    skip: frozenset[str] = frozenset()
    fresh: bool = False
    indexes: frozenset[str] = frozenset()
    verbose: bool = False


@dataclass(frozen=True)
class Context:
    """What gates and steps are given; `environment` is the only one they may look at."""

    root: Path
    environment: Mapping[str, str]
    config: Config
    project: Project
    git: Git
    indexes: tuple[Index, ...]
    tools: Tools
    sessions: Sessions
    scanners: Scanners
    report: Report
    memory: Memory
    branch: str | None
    forge: Forge | None = None
    configured: bool = True  # whether there is a release.toml, in this tree or on the main branch
    forge_missed: str = ""  # the kind that release.toml names, where the remote is a folder and no forge has it
    choice: Choice = Choice()
    waived: Mapping[str, str] = field(default_factory=dict)  # {gate: who waived it until when, and why}
    in_hand: Release | None = None
    every_index: tuple[Index, ...] = ()  # of release.toml, those that do not receive the release in hand among them
    signers_at: tuple[str, ...] = ("",)  # the commits whose files of allowed signers must have a key; "" is the tree

    @property
    def line(self) -> str:
        """The line that releases are made from: the branch that is checked out, if it gives any, else the main one."""
        return self.branch if self.branch and self.config.gives_releases(self.branch) else self.config.branch

    @property
    def release(self) -> Release:
        """The release in hand; only steps and gates ask, and they run for one."""
        if self.in_hand is None:
            raise ReleaseError("no release is in progress", why="none was started", run="inv release minor")
        return self.in_hand

    @property
    def cache(self) -> Path:
        """Where scanners keep what they compiled and fetched, for all projects of this user."""
        return Path(self.environment.get("XDG_CACHE_HOME") or home_of(self.environment) / ".cache") / "release"

    @property
    def place(self) -> Place | None:
        """Where the project lies on a forge, whether releases are shown there or not; None where nothing tells."""
        forge = self.config.forge
        url = self.git.setting(f"remote.{self.config.remote}.url") or ""
        return place_of(url, forge.kind if forge.shows else "", forge.api, forge.project)

    @property
    def release_page(self) -> str:
        """The address of the page of the release in hand on the forge; empty where releases are not shown there."""
        place = self.forge.place if self.forge and self.config.forge.shows else None
        return place.page(place.traits.release_page.format(tag=self.release.tag)) if place else ""

    @property
    def merge_request(self) -> str:
        """What the forge calls a branch that waits to be merged; "pull request" where no forge is known."""
        return self.place.traits.merge_request if self.place else "pull request"

    @property
    def withheld(self) -> dict[str, str]:
        """The environment for what runs the project's own code."""
        return withheld(self.environment, with_key(variables_of(self.config.announce), self.config.assistant))

    @property
    def for_git(self) -> dict[str, str]:
        """The environment for git in a clone of this one, where hooks may run."""
        return for_git(self.environment, with_key(variables_of(self.config.announce), self.config.assistant))

    @property
    def job(self) -> CiJob | None:
        """The CI job that this runs in, or None."""
        return job_in(self.environment)

    @property
    def folds(self) -> bool:
        """Whether green gates are one row; in CI, whose log is final, each has its own."""
        return not self.choice.verbose and self.job is None

    @property
    def pythons(self) -> tuple[str, ...]:
        """The Pythons that distributions are tried on: "3.10", ..."""
        return self.config.python or self.project.pythons or ("3",)

    @property
    def interpreters(self) -> Interpreters:
        """The Pythons of this machine."""
        return Interpreters(self.environment)

    def taking(self, release: Release) -> Context:
        """Return this context with `release` in hand, and of the indexes those that receive it."""
        receiving = {each.name for each in self.config.index if not each.stages or release.stage in each.stages}
        receiving |= self.choice.indexes
        indexes = tuple(each for each in self.indexes if each.name in receiving)
        return replace(self, in_hand=release, indexes=indexes, every_index=self.every_index or self.indexes)

    def heads(self, line: str) -> tuple[str, ...]:
        """Return the commits that `line` is at, here and on the remote, as far as this clone knows them.

        Where it takes requests only, what is here alone is nothing that it will ever have.
        """
        if self.config.takes_requests(line) and (head := self.git.bring(self.config.remote, line)):
            return (head,)
        on_remote = self.git.remote_refs(self.config.remote).branches.get(line)
        found = (self.git.commit_of(name) for name in (f"refs/heads/{line}", on_remote) if name)
        return tuple(dict.fromkeys(commit for commit in found if commit))

    def lines(self) -> dict[str, str]:
        """Return {line: branch} of the lines that the remote has: {"1.2": "release/1.2"}, oldest first."""
        branches = self.git.remote_refs(self.config.remote).branches
        found = {line: branch for branch in branches if (line := self.config.line_of(branch))}
        return dict(sorted(found.items(), key=lambda each: Version(each[0])))

    def commit_with(self, trailer: str, value: object) -> str | None:
        """Return the commit on the release's line, here or on the remote, that carries the trailer."""
        found = (self.git.marks.commit_with(trailer, str(value), head) for head in self.heads(self.release.line))
        return next(filter(None, found), None)

    def tag_of(self, version: Version) -> str:
        """Return the tag of a version: one that is there, however it writes it (v2026.08.17), else as it would be."""
        usual = self.config.tag_of(version)
        for names in (self.git.tags(), self.git.remote_refs(self.config.remote).tags):
            same = [name for name in names if self.config.version_of(name) == version]
            if same:
                return usual if usual in same else same[0]
        return usual

    def release_commit(self) -> str | None:
        """Return the commit that is the release in hand, or None while it has not been made (or was taken back)."""
        for head in self.heads(self.release.line):
            commit = self.git.marks.commit_with(RELEASE, str(self.release.version), head)
            if commit and not self.git.marks.aborted(commit, str(self.release.version), head):
                return commit
        return None

    def commit_made(self) -> str:
        """Return the commit that is the release in hand and was made before; raise ReleaseError where it is gone."""
        commit = self.release_commit()
        if commit is None:
            raise ReleaseError(f"{self.release} has no commit", why="it was aborted in the meantime", run="inv status")
        return commit

    def base_commit(self) -> str | None:
        """Return the commit that the release in hand starts from: the one before its own, else the newest of its line.

        It is the commit that gates are asked about and people approve, also where others have pushed since.
        """
        commit = self.release_commit()
        return self.git.commit_of(f"{commit}^") if commit else next(iter(self.heads(self.release.line)), None)

    def distributions_folder(self, commit: str) -> Path:
        """Return where the distributions built from a commit lie; the folder exists only when they are complete."""
        return self.root / "dist" / f"{self.release.version}-{commit[:12]}"


def home_of(environment: Mapping[str, str]) -> Path:
    """Return the home folder of the user."""
    return Path(environment.get("HOME") or "~").expanduser()
