"""Which tools are loaded ahead of the steps that call them."""

from __future__ import annotations

from collections.abc import Sequence

from release.context import Context
from release.engine.step import Step
from release.steps.build import BUILD
from release.steps.commit import COMMIT
from release.steps.commit_by_request import PROPOSE
from release.steps.reopen_line import REOPEN
from release.steps.tag import TAG
from release.steps.upload import UPLOAD
from release.values.version_numbers import parse_version


def tools_at_first(ctx: Context) -> list[str]:
    """Return the tools of the first step, to load while the gates are asked; none where a release seems under way."""
    version = ctx.project.version
    if version and not parse_version(version).is_devrelease:
        return []
    return [*(["bumpversion"] if version else []), "towncrier"]


def tools_for(ctx: Context, left: Sequence[Step]) -> list[str]:
    """Return the tools that the steps that are left will call; they load while the first ones run."""
    kinds = {step.key for step in left}
    committed = COMMIT.key in kinds or PROPOSE.key in kinds
    checked = ctx.config.check and ctx.indexes and TAG.key in kinds
    uploaded = UPLOAD in kinds
    called = {
        "towncrier": committed,
        "build": BUILD.key in kinds,
        "twine": checked or uploaded,
        "check_wheel_contents": checked,
        "bumpversion": committed or REOPEN.key in kinds,
    }
    return [tool for tool, needed in called.items() if needed]
