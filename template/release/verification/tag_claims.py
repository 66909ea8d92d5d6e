"""The tag and the commit that it stands on: where they are, whether they are the release's, and who signed them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from release.adapters.git.marks import RELEASE
from release.approvals.signature_check import signature_of
from release.config.pyproject import load_project
from release.repository.exported_tree import exported
from release.verification.claims import Claim, Subject, asked, not_proven, proven, wrong
from release.versioning.release_commit import why_not_ours


def claims(subject: Subject) -> list[Claim]:
    """Return what is known of the tag, the release commit and both signatures."""
    ctx, commit = subject.ctx, subject.commit
    by = ctx.git.read("show", "--no-patch", "--format=%ce", commit)
    return [
        _tag(subject),
        *asked("commit", lambda: [_commit(subject)]),
        *asked("signature of the tag", lambda: _signature(subject, "tag", subject.object, subject.by)),
        *asked("signature of the commit", lambda: _signature(subject, "commit", commit, by)),
    ]


def _tag(subject: Subject) -> Claim:
    ctx, what = subject.ctx, "tag"
    name, remote = ctx.release.tag, ctx.config.remote
    if subject.doubt:
        return not_proven(what, f"{name} is {subject.commit[:12]} in this clone; {subject.doubt}")
    if not subject.object and subject.ours:
        fact = f"{name} is only a name on {remote}, and its commit is a release commit, whose tag is made as an object"
        return wrong(what, f"{fact}\nit was replaced: its records are missing")
    if not subject.object:
        return not_proven(what, f"{name} has no annotation on {remote}: it is a lightweight tag, which records nothing")
    if subject.tag != name:
        return wrong(what, f"{name} on {remote} is an object that was made as {subject.tag}; it was moved there")
    if subject.here and subject.here != subject.object:
        here = ctx.git.commit_of(subject.here) or subject.here
        return wrong(what, f"{name} is {subject.commit[:12]} on {remote} and was {here[:12]} when this clone got it")
    return proven(what, f"{name} is {subject.commit[:12]} on {remote}, made by {subject.by}")


def _commit(subject: Subject) -> Claim:
    """Look for the release commit on the branches of the remote: a tag may have been moved away from it."""
    ctx, what = subject.ctx, "commit"
    version, remote = str(ctx.release.version), ctx.config.remote
    branches = ctx.git.remote_refs(remote).branches
    unknown = [f"refs/heads/{branch}" for branch, head in branches.items() if ctx.git.commit_of(head) is None]
    if unknown:
        ctx.git.obtain(remote, *unknown).require()
    marked: dict[str, str] = {}
    holding: list[str] = []
    for branch, head in branches.items():
        found = ctx.git.marks.commit_with(RELEASE, version, head)
        marked |= {branch: found} if found else {}
        holding += [branch] if ctx.git.contains(head, subject.commit) else []
    for branch, found in marked.items():
        if found != subject.commit:
            tag = f"the tag is {subject.commit[:12]}"
            return wrong(what, f"the release commit of {version} on {branch} is {found[:12]}, {tag}")
    if subject.commit not in marked.values():
        return not_proven(
            what, f"no branch of {remote} has a commit that says {subject.ctx.git.mark(RELEASE, version)}"
        )
    if why := _why_not_ours(subject):
        return wrong(what, f"{subject.commit[:12]} says that it is the release commit of {version}, but {why}")
    return proven(what, f"{subject.commit[:12]} is the release commit, on {', '.join(sorted(holding))} of {remote}")


def _why_not_ours(subject: Subject) -> str:
    """Return what the release commit changes besides version and notes, which no approver saw.

    Notes and version are where the project had them then.
    """
    with exported(subject.ctx.git, subject.commit) as place:
        project = load_project(place)
    return why_not_ours(replace(subject.ctx, project=project), subject.commit)


def _signature(subject: Subject, kind: str, sha: str, email: str) -> Iterator[Claim]:
    what = f"signature of the {kind}"
    if not sha:
        yield not_proven(what, "there is nothing to sign without an annotation")
        return
    signature = signature_of(subject.ctx, kind, sha, email)
    by = f" ({signature.key})" if signature.key else ""
    if signature.good:
        yield proven(what, f"by {email}{by}")
    elif signature.good is None:
        yield not_proven(what, f"{signature.why_not}{by}")
    else:
        yield wrong(what, f"it bears the address {email}, and {signature.why_not}{by}")
