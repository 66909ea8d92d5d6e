"""Asking for a merge-back by a request: a branch with what would be merged, and the text of what there is to do.

Where it conflicts the branch is at the fix itself: the forge shows where, and it is resolved there or here.
"""

from __future__ import annotations

from release.context import Context
from release.merging import commit_merge, merge
from release.proposals import Proposal, propose

ASKED = "merge-back/"  # how the branches that ask for a merge-back begin


def request_of(ctx: Context, source: str, onto: str) -> str:
    """Return the branch that asks for a merge of a tag or line: merge-back/1.2.1-into-main."""
    name = ctx.config.version_of(source) or ctx.config.line_of(source) or source
    return f"{ASKED}{name}-into-{onto.replace('/', '-')}"


def ask_to_merge(ctx: Context, source: str, onto: str, text: str) -> Proposal:
    """Push the branch that asks for a merge, and open its request; one that is there already is left as it is.

    `source` is the tag of a release or the branch of a line; `text` says what is owed.
    """
    remote, branch = ctx.config.remote, request_of(ctx, source, onto)
    version, refs = ctx.config.version_of(source), ctx.git.remote_refs(remote)
    subject = f"Merge {ctx.project.canonical} {version or source} into {onto}"
    commit, conflicts = refs.tags[source] if version else refs.branches[source], tuple[str, ...]()
    if version:
        there = str(ctx.git.bring(remote, onto))
        merged = merge(ctx, there, commit, version)
        conflicts = merged.conflicts
        commit = commit if conflicts else commit_merge(ctx, merged, there, commit, subject)
    told = [subject, "", text, "", "A merge commit keeps the history of what comes back."]
    if conflicts:
        told += ["", f"It conflicts in {', '.join(conflicts)}. Resolve that on the forge, or here:", "", "```"]
        told += [f"git fetch {remote} && git switch {branch} && git merge {remote}/{onto}", "```"]
    return propose(ctx, branch, onto, commit, "\n".join(told))
