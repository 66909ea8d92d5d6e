"""Publishing in CI: the release whose tag is checked out is built again and compared, uploaded and proven."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from packaging.version import Version

from release.adapters.git.marks import RELEASE
from release.artifacts.distributions import all_published, recorded
from release.base.errors import ReleaseError
from release.commands.release import tell_released
from release.confirmation import Confirm, what_becomes_public
from release.context import Context
from release.engine.converge import converge, foresee, show
from release.engine.gate import Gate
from release.engine.lock import locked
from release.engine.run_gates import ask
from release.engine.step import State, Step
from release.gate_order import checks, in_git, proof
from release.gates.published_files import BYTES
from release.pipeline import from_tag, judged, page_from_tag, upload_from_tag
from release.steps.build import BUILD
from release.steps.publish_forge_release import REVEAL
from release.steps.record_wheels import RECORD_WHEELS
from release.steps.reopen_line import REOPEN
from release.steps.tag import why_not_signed
from release.values.release import Release
from release.values.version_numbers import series, version_said
from release.versioning.next_version import reopens
from release.versioning.release_commit import why_not_ours

_DOES = {
    "build": "build",
    "record": "record the wheels of a release",
    "upload": "upload",
    "proof": "prove a release",
    "page": "show a release",
}
# Of a release by CI: build and check, record the wheels of other jobs, upload, install what the index serves, show it.
PARTS = tuple(_DOES)


def tagged_here(ctx: Context, wanted: str = "auto", *, only: str = "") -> Context | None:
    """Return the context with the release in hand whose tag a CI job has checked out; None anywhere else.

    Raises ReleaseError when the tag is not on the remote, when `wanted` is another version, and, with `only`,
    where there is no such tag.
    """
    if only not in ("", *PARTS):
        why = f'there is no part "{only}"; parts: {", ".join(PARTS)}'
        raise ReleaseError("cannot publish", why=why, run="inv release --only build")
    in_job = ctx.job is not None and ctx.branch is None
    head = str(ctx.git.commit_of("HEAD")) if in_job else ""
    commit, text = next(ctx.git.marks.trailers((RELEASE,), head), ("", "")) if in_job else ("", "")
    if not in_job or commit != head:
        if only:
            why = "this is not a CI job with a release tag checked out"
            raise ReleaseError(
                f"cannot {_DOES[only]} from a tag", why=why, run="inv build" if only == "build" else "inv publish"
            )
        return None
    version = version_said(text.removeprefix(f"{RELEASE}: "))
    if version is None:
        why = f"{head[:7]} has the version {text}, which is not valid"
        raise ReleaseError("cannot publish a tag", why=why, run=f"git show {head[:12]}")
    if wanted not in ("auto", str(version)):
        raise ReleaseError(f"cannot release {wanted}", why=f"{version} is checked out", run="nox -s release")
    tag = ctx.config.tag_of(version)
    _bring(ctx, tag, head)
    found = ctx.taking(Release(ctx.project.canonical, version, _line(ctx, version, head), tag))
    if why := why_not_ours(found, head):
        why = f"{head[:7]} ({ctx.git.author_of(head)}) is not a release commit: {why}"
        raise ReleaseError(f"cannot publish {tag}", why=why, run=f"git show {tag}")
    return judged(found)


def _bring(ctx: Context, tag: str, head: str) -> None:
    """Have the tag here as it is on the remote: a checkout may leave its name without the message with the hashes."""
    remote = ctx.config.remote
    refs = ctx.git.remote_refs(remote)
    if refs.tags.get(tag) != head:
        why = f"{tag} is {refs.tags.get(tag, 'not there')[:9]} on {remote}, {head[:7]} is checked out"
        raise ReleaseError(f"cannot publish {tag}", why=why, run=_to(remote, tag, there=tag in refs.tags))
    if ctx.git.read("for-each-ref", "--format=%(objectname)", f"refs/tags/{tag}") != refs.tag_objects.get(tag):
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
    heads = {name: at for name in branches if (at := ctx.git.bring(remote, name)) and ctx.git.contains(at, head)}
    having = [name for name in heads if ctx.config.hotfix_of(name) != version or _is_hotfix(ctx, version, head, heads)]
    if not having:
        why = f"no release branch of {remote} has the commit {head[:7]}"
        raise ReleaseError(f"cannot publish {version}", why=why, run="inv status")

    def nearness(name: str) -> int:
        return [ctx.config.hotfix_of(name) == version, ctx.config.line_of(name) == series(version), True].index(True)

    return min(sorted(having, key=lambda name: name != ctx.config.branch), key=nearness)


def _is_hotfix(ctx: Context, version: Version, head: str, heads: Mapping[str, str]) -> bool:
    """Return whether a release is a hotfix: of a final in its history, and made on no other branch.

    A branch alone does not make it one: anybody who may push could choose the stage, and so who has to approve.
    """
    others = (at for name, at in heads.items() if ctx.config.hotfix_of(name) is None)
    if any(ctx.git.marks.on_branch(head, at) for at in others):
        return False
    finals = filter(None, map(ctx.config.version_of, ctx.git.tags(merged=f"{head}^")))
    return any(not each.is_prerelease and series(each) == series(version) and each < version for each in finals)


def publish_tagged(ctx: Context, agree: Confirm, *, only: str = "", dry_run: bool = False) -> None:
    """Bring a tagged release to its indexes and prove it there, or do the `only` part of it that one job does.

    Without publish = "ci" nothing is uploaded. What is done already stays, so a job that failed is simply run again.
    """
    report, tag = ctx.report, ctx.release.tag
    report.say(f"{ctx.release} from its tag {tag}\n")
    if only != "build" and ctx.config.publish != "ci":
        report.say('nothing to do: without publish = "ci" in release.toml, another command publishes it')
        return
    if ctx.indexes and not recorded(ctx):
        why = f"{tag} records no distributions to compare with"
        raise ReleaseError(f"cannot publish {ctx.release}", why=why, run="inv status")
    if why := why_not_signed(ctx):
        raise ReleaseError(f"cannot publish {tag}", why=why, run=f"git show {tag}")
    asked = in_git(ctx)
    if only in ("proof", "page") and ctx.indexes and not all_published(ctx):
        why = f"at least one index lacks files that {tag} records"
        raise ReleaseError(
            f"cannot show {ctx.release}", why=why, run="inv status      (first run the job publish again)"
        )
    steps = _steps(ctx, only)
    if dry_run:
        _foretell(ctx, steps)
        return

    def agreed(_: object, left: Sequence[Step], __: object) -> None:
        if only not in ("build", "record"):  # nothing of theirs is public
            agree("\n" + what_becomes_public(ctx, left, ""))

    with locked(ctx):
        ask(ctx, asked)  # whoever may push a tag starts this job
        converge(ctx, steps, agreed)
        ask(ctx, _asked_after(ctx, only, steps))
    if only in ("", "page"):
        tell_released(ctx)
        if reopens(ctx.release, ctx.config) and REOPEN.observe(ctx).state is not State.DONE:
            report.say(f"{ctx.release.line} is reopened by the command that made the tag; it waits for this job")


def _steps(ctx: Context, only: str) -> tuple[Step, ...]:
    """Return the steps of one of PARTS, or of all."""
    match only:
        case "build":
            return tuple(step for step in from_tag(ctx) if step.key == BUILD.key)
        case "record":
            return (RECORD_WHEELS,)
        case "upload":
            return upload_from_tag(ctx)
        case "page":
            return page_from_tag(ctx)
        case "proof":
            return ()
        case _:
            return from_tag(ctx)


def _asked_after(ctx: Context, only: str, steps: Sequence[Step]) -> tuple[Gate, ...]:
    """Return the gates after the last step; where an identity is at hand, those that run no code of the project."""
    if not ctx.indexes or only in ("page", "record"):
        return ()
    if only == "build":
        return checks(ctx)
    if only == "upload":
        return tuple(gate for gate in proof(ctx) if gate is BYTES)
    return () if REVEAL.key in {step.key for step in steps} else proof(ctx)  # what is shown was proven before


def _foretell(ctx: Context, steps: tuple[Step, ...]) -> None:
    show(ctx, foresee(ctx, steps))
    ctx.report.say()
    ctx.report.foretell()
