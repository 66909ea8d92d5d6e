"""How a task talks to the person who typed it: refusals, exit codes, the question before something becomes public."""

from __future__ import annotations

import atexit
import functools
import gc
import sys
import traceback
from collections.abc import Callable, Sequence
from inspect import Parameter, signature
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from invoke.exceptions import Exit, ParseError
from invoke.parser.argument import Argument
from invoke.tasks import Task

from release.tasks.assist_option import without_assistant

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


class _Word(Argument):
    """A positional argument, which no option fills: `--yess` is a mistake, not a version."""

    @property
    def value(self) -> Any:
        """What was given, else None."""
        return super().value

    @value.setter
    def value(self, given: str) -> None:
        if given.startswith("-") and " " not in given:  # a note may begin with the name of an option
            raise ParseError(f"No idea what {given!r} is!")
        self.set_value(given, cast=True)


class Worded(Task[Any]):
    """A task with positional arguments: the body is given None for one that may be left out and was.

    Invoke wants every positional argument. Those that the command line has no word for are options here, `--version`.
    """

    def get_arguments(self, ignore_unknown_help: bool | None = None) -> list[Argument]:
        """Return the arguments, the positional ones as ours."""
        parameters = signature(self.body).parameters
        found = without_assistant(super().get_arguments(ignore_unknown_help))
        given, helped = words_given((self.name, *self.aliases), found, sys.argv[1:])
        for place, each in enumerate(each for each in found if each.positional):
            optional = helped or parameters[each.names[0]].default is not Parameter.empty
            if place >= given and optional:
                each.positional = False
            else:
                each.__class__ = _Word
        return found


def words_given(names: Sequence[str], arguments: Sequence[Argument], argv: Sequence[str]) -> tuple[int, bool]:
    """Return how many words that are no options follow a task's name in `argv`, and whether help is asked for.

    Words of a task after it count, too: Invoke takes them for positional arguments while any is missing.
    """
    known = {name.replace("_", "-") for name in names}
    start = next((place for place, word in enumerate(argv, 1) if word.replace("_", "-") in known), len(argv))
    valued = {f"--{name}" if name[1:] else f"-{name}" for each in arguments if each.takes_value for name in each.names}
    words, awaited = 0, False
    rest = list(takewhile(lambda word: word != "--", argv[start:]))
    for word in rest:
        # a note may begin with the name of an option; what follows `--reason=` may have spaces, too
        option = word.startswith("-") and word != "-" and (" " not in word or word.partition("=")[0] in valued)
        words += not option and not awaited
        awaited = option and (
            word in valued or (word[1:2] != "-" and f"-{word[-1]}" in valued and word[:2] not in valued)
        )
    return words, not {"--help", "-h"}.isdisjoint(argv)


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
