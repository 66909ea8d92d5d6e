"""[hotfix] in release.toml: the reasons for one, what is due after it, and where an embargoed one is kept."""

from __future__ import annotations

from dataclasses import dataclass

from release.config.toml_schema import key
from release.values.remote_refs import HOTFIX

HOTFIX_BRANCH = f"{HOTFIX}{{version}}"


@dataclass(frozen=True)
class HotfixConfig:
    """When there may be a hotfix, and what is due after it."""

    branch: str = key(HOTFIX_BRANCH, "How the branches of hotfixes are named, with {version} in it.")
    reasons: tuple[str, ...] = key(
        ("outage", "security", "data-loss", "sla", "regulatory"), "The reasons that justify a hotfix."
    )
    follow_up: float = key(48.0, "Hours after which root cause and retrospective of a hotfix are due.")
    private_remote: str = key(
        "", "The git remote on which branch and approvals of an embargoed hotfix stay until it is released."
    )
    embargoed: tuple[str, ...] = key(
        ("security",), "The reasons for which a hotfix is embargoed, where there is a private remote."
    )
