"""The upload to one index: hashes decide what is ours, and after an unclear answer a look decides what is there."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from release.adapters.index.simple_api import Index
from release.adapters.retry import Unavailable, patiently
from release.adapters.tools.packaging_tools import UploadRefused
from release.adapters.workers.tool_worker import MOVED
from release.artifacts.distributions import built, on_index, private_copies, recorded
from release.artifacts.upload_state import seen_on, spent
from release.base.errors import ReleaseError
from release.base.temporary_folders import temporary_folder
from release.config.toml_schema import FILE
from release.context import Context
from release.engine.step import Step
from release.values.release import Distribution

UPLOAD = "upload"


def upload_to(index: Index) -> Step:
    """Return the step that uploads the distributions to `index`."""
    see, do = partial(seen_on, index), partial(_do, index)
    return Step(UPLOAD, f"upload to {index.name}", see, do, one_way=True, public=True, target=index.name)


def _do(index: Index, ctx: Context) -> None:
    ours = recorded(ctx)
    patiently(lambda: _send(index, ctx, ours), ctx.config.retry, ctx.report.say)
    patiently(lambda: _look(index, ctx, ours), ctx.config.retry, ctx.report.say)


def _send(index: Index, ctx: Context, ours: Iterable[Distribution]) -> None:
    """Upload what the index does not have yet, so that a dropped reply is not answered by a second upload."""
    listed = on_index(ctx, index)
    missing = {each.name for each in ours} - set(listed)
    files = [path for path in built(ctx) if path.name in missing]
    if not files:
        return
    try:
        with temporary_folder() as place:
            copies = private_copies(ctx, files, Path(place))
            ctx.tools.upload(_signed(index, ctx, copies), index.twine_options, index.account)
    except UploadRefused as error:
        if error.status in (401, 403):
            raise ReleaseError(
                f"cannot upload {ctx.release} to {index.name}",
                why=f"{error.why} to {index.account.told}",
                run=f"{index.account.advice}      (then the same command again)",
            ) from error
        if error.status == MOVED:
            run = f"$EDITOR {FILE}      (upload of {index.name}, if that is its address; then the same command again)"
            raise ReleaseError(f"cannot upload {ctx.release} to {index.name}", why=error.why, run=run) from error
        now = on_index(ctx, index)
        if len(now) > len(listed) and now.items() <= {(each.name, each.sha256) for each in ours}:
            # A file was stored, its answer was lost, and twine, which tries again by itself, was refused for that.
            raise Unavailable(f"cannot upload {ctx.release} to {index.name}", why=error.why) from error
        raise ReleaseError(f"cannot upload {ctx.release} to {index.name}", why=error.why, run=spent(ctx)) from error


def _signed(index: Index, ctx: Context, files: list[Path]) -> list[Path]:
    """Return `files`, with attestations beside them where CI can sign and the index takes that."""
    signs = ctx.job and ctx.job.signing and index.takes_attestations
    return [*files, *ctx.tools.sign(files)] if signs else files


def _look(index: Index, ctx: Context, ours: Iterable[Distribution]) -> None:
    """Raise Unavailable until the index shows every file: what was accepted may be listed minutes later."""
    missing = {each.name for each in ours} - set(index.files(ctx.project.canonical, ctx.release.version))
    if missing:
        raise Unavailable(
            f"cannot see {ctx.release} on {index.name}", why=f"{', '.join(sorted(missing))} is not listed yet"
        )
