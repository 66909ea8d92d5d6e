"""The record of the wheels that a workflow built: nothing is uploaded before every promised one is in it."""

from __future__ import annotations

from release.artifacts.distribution_files import read_distribution
from release.artifacts.distributions import awaited, promised_by_tag, record_wheels
from release.artifacts.promised_wheels import WHEELHOUSE
from release.context import Context
from release.engine.step import Seen, Step, absent, done


def _observe(ctx: Context) -> Seen:
    waiting = awaited(ctx)
    if waiting:
        return absent(f"{len(waiting)} promised wheels are not recorded")
    return done(f"{len(promised_by_tag(ctx))} promised wheels are recorded")


def _do(ctx: Context) -> None:
    files = sorted((ctx.root / WHEELHOUSE).glob("*.whl"))
    record_wheels(ctx, list(map(read_distribution, files)), promised_by_tag(ctx))


RECORD_WHEELS = Step("record-wheels", "record the wheels", _observe, _do)
