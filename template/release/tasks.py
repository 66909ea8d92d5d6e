"""The Invoke tasks of the release process: arguments, questions and exit codes; the work is done in flows."""

from __future__ import annotations

import functools
import sys
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from invoke.context import Context as Invocation
from invoke.exceptions import Exit
from invoke.tasks import task

if TYPE_CHECKING:
    from release.context import Context

__all__ = ["abort", "build", "bump", "note", "notes", "publish", "rehearse", "release", "status", "yank"]

REFUSED, BUG, INTERRUPTED = 1, 3, 130  # exit codes

_VERSION = "major, minor, patch, auto (by the fragments' types) or a version such as 1.2.0"
_PRE = "alpha, beta or rc: make a pre-release of that version"
_YES = "agree to what becomes public without being asked"
_DRY_RUN = "print what would be done; change nothing"


def _told(body: Callable[..., None]) -> Callable[..., None]:
    """Turn what a task raises into what a person reads, and into the exit code."""

    @functools.wraps(body)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            body(*args, **kwargs)
        except Exit:
            raise
        except KeyboardInterrupt:
            raise Exit("\nstopped; inv status shows what is done, the same command goes on", INTERRUPTED) from None
        except ModuleNotFoundError as error:
            raise Exit(_missing(error), REFUSED) from error
        except Exception as error:
            from release.errors import ReleaseError
            from release.redact import redact

            if isinstance(error, ReleaseError):
                raise Exit("\n" + redact(str(error)), REFUSED) from error
            told = redact("".join(traceback.format_exception(error)))
            raise Exit(f"{told}\nthis is a bug of the release process, not of your project", BUG) from error

    return wrapped


def _missing(error: ModuleNotFoundError) -> str:
    return (
        f"cannot run this task\n  why: the package {error.name} is not installed in {sys.prefix}\n"
        "  run: nox -s dev && . .venv/bin/activate      (or nox -s release, which needs nothing installed)"
    )


def _context(*, write: bool = True) -> Context:
    from release.context import load_context

    return load_context(write=write)


def _question(yes: bool) -> Callable[[str], None]:
    """Return what asks for agreement: on a terminal by a question, elsewhere only --yes agrees."""

    def agree(text: str) -> None:
        from release.errors import ReleaseError
        from release.redact import redact

        print(redact(text))
        if yes:
            return
        if not sys.stdin.isatty():
            raise ReleaseError(
                "cannot ask for agreement",
                why="there is no terminal, and --yes was not given",
                run="the same command with --yes",
            )
        if input("go on? [y/N] ").strip().lower() not in ("y", "yes"):
            raise ReleaseError("stopped", why="not agreed; nothing was changed")

    return agree


@task(help={"json": "print it for machines"})
@_told
def status(c: Invocation, json: bool = False) -> None:
    """Show which release is where, and what would come next."""
    from release.flows import looking

    ctx = _context(write=False)
    seen = looking.look(ctx)
    print(looking.as_json(seen)) if json else looking.show(ctx, seen)


@task(
    positional=["type", "text"],
    help={
        "type": "breaking, feature, fix, deprecation, security, docs or misc",
        "text": "what changed, in a sentence or three to the user",
        "issue": "the number of the issue that it belongs to",
        "stage": "only stage it, to be committed together with your change",
        "dry-run": _DRY_RUN,
    },
)
@_told
def note(c: Invocation, type: str, text: str, issue: str = "", stage: bool = False, dry_run: bool = False) -> None:
    """Write a note of a change for the changelog, and commit it."""
    from release.flows import noting

    noting.note(_context(write=False), type, text, issue, commit=not stage, dry_run=dry_run)


@task
@_told
def notes(c: Invocation) -> None:
    """Show the changelog's next section as it would be now."""
    from release.flows import looking

    looking.draft(_context(write=False))


@task(positional=["version"], help={"version": _VERSION, "pre": _PRE, "yes": _YES, "dry-run": _DRY_RUN})
@_told
def release(c: Invocation, version: str, pre: str = "", yes: bool = False, dry_run: bool = False) -> None:
    """Release a version, or finish the release in hand."""
    from release.flows import releasing

    releasing.release(_context(write=not dry_run), version, pre or None, _question(yes), dry_run=dry_run)


@task(positional=["version"], help={"version": _VERSION, "pre": _PRE, "dry-run": _DRY_RUN})
@_told
def bump(c: Invocation, version: str, pre: str = "", dry_run: bool = False) -> None:
    """Commit version and changelog of the next release."""
    from release.flows import releasing

    releasing.bump(_context(write=not dry_run), version, pre or None, dry_run=dry_run)


@task(help={"dry-run": _DRY_RUN})
@_told
def build(c: Invocation, dry_run: bool = False) -> None:
    """Build and check the distributions of the newest release commit."""
    from release.flows import releasing

    releasing.build(_context(write=not dry_run), dry_run=dry_run)


@task(help={"yes": _YES, "dry-run": _DRY_RUN})
@_told
def publish(c: Invocation, yes: bool = False, dry_run: bool = False) -> None:
    """Tag, push and upload the newest release commit, and prove it."""
    from release.flows import releasing

    releasing.publish(_context(write=not dry_run), _question(yes), dry_run=dry_run)


@task(
    help={
        "spent": "give the version up instead: leave what is public of it, and let the next release start",
        "yes": _YES,
        "dry-run": _DRY_RUN,
    }
)
@_told
def abort(c: Invocation, spent: bool = False, yes: bool = False, dry_run: bool = False) -> None:
    """Take back the release in hand, while nothing of it is on an index."""
    from release.flows import aborting

    do = aborting.give_up if spent else aborting.abort
    do(_context(write=not dry_run), _question(yes), dry_run=dry_run)


@task(positional=["version"], help={"version": _VERSION, "pre": _PRE})
@_told
def rehearse(c: Invocation, version: str, pre: str = "") -> None:
    """Release from a throw-away clone to a throw-away remote and index."""
    from release.flows import rehearsing

    rehearsing.rehearse(_context(write=False), version, pre or None)


@task(
    positional=["version"],
    help={
        "version": "the version, such as 1.2.0",
        "reason": "what is wrong with it, to its users",
        "dry-run": _DRY_RUN,
    },
)
@_told
def yank(c: Invocation, version: str, reason: str, dry_run: bool = False) -> None:
    """Mark a released version on its indexes as not to be used."""
    from release.flows import yanking

    yanking.yank(_context(write=not dry_run), version, reason, dry_run=dry_run)
