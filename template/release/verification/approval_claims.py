"""Who approved a release: what its stage asked for, by the rules that counted for it, at the time of its tag."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from release.adapters.git.committed_config import config_at, config_of_main
from release.approvals.policy import under_policy
from release.approvals.stage_approvals import approvals, lacking
from release.config.release_toml import Config
from release.config.stages import StageConfig
from release.context import Context
from release.values.gate_names import all_names
from release.verification.claims import Claim, Proof, Subject, asked, not_proven, proven, wrong

_WHAT = _GATE = "approvals"


def claims(subject: Subject) -> list[Claim]:
    """Return what is known of the approvals of a release; nothing where its stage asked for none."""
    return asked(_WHAT, lambda: _judged(subject))


def _judged(subject: Subject) -> Iterator[Claim]:
    ctx = subject.ctx
    own = config_at(ctx.git, subject.commit) if subject.ours and subject.object else None
    main = config_of_main(ctx.git) if own and ctx.release.stage == "hotfix" else None  # whose rules a hotfix is under
    found = [claim for config in (own, main) if config for claim in _by(_as_released(subject, config), subject)]
    yield from sorted(found, key=lambda each: each.standing is not Proof.PROVEN)[:1]


def _as_released(subject: Subject, own: Config) -> Context:
    """Return the context with the rules that counted for the release."""
    ctx, names = subject.ctx, ("roles", "stages", "types", "gates", "freeze", "signers", "two_people")
    config = replace(ctx.config, **{name: getattr(own, name) for name in names})
    found = under_policy(replace(ctx, config=config), f"{subject.commit}^")
    return replace(found, signers_at=(subject.commit, *found.signers_at[1:]))


def _by(ctx: Context, subject: Subject) -> Iterator[Claim]:
    stage, base = ctx.config.stage(ctx.release.stage), ctx.git.read("rev-parse", f"{subject.commit}^")
    if not stage.roles and not stage.people:
        return
    found = approvals(ctx, stage.name, base, subject.at)
    missed = lacking(stage, found, base)
    if not missed:
        yield proven(_WHAT, "; ".join(str(each) for each in found if not each.void))
        return
    fact = f"{stage.name}: {'; '.join(missed)}"
    void = [f"void: {each}: {each.void}" for each in found if each.void and each.record.commit == base]
    if why := _why_not_asked(ctx, subject, stage):
        yield not_proven(_WHAT, f"{fact}\n{why}")
    else:
        yield wrong(_WHAT, "\n".join([fact, *void]))


def _why_not_asked(ctx: Context, subject: Subject, stage: StageConfig) -> str:
    """Return why the release was made without the approvals, by tag and release.toml; empty for none."""
    said_so = ("Left out: {}", "Waived: {}: ", "Off: {}")
    told = tuple(form.format(name) for form in said_so for name in all_names(_GATE))
    said = next((line for line in subject.text.splitlines() if line.startswith(told)), "")
    if said.startswith("Waived: ") and (until := said.partition(" until ")[2].partition(":")[0]):
        said = "" if subject.at.date().isoformat() > until else said
    if said:
        return f"the tag says: {said}"
    severity = next((each.severity for each in ctx.config.gates if each.name == _GATE), None)
    if _GATE in (stage.without or ()) or severity in ("off", "warning"):
        return "release.toml did not let it stop the release"
    return ""
