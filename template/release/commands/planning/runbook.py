"""inv runbook: what to do, step by step, for each type of release and for what goes wrong, with today's values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from packaging.version import Version

from release.base.errors import ReleaseError
from release.config.stages import StageConfig
from release.context import Context
from release.current_release import start
from release.pipeline import in_progress
from release.planning.people_checks import PASSED, check_states
from release.planning.plan import STAGES
from release.planning.planned_release import next_planned
from release.values.version_numbers import ZERO, bump_between
from release.versioning.next_version import last_final

_PRE = {"alpha": "alpha", "beta": "beta", "candidate": "rc"}
_TYPES = ("major", "minor", "patch")
_FAILURES = ("yank", "half-upload", "wrong-tag", "lost-key", "maintainer")
KINDS = ("release", *_TYPES, *_PRE, "freeze", "hotfix", *_FAILURES)


def runbook(ctx: Context, kind: str) -> str:
    """Return the runbook of a kind as Markdown; raise ReleaseError for an unknown one."""
    writers: dict[str, Callable[[Context], list[str]]] = {
        "release": lambda ctx: _launch(ctx, "auto"),
        **{kind: partial(_launch, wanted=kind) for kind in _TYPES},
        **{kind: partial(_launch, wanted="auto", pre=pre) for kind, pre in _PRE.items()},
        "freeze": _freeze,
        "hotfix": _hotfix,
        "yank": _yank,
        "half-upload": _half_upload,
        "wrong-tag": _wrong_tag,
        "lost-key": _lost_key,
        "maintainer": _maintainer,
    }
    if kind not in writers:
        why = f'there is no runbook "{kind}"; runbooks: {", ".join(KINDS)}'
        raise ReleaseError("cannot write the runbook", why=why, run="inv runbook release")
    return "\n".join(writers[kind](ctx))


def _launch(ctx: Context, wanted: str, pre: str = "") -> list[str]:
    """Return the launch checklist of a type of release; its steps are those of the pipeline."""
    taken = ctx.taking(start(ctx, wanted, pre or None))
    stage, version = taken.release.stage, taken.release.version
    word = f"inv release {version.base_version}" + (f" --pre {pre}" if pre else "")
    instead = word if pre else f"inv hotfix --reason {ctx.config.hotfix.reasons[0]}"
    rules = ctx.config.stage(stage)
    steps = [f"{step.name}" + (" (irreversible)" if step.one_way else "") for step in in_progress(taken).steps]
    told = [each.name for each in ctx.config.announce if each.announces(stage)]
    return [
        f"# Launch checklist: {taken.release} ({stage})",
        *_section(
            "Before",
            [
                *_stages_before(taken),
                "`inv test-plan`: nothing is missing",
                *_checks(taken),
                f"`inv readiness {stage}`: go",
                *_approvals(rules),
                "`inv rehearse`: the same steps, thrown away",
            ],
        ),
        *_section(f"Release: `{word}`", steps),
        *_section(
            "After",
            [f"`inv verify {version}`", *(f"announced by {name}" for name in told), *_watch(taken), "`inv status`"],
        ),
        *_section(
            "If it stops",
            [
                f"`{word}` again: it continues where it stopped, here or in a fresh clone",
                "`inv abort` undoes it while no irreversible step was made",
                f'after that: `inv yank {version} --reason "why"` and `{instead}`',
            ],
        ),
    ]


def _stages_before(ctx: Context) -> list[str]:
    """Return what has to be there before a final of its type (`[[types]]`): a freeze, pre-releases."""
    if not ctx.release.final:
        return []
    kind = bump_between(last_final(ctx) or ZERO, ctx.release.version).value
    stages = ctx.config.type(kind).stages[:-1]
    return [f"{each}: `inv runbook {'freeze' if each == 'feature-complete' else each}`" for each in stages]


def _checks(ctx: Context) -> list[str]:
    """Return the checks by people that the plan of the release asks for by its stage, and that have not passed."""
    planned = next_planned(ctx)
    if planned is None or planned.version != Version(ctx.release.version.base_version):
        return []
    due = STAGES[: STAGES.index(ctx.release.stage) + 1] if ctx.release.stage in STAGES else ()
    waiting = [each.check for each in check_states(ctx, planned) if each.state != PASSED and each.check.stage in due]
    return [f'`inv check "{each.name}" --passed`, by {each.who or "anyone"}' for each in waiting]


def _watch(ctx: Context) -> list[str]:
    return [f"`inv watch {ctx.release.version}`: keep"] if ctx.release.final else []


def _freeze(ctx: Context) -> list[str]:
    version = start(ctx, "minor").version
    line = f"{version.major}.{version.minor}"
    types, approvals = ", ".join(ctx.config.freeze.types), _approvals(ctx.config.stage("feature-complete"))
    return [
        f"# Freeze of {line} (feature-complete)",
        *_section("Before", ["`inv readiness feature-complete`: go", *approvals]),
        *_section("Do", ["`inv freeze minor`: makes the branch, and opens main for the next version"]),
        *_section(
            "Then",
            [
                f"only {types} enter it; `inv freeze --check A..B` says which commits may not",
                '`inv freeze --allow COMMIT --reason "why"` lets one in',
                f"`inv thaw {line}` ends it",
            ],
        ),
    ]


def _approvals(rules: StageConfig) -> list[str]:
    rows = [f"`inv approve {rules.name} --as {role}`, by who holds that role" for role in rules.roles]
    return [*rows, *([f"{rules.people} people in all"] if rules.people else [])]


def _hotfix(ctx: Context) -> list[str]:
    last = _last(ctx)
    reason, hours = ctx.config.hotfix.reasons[0], ctx.config.hotfix.follow_up
    return [
        f"# Hotfix of {last}",
        *_section(
            "Do",
            [
                f"`inv hotfix --reason {reason} --pick COMMIT`; without --pick it opens a branch for the fix",
                "`inv hotfix --continue` after a conflict or a stop",
                "`inv hotfix --abort` gives it up while nothing is public",
                f'`inv follow-up {last.major}.{last.minor}.{last.micro + 1} "root cause"` within {hours:g} h',
            ],
        ),
        *_section("After", ["`inv status`: the fix is merged back", "`inv merge-back` on each line that it names"]),
    ]


def _yank(ctx: Context) -> list[str]:
    last = _last(ctx)
    return [
        f"# Yank {last}",
        "",
        "A yanked version stays for who pins it; installers ignore it otherwise. Nothing is deleted.",
        *_section(
            "Do",
            [
                f'`inv yank {last} --reason "why"`; it prints the page where an index has no API for it',
                "`inv hotfix --reason outage` for what replaces it",
                f"`inv verify {last}` shows what the indexes serve",
            ],
        ),
    ]


def _half_upload(_: Context) -> list[str]:
    return [
        "# Half an upload",
        "",
        "Some files of a release are on an index, others are not. An uploaded file cannot be replaced.",
        *_section(
            "Do",
            [
                "`inv status` shows which files are where",
                "`inv release` again: files that are there with the same bytes are kept, the others are sent",
                "other bytes under the same name: the version is used up; `inv release patch`",
            ],
        ),
    ]


def _wrong_tag(ctx: Context) -> list[str]:
    last, remote = _last(ctx), ctx.config.remote
    tag = ctx.tag_of(last)
    return [
        f"# A wrong tag ({tag})",
        *_section(
            "Do",
            [
                f"`git ls-remote --tags {remote} {tag}` and `git rev-parse {tag}^{{commit}}` show both commits",
                f"`inv verify {last}` says whether the files on the index are those that the tag records",
                f'published files belong to it, so it stays: `inv yank {last} --reason "wrong tag"`',
                f"nothing is published: `git push {remote} :refs/tags/{tag} && git tag --delete {tag}`",
            ],
        ),
    ]


def _lost_key(ctx: Context) -> list[str]:
    last = last_final(ctx.taking(start(ctx, "auto")))
    yanked = f'`inv yank {last} --reason "made with a leaked key"`'
    since = [f"`inv verify {last}` for each release since then; what is not proven:", yanked] if last else []
    signers = ctx.config.signers or "the file of allowed signers (signers in release.toml)"
    return [
        "# A lost or leaked key or token",
        *_section(
            "Do",
            [
                "revoke the token at the index and the forge first; a token that is only suspected counts as leaked",
                f"remove the key from {signers} in a reviewed commit; approvals signed with it no longer count",
                "`inv doctor` shows which accounts and keys a release would use now",
                *since,
            ],
        ),
    ]


def _maintainer(ctx: Context) -> list[str]:
    roles = [
        f"role {each.name}: {', '.join(each.members) or 'empty'}"
        + (f"; deputies: {', '.join(each.deputies)}" if each.deputies else "")
        for each in ctx.config.roles
    ]
    return [
        "# A maintainer leaves, or is not reachable",
        *_section("Who decides now", roles or ["no roles are in release.toml: who may push releases"]),
        *_section(
            "Do",
            [
                "change members in [[roles]] of release.toml on the main branch (reviewed)",
                "remove the account at index and forge; revoke its tokens",
                "`inv status`: a release in progress continues with the same command, by anyone who may push",
                "`inv gates` shows which approvals still count",
            ],
        ),
    ]


def _last(ctx: Context) -> Version:
    """Return the last final, by which the commands are written; raise ReleaseError where there is none."""
    found = last_final(ctx.taking(start(ctx, "auto")))
    if found is None:
        why = "there is no release from this branch"
        raise ReleaseError("cannot write the runbook", why=why, run="inv runbook release")
    return found


def _section(title: str, rows: Sequence[str]) -> list[str]:
    return ["", f"## {title}", "", *(f"- [ ] {row}" for row in rows)]
