"""Publishing in CI: the release whose tag is checked out is built again and compared, uploaded and proven."""

from __future__ import annotations

from collections.abc import Callable

from packaging.version import Version

from release.adapters.git.marks import RELEASE
from release.artifacts.distributions import recorded
from release.base.errors import ReleaseError
from release.base.model import Release, hotfix_of, series, version_said
from release.commands.release import tell_released
from release.confirmation import what_becomes_public
from release.context import Context
from release.engine.converge import converge
from release.engine.lock import locked
from release.engine.run_gates import ask
from release.engine.step import State, Step
from release.gate_order import checks, in_git, proof, reopens
from release.pipeline import from_tag, judged
from release.steps.build import BUILD
from release.steps.next_dev_version import REOPEN
from release.steps.publish_forge_release import REVEAL
from release.versioning.release_commit import why_not_ours

Question = Callable[[str], None]


def tagged_here(ctx: Context, wanted: str = "auto", *, only_build: bool = False) -> Context | None:
    """Return the context with the release in hand whose tag a CI job has checked out; None anywhere else.

    Raises ReleaseError when the tag is not on the remote, when `wanted` is another version, and, with `only_build`,
    where there is no such tag.
    """
    in_job = ctx.job is not None and ctx.branch is None
    head = str(ctx.git.commit_of("HEAD")) if in_job else ""
    commit, text = next(ctx.git.marks.trailers((RELEASE,), head), ("", "")) if in_job else ("", "")
    if not in_job or commit != head:
        if only_build:
            why = "this is no job of CI with the tag of a release checked out"
            raise ReleaseError("cannot build from a tag", why=why, run="inv build")
        return None
    version = version_said(text.removeprefix(f"{RELEASE}: "))
    if version is None:
        why = f"{head[:7]} says {text}, which is no version"
        raise ReleaseError("cannot publish a tag", why=why, run=f"git show {head[:12]}")
    if wanted not in ("auto", str(version)):
        raise ReleaseError(f"cannot release {wanted}", why=f"{version} is checked out", run="nox -s release")
    tag = ctx.config.tag_of(version)
    _bring(ctx, tag, head)
    found = ctx.taking(Release(ctx.project.canonical, version, _line(ctx, version, head), tag))
    if why := why_not_ours(found, head):
        why = f"{head[:7]} ({ctx.git.author_of(head)}) is no release commit: {why}"
        raise ReleaseError(f"cannot publish {tag}", why=why, run=f"git show {tag}")
    return judged(found)


def _bring(ctx: Context, tag: str, head: str) -> None:
    """Have the tag here as it is on the remote: a checkout may leave its name without the message with the hashes."""
    remote = ctx.config.remote
    there = ctx.git.remote_refs(remote)
    if there.tags.get(tag) != head:
        why = f"{tag} is {there.tags.get(tag, 'not there')[:9]} on {remote}, {head[:7]} is checked out"
        raise ReleaseError(f"cannot publish {tag}", why=why, run=_to(remote, tag, there=tag in there.tags))
    if ctx.git.read("for-each-ref", "--format=%(objectname)", f"refs/tags/{tag}") != there.tag_objects.get(tag):
        ctx.git.fetch(remote, f"+refs/tags/{tag}:refs/tags/{tag}")


def _to(remote: str, tag: str, *, there: bool) -> str:
    """Return what checks out the tag as the remote has it, or shows that it has none."""
    if not there:
        return f"git ls-remote --tags {remote}"
    return f"git fetch --force {remote} tag {tag} && git switch --detach {tag}"


def _line(ctx: Context, version: Version, head: str) -> str:
    """Return the line of the remote that the release is from: its hotfix, its line, or the main branch."""
    remote = ctx.config.remote
    branches = [name for name in ctx.git.remote_refs(remote).branches if ctx.config.gives_releases(name)]
    having = [name for name in branches if (at := ctx.git.bring(remote, name)) and ctx.git.contains(at, head)]
    if not having:
        why = f"no branch of {remote} that gives releases has the commit {head[:7]}"
        raise ReleaseError(f"cannot publish {version}", why=why, run="inv status")

    def nearness(name: str) -> int:
        return [hotfix_of(name) == version, ctx.config.line_of(name) == series(version), True].index(True)

    return min(sorted(having, key=lambda name: name != ctx.config.branch), key=nearness)


def publish_tagged(ctx: Context, agree: Question, *, only_build: bool = False, dry_run: bool = False) -> None:
    """Bring a tagged release to its indexes and prove it there; with `only_build`, build it, compare it and check it.

    Without publish = "ci" nothing is uploaded. What is done already stays, so a job that failed is simply run again.
    """
    report, tag = ctx.report, ctx.release.tag
    report.say(f"{ctx.release} from its tag {tag}\n")
    if not only_build and ctx.config.publish != "ci":
        report.say('nothing to do: without publish = "ci" in release.toml it is published from elsewhere')
        return
    if ctx.indexes and not recorded(ctx):
        why = f"{tag} records no distributions: there is nothing to compare with"
        raise ReleaseError(f"cannot publish {ctx.release}", why=why, run="inv status")
    asked = in_git(ctx)
    steps = from_tag(ctx)
    if only_build:
        steps = tuple(step for step in steps if step.key == BUILD.key)
    if dry_run:
        _foretell(ctx, steps)
        return
    with locked(ctx):
        ask(ctx, asked)  # whoever may push a tag starts this job
        converge(
            ctx, steps, lambda _, left, __: None if only_build else agree("\n" + what_becomes_public(ctx, left, ""))
        )
        proven = REVEAL.key in {step.key for step in steps}  # what the forge shows was proven before
        if ctx.indexes:
            ask(ctx, checks(ctx) if only_build else () if proven else proof(ctx))
    if not only_build:
        tell_released(ctx)
        if reopens(ctx.release, ctx.config) and REOPEN.observe(ctx).state is not State.DONE:
            report.say(f"{ctx.release.line} is opened again by the command that made the tag; it waits for this")


def _foretell(ctx: Context, steps: tuple[Step, ...]) -> None:
    for step in steps:
        seen = step.observe(ctx)
        ctx.report.line(seen.state.value, step.name, seen.fact)
    ctx.report.say("\nnothing was changed")
