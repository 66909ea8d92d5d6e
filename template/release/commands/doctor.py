"""A look at what is here before any release: tools, settings, accounts and rights, and what a release would do next."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any

from packaging.requirements import Requirement

from release.adapters.forge.forge_address import place_of
from release.artifacts.forge_page import MARK, opening
from release.base.errors import ReleaseError, describe
from release.base.redact import redact
from release.base.session_advice import as_there
from release.branches.branch_protection import lacking, left_over
from release.config.engine_place import engine_place
from release.config.toml_schema import FILE
from release.context import Context
from release.engine.converge import foresee, show
from release.engine.gate import Answer, Gate, problem
from release.engine.run_gates import Inquiry
from release.gate_order import UPLOADING, before_all
from release.gates import forge_access, index_access, machine, measured_project, signing, working_tree
from release.measuring.dependency_versions import without_lower_bound
from release.pipeline import in_progress, take

_GATES = (machine.TOOLS, machine.DISK, working_tree.IDENTITY, signing.SIGNING)
_INDEX_GATES = (machine.CLOCK, machine.UPLOADS_ARRIVE, index_access.NAME_OURS, index_access.ACCOUNT)
_FORGE_GATES = (forge_access.ACCOUNT, forge_access.PAGE)


@dataclass(frozen=True)
class Examination:
    """What a doctor found: the context of the next release, what was asked, and why there can be no release."""

    ctx: Context
    answers: Sequence[Answer] = ()
    refusal: str = ""

    @property
    def good(self) -> bool:
        """Whether nothing stands in the way of a release."""
        return not self.refusal and not any(answer.blocks for answer in self.answers)

    @property
    def problems(self) -> list[str]:
        """What stands in the way of a release, and what a person should read."""
        found = [problem(answer) for answer in self.answers if answer.blocks or answer.warns]
        return [self.refusal, *found] if self.refusal else found


def examine(ctx: Context) -> Examination:
    """Print what is here and what it means."""
    say = ctx.report.say
    say(f"{ctx.project.name} {ctx.project.version or '(its version is found by the build backend)'} in {ctx.root}")
    _tell_tools(ctx)
    _tell_settings(ctx)
    _tell_places(ctx)
    _tell_dependencies(ctx)
    say("\nrights and environment")
    try:
        ctx = take(ctx, "auto")
    except ReleaseError as error:
        say(f"\n{error}")
        return Examination(ctx, refusal=str(error))
    asked = [*_GATES, *(_index_gates(ctx) if ctx.indexes else ()), *(_FORGE_GATES if ctx.config.forge.shows else ())]
    answers = Inquiry(ctx, asked).run()
    found = Examination(ctx, answers)
    for each in found.problems:
        say("\n" + each)
    if any(each.gate is forge_access.ACCOUNT and each.verdict.met for each in answers):
        _tell_rules(ctx)
        _tell_drafts(ctx)
    _tell_next(ctx)
    ctx.tools.close()
    return found


def as_json(found: Examination) -> str:
    """Return what a doctor found for machines: no secret, and of accounts only where they are from."""
    ctx, settings = found.ctx, asdict(found.ctx.config)
    return json.dumps(
        {
            "project": ctx.project.name,
            "version": ctx.project.version,
            "next": str(ctx.release.version) if ctx.in_hand else None,
            "good": found.good,
            "refusal": found.refusal,
            "python": platform.python_version(),
            "tools": {name: machine.installed(name) for name in machine.needed()},
            "settings": {name: value for name, value in settings.items() if value is not None},
            "indexes": [
                {"name": each.name, "upload": each.upload_address, "password": each.account.variable}
                for each in ctx.indexes
            ],
            "forge": ctx.forge.place.home if ctx.forge else None,
            "gates": [
                {
                    "name": each.gate.name,
                    "standing": each.standing.value,
                    "blocks": each.blocks,
                    "fact": each.verdict.fact,
                    "run": as_there(each.verdict.run),
                }
                for each in found.answers
            ],
        },
        indent=2,
        ensure_ascii=False,
        default=str,
    )


def _index_gates(ctx: Context) -> list[Gate]:
    """Return what is asked about the indexes: nothing of an upload that is made by CI."""
    return [gate for gate in _INDEX_GATES if not (ctx.config.publish == "ci" and gate in UPLOADING)]


def _tell_tools(ctx: Context) -> None:
    ctx.report.say("\ntools")
    found = [f"{name} {machine.installed(name) or 'is missing'}" for name in machine.needed()]
    rows = [f"Python {platform.python_version()}, git {ctx.git.read('version').removeprefix('git version ')}"]
    rows += [f"the release process: {engine_place()}", *found]
    for row in rows:
        ctx.report.say(f"  {row}")
    ctx.report.say(f"  (in {sys.prefix})")


def _tell_settings(ctx: Context) -> None:
    """Print every key of release.toml with its value; those that are not the default are marked."""
    ctx.report.say(f"\n{FILE} (* set here, else the default)")
    for each in fields(ctx.config):
        value = getattr(ctx.config, each.name)
        if each.name == "index" or value is None:
            continue  # shown with its addresses below; a table that is not there
        mark = " " if value == _default(each) else "*"
        ctx.report.say(f"  {mark} {each.name} = {_as_toml(value)}")


def _default(each: Any) -> Any:
    return None if each.default is MISSING else each.default


def _as_toml(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case tuple():
            return f"[{', '.join(map(_as_toml, value))}]"
        case float() | int():
            return f"{value:g}"
    keys = {each.name: getattr(value, each.name) for each in fields(value)}
    told = (f"{name} = {_as_toml(each)}" for name, each in keys.items() if each is not None)  # not set, and no default
    return f"{{ {', '.join(told)} }}"


def _tell_places(ctx: Context) -> None:
    """Print where a release goes to, and by which names (never values) it finds its accounts."""
    remote = ctx.config.remote
    url = ctx.git.setting(f"remote.{remote}.url")
    ctx.report.say(f"\nplaces\n  {remote}: {redact(url) if url else 'there is no such remote'}, branch {ctx.line}")
    for each in ctx.indexes:
        to = each.upload_address or f"the settings of ~/.pypirc for {each.name}"
        where = each.account.variable or "~/.pypirc or the keyring, if they have one"
        account = f"password from {where}"
        account = "by the CI workflow for the tag" if ctx.config.publish == "ci" else account
        ctx.report.say(f"  {each.name}: uploads to {to}, read at {each.simple}; {account}")
    if not ctx.indexes:
        ctx.report.say("  no index: a release is a tag")
    _tell_forge(ctx, url or "")


def _tell_dependencies(ctx: Context) -> None:
    """Print the dependencies, those whose lowest version is not declared, and whether the lowest are known to work."""
    if not ctx.project.dependencies:
        return
    ctx.report.say("\ndependencies")
    unbounded = without_lower_bound(ctx)
    for each in ctx.project.dependencies:
        ctx.report.say(f"  {each}" + ("      (no lower bound)" if Requirement(each).name in unbounded else ""))
    tried = measured_project.remembered_lowest(ctx)
    ctx.report.say(f"  the lowest versions: {tried or 'not tried since the last change (nox -s tests-lowest)'}")


def _tell_forge(ctx: Context, url: str) -> None:
    """Print where releases are shown, or that they could be."""
    known = place_of(url)
    if ctx.forge:
        place = ctx.forge.place
        ctx.report.say(f"  {place.name}: shows the releases of {place.project}, asked at {place.api}")
    elif ctx.config.forge.shows:
        ctx.report.say(f"  {ctx.config.forge.kind}: its project is not configured (forge.api, forge.project)")
    elif ctx.forge_missed:
        ctx.report.say(f"  {ctx.forge_missed}: shows no releases, because the remote is a folder")
    elif known:
        ctx.report.say(f'  {known.name}: shows no releases; [forge] kind = "{known.kind}" in {FILE} lets it')


def _tell_drafts(ctx: Context) -> None:
    """Print the drafts on the forge that releases of ours left and that no release is going on with."""
    try:
        drafts = ctx.forge.releases.drafts() if ctx.forge else ()
    except ReleaseError as error:
        ctx.report.say("\n" + describe("cannot look for drafts", error.why or error.what, error.run))
        return
    for draft in drafts:
        if MARK.search(draft.body) and draft.tag != ctx.release.tag:
            why = f"{draft.page} is the draft of {draft.tag}, which is not the release in progress"
            ctx.report.say("\n" + describe("a draft is left", why, f"{opening(draft.page)}      (delete it there)"))


def _tell_rules(ctx: Context) -> None:
    """Print the rules on the forge that a freeze which is over has left, and the frozen lines that have none."""
    if ctx.forge is None:
        return
    try:
        left = {line: rule for line, rule in left_over(ctx).items() if rule}
        without = lacking(ctx)
    except ReleaseError as error:
        ctx.report.say("\n" + describe("cannot look for rules of freezes", error.why or error.what, error.run))
        return
    for line, rule in left.items():
        why = f"{line} is deleted or thawed, but {rule.name} still protects {rule.branch}"
        ctx.report.say("\n" + describe("a rule remains from a freeze", why, f"inv thaw {line}"))
    for line in without:
        why = f"{line} is frozen, but {ctx.forge.name} allows any push to it"
        ctx.report.say("\n" + describe("a frozen release branch is not protected", why, f"inv freeze --line {line}"))


def _tell_next(ctx: Context) -> None:
    """Print what the next release would be and do."""
    ctx.report.say(f"\nnext: {ctx.release} ({len(before_all(ctx))} gates; inv preflight runs them), and then")
    show(ctx, foresee(ctx, in_progress(ctx).steps))
