"""How a task talks to the person who typed it: refusals, exit codes, the question before something becomes public."""

from __future__ import annotations

import atexit
import functools
import gc
import sys
import traceback
from collections.abc import Callable
from inspect import signature
from typing import TYPE_CHECKING, Any

from invoke.exceptions import Exit

if TYPE_CHECKING:
    from pathlib import Path

    from release.context import Context

atexit.register(gc.freeze)  # nothing is collected object by object any more when the process ends, at once after that

REFUSED, BUG, INTERRUPTED, UNREAD = 1, 3, 130, 141  # exit codes; the last two as a shell has them for signals
# Tasks that change nothing which a dry run would have to keep: Invoke's own --dry leaves them as they are.
LOOKING = (
    "accuracy",
    "analysis",
    "builds",
    "calendar",
    "compare",
    "doctor",
    "forecast",
    "gates",
    "history",
    "metrics",
    "notes",
    "pages",
    "preflight",
    "prioritise",
    "published",
    "readiness",
    "rehearse",
    "risks",
    "runbook",
    "scope",
    "show_help",
    "show_version",
    "status",
    "support",
    "test_plan",
    "timeline",
    "verify",
)

# What --help says of the options that several tasks have.
YES = "do not ask before something becomes public"
DRY_RUN = "print what would be done; change nothing"
AS = "the role in which you decide; its members are in release.toml"
PLANNED = "the planned release, such as 1.3; default: the next one"
PAST = "show it as of a past day (2026-11-30) or a commit"
JSON = "print it as JSON"
QUIET = "print only what is wrong"
VERSION = "major, minor, patch, auto (by the fragments' types, the default) or a version such as 1.2.0"
SKIP = "gates to skip, by name, separated by commas"
FRESH = "run every gate; ignore cached results"
VERBOSE = "print a row for each gate, also for those that pass"
STOPPED = "interrupted; run the same command again to continue (inv status shows the progress)"
GO_ON = "continue after a conflict was resolved, or after an interruption"


def told(body: Callable[..., None]) -> Callable[..., None]:
    """Turn what a task raises into what a person reads, and into the exit code."""

    @functools.wraps(body)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            body(*args, **tried(body, args, kwargs))
        except Exit:
            raise
        except KeyboardInterrupt:
            raise Exit(f"\n{STOPPED}", INTERRUPTED) from None
        except ModuleNotFoundError as error:
            raise Exit(_missing(error), REFUSED) from error
        except Exception as error:
            from release.base.control_characters import visible
            from release.base.errors import ReleaseError, seen_at
            from release.base.redact import redact
            from release.base.session_advice import as_there
            from release.base.system_errors import reader_has_gone, refusal_of
            from release.engine.step import Waiting

            if isinstance(error, Waiting):
                print("\n" + visible(redact(as_there(str(error)))))
                return
            if isinstance(error, BrokenPipeError) and reader_has_gone():
                raise Exit("", UNREAD) from None
            if isinstance(error, OSError):
                error = refusal_of(error, f"cannot run {body.__name__.replace('_', '-')}") or error
            if isinstance(error, ReleaseError):
                where = seen_at(str(error)) if sys.stderr.isatty() else ""
                raise Exit("\n" + visible(redact(as_there(str(error)))) + where, REFUSED) from error
            told = visible(redact("".join(traceback.format_exception(error))))
            raise Exit(f"{told}\nthis is a bug in the release process, not in your project", BUG) from error

    return wrapped


def tried(body: Callable[..., None], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a task; for a dry run with Invoke's --dry (run.dry), which it means for `c.run` only."""
    if body.__name__ in LOOKING or not args[0].config.run.dry:
        return kwargs
    if "dry_run" in signature(body).parameters:
        return kwargs | {"dry_run": True}
    from release.base.errors import ReleaseError

    name = body.__name__.replace("_", "-")
    why = "it has no dry run, but Invoke's --dry (-R, INVOKE_RUN_DRY) is set"
    raise ReleaseError(f"cannot run {name} dry", why=why, run=f"env --unset=INVOKE_RUN_DRY nox -s {name}")


def show(text: str, *, json: bool = False) -> None:
    """Print a text without secrets, and without what a terminal would obey; JSON has no such characters."""
    from release.base.control_characters import visible
    from release.base.redact import redact

    print(redact(text) if json else visible(redact(text)))


def load(
    start: Path | None = None, *, write: bool = True, skip: str = "", fresh: bool = False, verbose: bool = False
) -> Context:
    """Return what a task works with, of the project around `start`; imported now, since a list must come at once."""
    from release.base.session_advice import learn
    from release.config.engine_place import noxfile, wanted_engine
    from release.context import Choice
    from release.context_loader import load_context
    from release.engine.gate_names import with_current_names

    ctx = load_context(start, write=write, choice=Choice(frozenset(names(skip)), fresh, verbose=verbose))
    learn(ctx.root, noxfile(ctx.root), wanted_engine(ctx.root))
    if not (ctx.root / "pyproject.toml").exists():
        from release.base.errors import ReleaseError

        why = f"there is none in {ctx.root}; adopting {ctx.project.name}, which setup.py describes, writes it"
        raise ReleaseError("cannot use pyproject.toml", why=why, run="nox -s adopt")
    return with_current_names(ctx)


def names(text: str) -> list[str]:
    """Return the names in a text, which stand between commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def shown(text: str) -> None:
    """Print a text without secrets, unless it is empty."""
    from release.base.control_characters import visible
    from release.base.redact import redact
    from release.base.session_advice import as_there

    if text:
        print(visible(redact(as_there(text))))


def typed(asking: str) -> str:
    """Return what a person types after a question on the terminal."""
    return input(asking).strip()


def answered(asking: str, flag: str, *, optional: bool = False) -> str:
    """Return what a person types; raise ReleaseError where there is none, unless it is `optional`."""
    from release.base.errors import ReleaseError

    if sys.stdin.isatty():
        return input(asking).strip()
    if optional:
        return ""
    raise ReleaseError("cannot ask", why="there is no terminal", run=f"the same command with {flag}")


def _missing(error: ModuleNotFoundError) -> str:
    return (
        f"cannot run this task\n  why: the package {error.name} is not installed in {sys.prefix}\n"
        "  run: nox -s dev && . .venv/bin/activate      (or nox -s release, which needs no installation)"
    )


def question(yes: bool) -> Callable[[str], None]:
    """Return what asks for agreement: on a terminal by a question, elsewhere only --yes agrees."""

    def agree(text: str) -> None:
        from release.base.control_characters import visible
        from release.base.errors import ReleaseError
        from release.base.redact import redact
        from release.base.session_advice import as_there

        print(visible(redact(as_there(text))))
        if yes:
            return
        if not sys.stdin.isatty():
            raise ReleaseError(
                "cannot ask for confirmation",
                why="there is no terminal, and --yes was not given",
                run="the same command with --yes",
            )
        if input("Continue? [y/N] ").strip().lower() not in ("y", "yes"):
            raise ReleaseError("stopped", why="not confirmed; nothing was published", run="inv status")

    return agree
