"""The Invoke tasks that look at a release from outside: whether it is what it should be, and who is told of it."""

from __future__ import annotations

from invoke.context import Context as Invocation
from invoke.exceptions import Exit
from invoke.tasks import task

from release.tasks.assist_option import ASSIST
from release.tasks.commented_facts import commenting, refuse_sending
from release.tasks.invoke_support import REFUSED, load, told
from release.tasks.task_arguments import Worded


@task(
    klass=Worded,
    positional=["version"],
    help={"version": "the version, such as 1.2.0; default: the newest", "json": "print it as JSON"},
)
@told
def verify(c: Invocation, version: str | None = None, json: bool = False) -> None:
    """Fetch a release anew, build it again, and say what is proven."""
    from release.commands import verify

    ctx = load()  # a build may ask git about the commit, so its objects have to be in the clone
    ctx.report.console.quiet = json
    findings = verify.verify(ctx, version or "")
    print(verify.as_json(findings)) if json else verify.show(ctx, findings)
    if findings.wrong:
        raise Exit(code=REFUSED)


@task(
    klass=Worded,
    positional=["version"],
    iterable=["again"],
    help={
        "version": "the version, such as 1.2.0; default: the newest of this line",
        "again": "announce on this channel again, if it is not known whether the message arrived",
        "ahead": "announce an upcoming release, on the channels with the topic upcoming",
        "date": "with --ahead: its day, such as 2027-03-02; default: that of its plan",
        "text": "with --ahead: what else there is to say, such as the severity of what it fixes",
        "dry-run": "print what would be announced; send nothing",
        "assist": f"with --dry-run: {ASSIST}",
    },
)
@told
def announce(
    c: Invocation,
    again: list[str],
    version: str | None = None,
    ahead: bool = False,
    date: str = "",
    text: str = "",
    dry_run: bool = False,
    assist: bool = False,
) -> None:
    """Announce a release on every channel that has not had it."""
    from release.commands import announce

    if assist:
        refuse_sending(ahead or not dry_run, "inv announce --dry-run --assist")
    if ahead:
        from release.commands.planning.pre_announcement import announce_ahead

        announce_ahead(load(write=not dry_run), version or "", date, text, again, dry_run=dry_run)
        return
    ctx = load(write=not dry_run)
    announce.announce(ctx, version or "", again, dry_run=dry_run)
    if assist:
        print(commenting(ctx, "announce")(announce.facts(ctx, version or "")))
