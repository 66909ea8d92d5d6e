"""What a person agrees to: all that the steps which are left make public, and in spite of what.

The question itself is asked in tasks/invoke_support.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from release.context import Context
from release.engine.gate import Answer, Standing
from release.engine.step import Step
from release.steps.commit_by_request import PROPOSE, branch_of
from release.steps.merge_into import MERGE_BACK
from release.steps.publish_forge_release import REVEAL
from release.steps.reopen_line import REOPEN
from release.steps.tag import TAG
from release.steps.upload import UPLOAD
from release.steps.wait_for_ci import WAIT, workflow_page
from release.versioning.next_version import reopened_as

Confirm = Callable[[str], None]  # shows a text and asks for a yes; raises ReleaseError for a no


def what_becomes_public(ctx: Context, left: Sequence[Step], notes: str) -> str:
    """Return what the steps that are left will show to others, after the notes."""
    kinds = {step.key for step in left}
    targets = {(step.key, step.target) for step in left}
    lines = [f"{notes}this publishes {ctx.release}:"]
    line, remote = ctx.release.line, ctx.config.remote
    by_request, request = ctx.config.takes_requests(line), ctx.merge_request
    if commit := ctx.release_commit():
        lines += [f"  its commit {commit[:7]} was made by {ctx.git.author_of(commit)}"]
    if PROPOSE.key in kinds:
        lines += [f"  {branch_of(ctx)} on {remote}, with a {request} into {line}"]
        lines += ["and, with the same command, after that is merged:"]
    if TAG.key in kinds:
        lines += [f"  {'' if by_request else f'{line} and '}the tag {ctx.release.tag} on {remote}"]
    for index in ctx.indexes:
        if (UPLOAD, index.name) in targets:
            lines += [f"  the distributions on {index.name}; an upload cannot be undone"]
        if (WAIT, index.name) in targets:
            lines += [f"  the distributions on {index.name}, by the CI workflow for the tag: {workflow_page(ctx)}"]
    if ctx.forge and not kinds.isdisjoint((REVEAL.key, WAIT)):
        after = ", after the upload to every index" if ctx.indexes else ""
        lines += [f"  the release on {ctx.forge.name}, with its files{after}"]
    merged = [step.target for step in left if step.key == MERGE_BACK]
    takes = ctx.config.takes_requests
    lines += [f"  {branch} gets it by a {request if takes(branch) else 'merge'}, too" for branch in merged]
    if REOPEN.key in kinds:
        lines += [f"  {line} continues as {reopened_as(ctx)}{f', by another {request}' if by_request else ''}"]
    return "\n".join(lines)


def who_is_told(ctx: Context) -> str:
    """Return by which channels the release in hand will be announced, as a line of its own; empty for none."""
    told = [each.name for each in ctx.config.announce if each.announces(ctx.release.stage)]
    return f"\n  an announcement on {' and '.join(told)}" if told else ""


def in_spite_of(ctx: Context, answers: Sequence[Answer]) -> str:
    """Return which gates warn and which are left out, now or before a later step, a line each."""
    warned = [answer.gate.name for answer in answers if answer.warns]
    not_asked = {answer.gate.name for answer in answers if answer.standing is Standing.LEFT_OUT}
    left_out = sorted(not_asked | ctx.choice.skip)
    lines = [f"ignoring warnings: {', '.join(warned)}"] if warned else []
    lines += [f"  {gate}: {who}" for gate, who in ctx.waived.items() if gate in warned]
    lines += [f"skipping gates: {', '.join(left_out)}"] if left_out else []
    return "".join(f"\n{line}" for line in lines)
