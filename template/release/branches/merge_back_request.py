"""Asking for a merge-back by a request: a branch with what would be merged, and the text of what there is to do.

Where it conflicts the branch holds the fix, with the version and the notes put right: the rest is resolved by hand.
"""

from __future__ import annotations

from collections.abc import Sequence

from release.base.errors import ReleaseError
from release.branches.cherry_pick import cherry_pick, unmerged
from release.branches.release_merge import TooOld, commit_merge, commit_to_resolve, merge
from release.context import Context
from release.repository.pull_requests import Proposal, propose

ASKED = "merge-back/"  # how the branches that ask for a merge-back begin


def request_of(ctx: Context, source: str, onto: str) -> str:
    """Return the branch that asks for a merge of a tag or line: merge-back/1.2.1-into-main."""
    name = ctx.config.version_of(source) or ctx.config.line_of(source) or source
    return f"{ASKED}{name}-into-{onto.replace('/', '-')}"


def ask_to_merge(ctx: Context, source: str, onto: str, text: str, missing: Sequence[str] = ()) -> Proposal:
    """Push the branch that asks for a merge, and open its request; one that is there already is left as it is.

    `source` is the tag of a release, or the branch of a line, of which the commits `missing` are picked: the rest of a
    line, its version and its pins, is its own. `text` says what is owed.
    """
    remote, branch = ctx.config.remote, request_of(ctx, source, onto)
    version, on_remote = ctx.config.version_of(source), str(ctx.git.bring(remote, onto))
    subject = f"Merge {ctx.project.canonical} {version or source} into {onto}"
    if version is None:
        return propose(ctx, branch, onto, _picked(ctx, source, onto, on_remote, missing), f"{subject}\n\n{text}")
    release = ctx.git.remote_refs(remote).tags[source]
    merged = merge(ctx, on_remote, release, version)
    commit = (commit_to_resolve if merged.conflicts else commit_merge)(ctx, merged, on_remote, release, subject)
    told = [subject, "", text, "", "A merge commit keeps the history of the merged fixes."]
    if merged.conflicts:
        told += ["", f"It conflicts in {', '.join(merged.conflicts)}. Resolve that on the forge, or here:", "", "```"]
        told += [f"git fetch {remote} && git switch {branch} && git merge {remote}/{onto}", "```"]
    return propose(ctx, branch, onto, commit, "\n".join(told))


def conflicts_of(ctx: Context, source: str, onto: str) -> tuple[str, ...]:
    """Return the paths in which the merge of a release conflicts; none of a line, nor where git cannot tell."""
    version = ctx.config.version_of(source)
    if version is None:
        return ()
    on_remote, release = (
        str(ctx.git.bring(ctx.config.remote, onto)),
        ctx.git.remote_refs(ctx.config.remote).tags[source],
    )
    try:
        return merge(ctx, on_remote, release, version).conflicts
    except TooOld:
        return ()


def _picked(ctx: Context, source: str, onto: str, on_remote: str, missing: Sequence[str]) -> str:
    """Return a commit with what is missing picked; raise ReleaseError where that conflicts."""
    with ctx.git.checkout(on_remote) as path:
        if cherry_pick(ctx.git, path, list(missing)):
            return ctx.git.read("rev-parse", "HEAD", cwd=path)
        paths = ", ".join(unmerged(ctx.git, path))
    branch, commits = request_of(ctx, source, onto), " ".join(each[:12] for each in missing)
    start = f"git switch --create {branch} {ctx.config.remote}/{onto} && git cherry-pick -x {commits}"
    run = f"{start}      (resolve it, push the branch, and open a {ctx.merge_request})"
    what = f"cannot open a {ctx.merge_request} for {source} into {onto} automatically"
    raise ReleaseError(what, why=f"it conflicts in {paths}", run=run)
