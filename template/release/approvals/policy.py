"""The rules that a release is judged by: those of the commit it starts from and of the last final one, the stricter.

A commit that wants approval cannot say who approves it: a change of the rules counts once a final release, approved
under the rules before, has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from packaging.version import Version

from release.adapters.git.committed_config import head_of_main
from release.adapters.git.marks import RELEASE
from release.adapters.git.object_batch import files_at
from release.approvals.decision_records import time_said
from release.approvals.stage_approvals import approvals, lacking
from release.config.release_toml import Config, parse_config
from release.config.stages import STAGES, GateConfig, RoleConfig, StageConfig, TypeConfig
from release.config.toml_schema import FILE
from release.context import Context
from release.values.version_numbers import stage_of, version_said

PROCESS = ("freeze", "stages", "candidate", "approvals", "unmerged fixes")  # the gates that ask for what was agreed


def under_policy(ctx: Context, of: str | None = None) -> Context:
    """Return the context with the rules that count for the release in progress, or for the next one of the line.

    With `of` they are those for a release that was made from that commit.
    """
    base = of or (ctx.base_commit() if ctx.in_hand else next(iter(ctx.heads(ctx.line)), None))
    anchors = (_anchors(ctx, base) or _anchors_of_main(ctx, base)) if base else []
    if not anchors:
        return ctx
    commit, rules = anchors[0]
    for later, config in anchors[1:]:
        judged = replace(ctx, config=rules, signers_at=(commit,))
        if config == rules or _agreed(judged, later):
            commit, rules = later, config
    config = stricter(rules, ctx.config)
    if config == ctx.config:
        return replace(ctx, signers_at=("", commit))
    if of is None:
        ctx.report.say(f"{FILE} has other rules than the last final release; the stricter of both count")
    return replace(ctx, config=config, signers_at=("", commit))


def _anchors(ctx: Context, base: str) -> list[tuple[str, Config]]:
    """Return (commit, configuration) of the finals in the history of a commit whose rules differ, oldest first."""
    finals = _by_history(ctx, base, [commit for _, commit in sorted(_finals(ctx, base).items())])
    found: list[tuple[str, Config]] = []
    texts = files_at(ctx.git, finals, FILE)
    before = ""
    for commit in finals:
        text = texts.get(commit, "")
        if text and text != before:
            found.append((commit, parse_config(text)))
        before = text or before
    return found


def _anchors_of_main(ctx: Context, base: str) -> list[tuple[str, Config]]:
    """Return those of the main branch for a commit beside it that has no final in its history.

    Else a history of its own would be under its own rules. What came before the first final is under none.
    """
    main = head_of_main(ctx.git)
    found = _anchors(ctx, main) if main else []
    return [] if found and ctx.git.contains(found[0][0], base) else found


def _finals(ctx: Context, base: str) -> dict[Version, str]:
    """Return {version: commit} of the finals in the history of a commit.

    The commit is what says `Release: VERSION`, wherever a tag of that version is: a tag can be moved, or deleted.
    """
    words = ("for-each-ref", "--merged", base, "--format=%(objecttype) %(refname:strip=2) %(*objectname)", "refs/tags")
    rows = (row.split(" ") for row in ctx.git.look(*words).require().out.splitlines())
    tagged = {ctx.config.version_of(row[1]): row[2] for row in rows if row[0] == "tag"}
    for commit, trailer in ctx.git.marks.trailers((RELEASE,), base):
        version = version_said(trailer.removeprefix(f"{RELEASE}: "))
        if version in tagged or (version and not ctx.git.marks.aborted(commit, str(version), base)):
            tagged[version] = commit
    return {version: commit for version, commit in tagged.items() if version and not version.is_prerelease}


def _by_history(ctx: Context, base: str, commits: list[str]) -> list[str]:
    """Return commits so that none stands before one of its history, and those of the branch itself before others."""
    if len(commits) < 2:
        return commits
    order = ctx.git.read("rev-list", "--topo-order", "--reverse", base, "--").split()
    place = {commit: number for number, commit in enumerate(order)}
    return sorted(commits, key=lambda each: (not ctx.git.marks.on_branch(each, base), place[each]))


def _agreed(ctx: Context, commit: str) -> bool:
    """Return whether a final release was approved as the rules in the context ask."""
    tag = _tag(ctx, commit)
    version = ctx.config.version_of(tag)
    before = ctx.git.commit_of(f"{commit}^")
    if version is None or before is None:
        return False
    hotfix = ctx.config.stage("hotfix")
    asks = version.micro > 0 and (hotfix.roles or hotfix.people)
    words = ("for-each-ref", "--format=%(taggerdate:unix)", f"refs/tags/{tag}")
    at = time_said(ctx.git.look(*words).require().out.strip())
    if at is None:
        return False
    stages = [ctx.config.stage(stage_of(version)), *([hotfix] if asks else [])]
    return any(not lacking(stage, approvals(ctx, stage.name, before, at), before) for stage in stages)


def _tag(ctx: Context, commit: str) -> str:
    return next((tag for tag, tagged in ctx.git.tags().items() if tagged == commit and ctx.config.version_of(tag)), "")


def stricter(rules: Config, own: Config) -> Config:
    """Return `own` with whatever `rules` ask more strictly."""
    return replace(
        own,
        roles=_roles(rules.roles, own.roles),
        stages=_stages(rules, own),
        types=_types(rules, own),
        two_people=rules.two_people or own.two_people,
        gates=tuple(_gates(rules.gates, own.gates)),
        freeze=replace(
            own.freeze,
            types=_both(rules.freeze.types, own.freeze.types),
            free=_both(rules.freeze.free, own.freeze.free),
        ),
        signers=own.signers or rules.signers,
        demands=replace(
            own.demands,
            signed_tags=True if rules.signed_tags and not own.signed_tags else own.demands.signed_tags,
            signed_commits=own.demands.signed_commits or rules.demands.signed_commits,
        ),
    )


def _both(rules: Sequence[str], own: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in own if each in rules)


def _roles(rules: Sequence[RoleConfig], own: Sequence[RoleConfig]) -> tuple[RoleConfig, ...]:
    """Return the roles of both, each held by who holds it in both; by those of `rules` where that is nobody."""
    before, now = ({role.name: role for role in roles} for roles in (rules, own))
    found = []
    for name in dict.fromkeys([*before, *now]):
        role = before.get(name) or now[name]
        if name in before and name in now:
            holders = [each.lower() for each in (*now[name].members, *now[name].deputies)]
            kept = [tuple(each for each in held if each.lower() in holders) for held in (role.members, role.deputies)]
            role = replace(role, members=kept[0], deputies=kept[1]) if any(kept) else role
        found.append(role)
    return tuple(found)


def _stages(rules: Config, own: Config) -> tuple[StageConfig, ...]:
    names = dict.fromkeys(each.name for each in (*rules.stages, *own.stages))
    as_written = {each.name: each for each in own.stages}
    return tuple(_stage(rules.stage(name), as_written.get(name, StageConfig(name))) for name in names)


def _stage(rules: StageConfig, own: StageConfig) -> StageConfig:
    had = rules.without or ()
    return replace(
        own,
        roles=tuple(dict.fromkeys([*rules.roles, *own.roles])),
        people=max(rules.people, own.people),
        signed=rules.signed or own.signed,
        without=None
        if own.without is None
        else tuple(each for each in own.without if each not in PROCESS or each in had),
    )


def _types(rules: Config, own: Config) -> tuple[TypeConfig, ...]:
    if not rules.types and not own.types:
        return ()
    names = [each.name for each in (*rules.types, *own.types)]
    asked = {name: {*rules.type(name).stages, *own.type(name).stages} for name in dict.fromkeys(names)}
    return tuple(TypeConfig(name, tuple(sorted(stages, key=STAGES.index))) for name, stages in asked.items())


def _gates(rules: Sequence[GateConfig], own: Sequence[GateConfig]) -> Iterable[GateConfig]:
    """Yield the changes of gates; those of the gates of the process only as the rules had them already."""
    return (each for each in own if each.name not in PROCESS or each in rules)
