"""Whether a release can prove what release.toml demands of each ([demands]), asked before its tag."""

from __future__ import annotations

from release.artifacts.forge_assets import assets_of
from release.context import Context
from release.engine.gate import Gate, Verdict


def _attested(ctx: Context) -> Verdict:
    """Only a job that the forge vouches for can make attestations, and not every index takes them."""
    without = [index.name for index in ctx.indexes if not index.takes_attestations]
    if without:
        fact = f"release.toml demands attestations, and {', '.join(without)} takes none"
        return Verdict(False, fact, '$EDITOR release.toml      (attestations = "yes" at this index, if it takes them)')
    if ctx.config.publish != "ci" and not (ctx.job and ctx.job.signing):
        fact = "release.toml demands attestations, which only a workflow can make, and this command uploads"
        return Verdict(False, fact, '$EDITOR release.toml      (publish = "ci")')
    return Verdict(True, "the workflow makes them")


def _recorded(ctx: Context) -> Verdict:
    files = assets_of(ctx)
    if files.unmatched:
        absent = ", ".join(files.unmatched)
        fact = f"release.toml demands that the tag records every asset, and nothing matches {absent}"
        return Verdict(False, fact, "nox -s executable      (or what else makes it; then the same command again)")
    return Verdict(True, f"{len(files.further)} further assets will be in the tag")


ATTESTED = Gate("attestations", _attested)
RECORDED = Gate("assets", _recorded)
