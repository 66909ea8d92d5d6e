"""Whether the environment that CI publishes from asks anybody: the first job makes one that is not there, empty."""

from __future__ import annotations

from release.context import Context
from release.engine.gate import Gate, Severity, Verdict


def _environment(ctx: Context) -> Verdict:
    name = ctx.config.forge.environment
    if ctx.forge is None:
        return Verdict(None, "no forge in release.toml", "$EDITOR release.toml      ([forge] kind)")
    place = ctx.forge.place
    making = place.traits.environment_command.format(
        project=place.project, name=name
    )  # reviewers are chosen on its page
    if not making:
        return Verdict(True, f"{ctx.forge.name} has no environments")
    found = ctx.forge.branches.environment(name)
    if found is None:
        fact = f'{ctx.forge.name} has no environment "{name}": the first job would create it without reviewers'
        return Verdict(False, fact, making)
    if not found.reviewers:
        fact = f'no reviewers are required for the environment "{name}"'
        return Verdict(False, fact, making, severity=Severity.WARNING)
    return Verdict(True, f"{name} requires a review by {', '.join(found.reviewers)}")


ENVIRONMENT = Gate("environment", _environment, doubt=Severity.WARNING)
