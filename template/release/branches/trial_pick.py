"""A cherry-pick that is tried in a clone which is thrown away: what a dry run says of a hotfix or a backport."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from release.base.temporary_folders import temporary_folder
from release.branches.cherry_pick import pick
from release.config.release_toml import Config, load_config
from release.context import Context
from release.context_loader import load_context
from release.repository.scratch_clone import throw_away_clone


def try_pick(ctx: Context, branch: str, start: str, commits: Sequence[str], again: str) -> Config | None:
    """Do what `pick` does in a throw-away clone: nothing is changed, and a conflict is reported.

    Returns the configuration of the picked tree, None where it has no release.toml.
    """
    with temporary_folder() as folder:
        clone = throw_away_clone(ctx, Path(folder).resolve(), ctx.config.branch)
        elsewhere = load_context(clone, ctx.environment, write=False)
        refs = [f"{commit}:refs/tried/{commit}" for commit in dict.fromkeys((start, *commits))]
        ctx.git.change("-c", f"core.hooksPath={os.devnull}", "push", "--quiet", clone, *refs)
        return load_config(pick(elsewhere, branch, start, commits, again))
