"""Whether the environment that CI publishes from asks anybody: the first job makes one that is not there, empty."""

from __future__ import annotations

from release.context import Context
from release.engine.gate import Gate, Severity, Verdict


def _environment(ctx: Context) -> Verdict:
    name = ctx.config.forge.environment
    if ctx.forge is None:
        return Verdict(None, "release.toml names no forge to ask", "$EDITOR release.toml      ([forge] kind)")
    kind, project = ctx.forge.place.kind, ctx.forge.place.project
    if kind == "gitea":
        return Verdict(True, f"{ctx.forge.name} has no environments")
    found = ctx.forge.branches.environment(name)
    if found is None:
        fact = f'{ctx.forge.name} has no environment "{name}": the first job would make it, with nobody to agree'
        return Verdict(False, fact, _making(kind, project, name))
    if not found.reviewers:
        fact = f'nobody has to agree before a job enters the environment "{name}"'
        return Verdict(False, fact, _making(kind, project, name), severity=Severity.WARNING)
    return Verdict(True, f"{name} waits for {', '.join(found.reviewers)}")


def _making(kind: str, project: str, name: str) -> str:
    """Return what makes an environment; who reviews is chosen on its page."""
    if kind == "github":
        return f"gh api --method PUT repos/{project}/environments/{name}      (its reviewers: Settings, Environments)"
    return f"glab api --method POST projects/:id/environments --field name={name}      (who approves: Settings, CI/CD)"


ENVIRONMENT = Gate("environment", _environment, doubt=Severity.WARNING)
