"""[hotfix] in release.toml: the reasons for one, what is due after it, and where an embargoed one is kept."""

from __future__ import annotations

from dataclasses import dataclass

from release.config.toml_schema import key
from release.values.remote_refs import HOTFIX

HOTFIX_BRANCH = f"{HOTFIX}{{version}}"


@dataclass(frozen=True)
class HotfixConfig:
    """When a hotfix is allowed, and what is due after it."""

    branch: str = key(HOTFIX_BRANCH, "The name of hotfix branches; {version} is the version.")
    reasons: tuple[str, ...] = key(
        ("outage", "security", "data-loss", "sla", "regulatory"), "The reasons that justify a hotfix."
    )
    follow_up: float = key(48.0, "Hours until the root cause and the retrospective of a hotfix are due.")
    private_remote: str = key(
        "", "The git remote that keeps the branch and the approvals of an embargoed hotfix until its release."
    )
    embargoed: tuple[str, ...] = key(
        ("security",), "The reasons for which a hotfix is kept on the private remote, if there is one."
    )
