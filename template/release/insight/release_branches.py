"""Where each release branch stands: its releases, what comes next, who has approved it, and who has to act."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from packaging.version import Version

from release.adapters.git.git_repository import Git
from release.adapters.git.marks import REOPENED
from release.approvals.stage_approvals import Approval, approvals, members
from release.approvals.waivers import waivers
from release.branches.freezes import frozen_since
from release.config.towncrier_config import read_fragments
from release.context import Context
from release.current_release import start
from release.engine.gate import Standing, Verdict, standing_of
from release.engine.run_gates import headline
from release.gate_order import process
from release.values.fragment import Fragment
from release.values.version_numbers import series

_PRE_RELEASE = re.compile(r"inv release (?P<version>\S+) --pre (?P<pre>\w+)")
_STEPS = 6  # stages that a release can have before it


@dataclass(frozen=True)
class Way:
    """The release that can come next from a branch, `run` that makes it, or what is in its way with what helps."""

    ctx: Context
    run: str
    blocker: Verdict | None

    @property
    def version(self) -> Version:
        """The version that comes next."""
        return self.ctx.release.version


@dataclass(frozen=True)
class ReleaseBranch:
    """A release branch: its newest candidate and final, and the way to the next; None where nothing came in since."""

    branch: str
    frozen: bool
    candidate: Version | None
    final: Version | None
    way: Way | None
    given: Sequence[Approval]
    missing: Sequence[str]
    since: datetime

    @property
    def run(self) -> str:
        """The next command, from wherever one is; empty where there is nothing to do."""
        if self.way is None:
            return ""
        run = self.way.run
        return run if run.startswith("git switch") else f"git switch {self.branch} && {run}"

    @property
    def told(self) -> str:
        """How it stands, a line each: its releases, the next one, its approvals, who has to act, by which command."""
        had = [f"newest candidate {self.candidate}"] if self.candidate else []
        had += [f"newest final {self.final}" if self.final else "no final yet"]
        rows = [f"{'frozen, ' if self.frozen else ''}{', '.join(had)}"]
        if self.way is None:
            return "\n".join([*rows, "nothing was added since"])
        rows.append(f"next: {self.way.version} ({self.way.ctx.release.stage})")
        rows += [f"approved as {each}" for each in self.given]
        if self.missing:
            rows.append(f"waits since {self.since:%Y-%m-%d %H:%M} UTC for the approval of {'; '.join(self.missing)}")
        elif self.way.blocker:
            rows.append(headline(self.way.blocker.fact))
        return "\n".join([*rows, self.run])


def way_from(ctx: Context) -> Way:
    """Return the way to the next release from the branch of the context: what its process lets through, or stops."""
    ctx = replace(ctx, waived=waivers(ctx))
    taken, run = ctx.taking(start(ctx, "auto")), "nox -s release"
    for _ in range(_STEPS):
        blocker = next(filter(None, (_blocking(taken, gate.name, gate.ask(taken)) for gate in process(taken))), None)
        before = _PRE_RELEASE.match(blocker.run) if blocker else None
        if before is None or blocker is None:
            return Way(taken, blocker.run if blocker else run, blocker)
        run = before[0]
        taken = ctx.taking(start(ctx, before["version"], before["pre"]))
    return Way(taken, run, None)


def _blocking(ctx: Context, name: str, verdict: Verdict) -> Verdict | None:
    gate = next(each for each in process(ctx) if each.name == name)
    stops = standing_of(gate, verdict) is Standing.NOT_MET and name not in ctx.waived
    return verdict if stops else None


def release_branches(ctx: Context) -> list[ReleaseBranch]:
    """Return how each release branch of the remote stands, oldest first; none where a project has none."""
    return [_standing(replace(ctx, branch=branch), line) for line, branch in ctx.lines().items()]


def _standing(ctx: Context, line: str) -> ReleaseBranch:
    branch = ctx.line
    on_remote = str(ctx.git.bring(ctx.config.remote, branch))
    tags = ctx.git.remote_refs(ctx.config.remote).tags
    versions = {version: tag for tag in tags if (version := ctx.config.version_of(tag)) and series(version) == line}
    newest = max(versions, default=None)
    way = way_from(ctx) if newest is None or _came_in(ctx.git, tags[versions[newest]], on_remote, newest) else None
    given, missing = _approvals(way.ctx, on_remote) if way else ([], [])
    return ReleaseBranch(
        branch,
        frozen_since(ctx, line, on_remote) is not None,
        max((each for each in versions if each.is_prerelease), default=None),
        max((each for each in versions if not each.is_prerelease), default=None),
        way,
        given,
        missing,
        datetime.fromtimestamp(ctx.git.time_of(on_remote), UTC),
    )


def _came_in(git: Git, released: str, on_remote: str, newest: Version) -> bool:
    """Return whether there is something to release: after a candidate always, after a final what was added since."""
    if newest.is_prerelease or git.commit_of(released) is None:
        return True
    since = git.read("rev-list", "--no-merges", "--max-count=2", f"{released}..{on_remote}").split()
    return not set(since) <= {git.marks.commit_with(REOPENED, str(newest), on_remote)}


def _approvals(ctx: Context, commit: str) -> tuple[list[Approval], list[str]]:
    """Return the approvals that count for the release that comes next, and those that it still needs, with whose."""
    stage = ctx.config.stage(ctx.release.stage)
    if not stage.roles and not stage.people:
        return [], []
    given = [each for each in approvals(ctx, stage.name, commit) if not each.void]
    held = {each.role for each in given}
    missing = [f"{role} ({', '.join(members(ctx.config, role))})" for role in stage.roles if role not in held]
    people = stage.people - len({each.record.by.email.lower() for each in given})
    return given, missing or ([f"{people} more of {stage.people} people"] if people > 0 else [])


def own_fragments(ctx: Context) -> list[Fragment]:
    """Return the fragments of this branch; what a release branch that has no final yet will tell is not main's."""
    fragments = list(read_fragments(ctx.root, ctx.project.notes))
    if ctx.line != ctx.config.branch:
        return fragments
    versions = filter(None, map(ctx.config.version_of, ctx.git.remote_refs(ctx.config.remote).tags))
    released = {series(each) for each in versions if not each.is_prerelease}
    names = set()
    for branch in (branch for line, branch in ctx.lines().items() if line not in released):
        on_remote, folder = str(ctx.git.bring(ctx.config.remote, branch)), ctx.project.notes.folder
        listing = ctx.git.read("ls-tree", "-z", "--name-only", on_remote, "--", f"{folder}/")
        names |= {path.rpartition("/")[2] for path in listing.split("\0")}
    return [each for each in fragments if each.name not in names]
