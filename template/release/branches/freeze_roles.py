"""Who decides about a freeze: the roles of the stage feature-complete."""

from __future__ import annotations

from release.base.errors import ReleaseError
from release.context import Context

FREEZING = "feature-complete"  # the stage whose roles decide about a freeze


def only_role(ctx: Context) -> str:
    """Return the role that decides about a freeze, where it is one alone."""
    roles = ctx.config.stage(FREEZING).roles
    return roles[0] if len(roles) == 1 else ""


def refuse_without_role(ctx: Context, role: str, what: str) -> None:
    """Raise ReleaseError for a role that does not decide about a freeze, and for none where one is needed."""
    roles = ctx.config.stage(FREEZING).roles
    if roles and role not in roles:
        why = f"only {' or '.join(roles)} may decide that" + (f", not for {role}" if role else "")
        raise ReleaseError(what, why=why, run=f"the same command with --as {roles[0]}")
