"""The Invoke tasks that look at releases after they became public."""

from __future__ import annotations

from invoke.context import Context as Invocation
from invoke.exceptions import Exit
from invoke.tasks import task

from release.tasks.assist_option import ASSIST
from release.tasks.commented_facts import commenting
from release.tasks.invoke_support import DRY_RUN, REFUSED, load, told
from release.tasks.task_arguments import Worded


@task(
    klass=Worded,
    positional=["version"],
    help={
        "version": "the version, such as 1.2.0; default: the newest final",
        "follow": "keep checking until 48 hours have passed, or the verdict is to take it back",
        "json": "print it as JSON",
        "dry-run": DRY_RUN,
        "assist": ASSIST,
    },
)
@told
def watch(
    c: Invocation,
    version: str | None = None,
    follow: bool = False,
    json: bool = False,
    dry_run: bool = False,
    assist: bool = False,
) -> None:
    """Check a release after it is out: keep, look, or take back."""
    from release.commands.after_release import watch

    ctx = load(write=not dry_run)
    ctx.report.console.quiet = json
    comment = commenting(ctx, "watch", json=json) if assist else None
    if not watch.watch(ctx, version or "", dry_run=dry_run, follow=follow, machine=json, comment=comment):
        raise Exit(code=REFUSED)


@task(klass=Worded, help={"last": "how many of the newest finals to look at", "json": "print it as JSON"})
@told
def published(c: Invocation, last: int = 5, json: bool = False) -> None:
    """Check that index, pages, changelog and tags agree."""
    from release.commands.after_release import published

    ctx = load(write=False)
    found = published.look(ctx, last)
    print(published.as_json(ctx, found)) if json else published.show(ctx, found)
    if not all(each.good for each in found):
        raise Exit(code=REFUSED)


@task(help={"json": "print it as JSON"})
@told
def builds(c: Invocation, json: bool = False) -> None:
    """Compare size and contents with the last releases."""
    from release.commands.after_release import builds

    ctx = load(write=False)
    version, found = builds.look(ctx)
    print(builds.as_json(ctx, version, found)) if json else builds.show(ctx, version, found)
