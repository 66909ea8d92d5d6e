"""How a task talks to the person who typed it: refusals, exit codes, the question before something becomes public."""

from __future__ import annotations

import atexit
import functools
import gc
import sys
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from invoke.exceptions import Exit, ParseError
from invoke.parser.argument import Argument
from invoke.tasks import Task

if TYPE_CHECKING:
    from release.context import Context

atexit.register(gc.freeze)  # nothing is collected object by object any more when the process ends, at once after that

REFUSED, BUG, INTERRUPTED = 1, 3, 130  # exit codes

# What --help says of the options that several tasks have.
YES = "agree to what becomes public without being asked"
DRY_RUN = "print what would be done; change nothing"
AS = "the role in which you decide; its members are in release.toml"
GO_ON = "go on after a conflict was resolved, or after it was stopped"


def told(body: Callable[..., None]) -> Callable[..., None]:
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
            from release.step import Waiting

            if isinstance(error, Waiting):
                print("\n" + redact(str(error)))
                return
            if isinstance(error, ReleaseError):
                raise Exit("\n" + redact(str(error)), REFUSED) from error
            told = redact("".join(traceback.format_exception(error)))
            raise Exit(f"{told}\nthis is a bug of the release process, not of your project", BUG) from error

    return wrapped


class _Optional(Argument):
    """A positional argument that may be left out, which Invoke has not: it asks for it when a task's words end."""

    @property
    def value(self) -> Any:
        """What was given, else None; where the parser wraps a task up, an empty text, so that none is missing."""
        given = super().value
        return "" if given is None and _wrapping_up() else given

    @value.setter
    def value(self, given: str) -> None:
        if given.startswith("-"):
            raise ParseError(f"there is no option {given} here; inv --help TASK lists those that there are")
        self.set_value(given, cast=True)


def _wrapping_up() -> bool:
    frame = sys._getframe(1)
    for _ in range(4):
        if frame is None or frame.f_code.co_name == "complete_context":
            return frame is not None
        frame = frame.f_back  # type: ignore[assignment]
    return False


class Lenient(Task[Any]):
    """A task whose positional arguments may be left out: it is given None then."""

    def get_arguments(self, ignore_unknown_help: bool | None = None) -> list[Argument]:
        """Return the arguments, the positional ones as optional."""
        return [_optional(each) for each in super().get_arguments(ignore_unknown_help)]


def _optional(argument: Argument) -> Argument:
    if argument.positional:
        argument.__class__ = _Optional
    return argument


def load(*, write: bool = True, skip: str = "", fresh: bool = False) -> Context:
    """Return the context that a task works with; it is imported only now, since a list of tasks must come at once."""
    from release.context import Choice, load_context

    return load_context(write=write, choice=Choice(frozenset(names(skip)), fresh))


def names(text: str) -> list[str]:
    """Return the names in a text, which stand between commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def answered(asking: str, flag: str, *, optional: bool = False) -> str:
    """Return what a person types; raise ReleaseError where there is none, unless it is `optional`."""
    from release.errors import ReleaseError

    if sys.stdin.isatty():
        return input(asking).strip()
    if optional:
        return ""
    raise ReleaseError("cannot ask", why="there is no terminal", run=f"the same command with {flag}")


def _missing(error: ModuleNotFoundError) -> str:
    return (
        f"cannot run this task\n  why: the package {error.name} is not installed in {sys.prefix}\n"
        "  run: nox -s dev && . .venv/bin/activate      (or nox -s release, which needs nothing installed)"
    )


def question(yes: bool) -> Callable[[str], None]:
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
            raise ReleaseError("stopped", why="not agreed; nothing public was changed", run="inv status")

    return agree
