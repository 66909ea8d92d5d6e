"""The wait for CI: the tag has started a workflow that uploads, and the index says when it is through."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from release.adapters.index.simple_api import Index
from release.adapters.retry import Unavailable
from release.artifacts.upload_state import seen_on
from release.base.errors import ReleaseError
from release.context import Context
from release.engine.step import Seen, State, Step

WAIT = "wait-for-ci"


def wait_for(index: Index) -> Step:
    """Return the step that is done when `index` shows what the workflow of the tag uploads."""
    see, do = partial(_observe, index), partial(_do, index)
    return Step(WAIT, f"wait for {index.name}", see, do, one_way=True, public=True, target=index.name)


def _observe(index: Index, ctx: Context) -> Seen:
    seen = seen_on(index, ctx)
    if seen.state is not State.ABSENT or ctx.git.remote_refs(ctx.config.remote).tags.get(ctx.release.tag) is None:
        return seen
    return replace(seen, run=f"nox -s release waits for the workflow of {ctx.release.tag}: {workflow_page(ctx)}")


def workflow_page(ctx: Context) -> str:
    """Return the address at which a person looks at the workflow; words where the remote does not tell the forge."""
    place = ctx.place
    if place is None:
        return "the forge's page of this project"
    return place.page(place.traits.started_page.format(tag=ctx.release.tag))


def _do(index: Index, ctx: Context) -> None:
    """Look until every file is there, less and less often; a failed look is one that saw nothing yet."""
    import tenacity

    page, told = workflow_page(ctx), set[str]()
    ctx.report.say(f"{ctx.release.tag} has started the workflow that uploads to {index.name}: {page}")

    def look() -> None:
        seen = seen_on(index, ctx)
        if seen.state is State.ABSENT:
            if seen.fact not in told:
                ctx.report.say(f"waiting: {seen.fact}")
            told.add(seen.fact)
            raise Unavailable(f"{ctx.release} is not on {index.name} yet", why=seen.fact)

    retry = ctx.config.retry
    waiting = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(Unavailable),
        stop=tenacity.stop_after_delay(ctx.config.wait),
        wait=tenacity.wait_exponential(multiplier=retry.pause, max=retry.longest),
        reraise=True,
    )
    try:
        waiting(look)
    except Unavailable as error:
        raise ReleaseError(
            f"{ctx.release} is not on {index.name} yet",
            why=f"{error.why} after {ctx.config.wait:.0f} s; the workflow waits for reviewers, failed or is slow",
            run=f"inv publish      (waits again; first look at the workflow: {page})",
        ) from error
