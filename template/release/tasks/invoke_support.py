"""How a task talks to the person who typed it: refusals, exit codes, the question before something becomes public."""

from __future__ import annotations

import atexit
import functools
import gc
import sys
import traceback
from collections.abc import Callable
from inspect import Parameter, signature
from types import FrameType
from typing import TYPE_CHECKING, Any

from invoke.exceptions import Exit
from invoke.parser.argument import Argument
from invoke.tasks import Task

if TYPE_CHECKING:
    from pathlib import Path

    from release.context import Context

atexit.register(gc.freeze)  # nothing is collected object by object any more when the process ends, at once after that

REFUSED, BUG, INTERRUPTED = 1, 3, 130  # exit codes
# Tasks that change nothing which a dry run would have to keep: Invoke's own --dry leaves them as they are.
LOOKING = (
    "calendar",
    "doctor",
    "forecast",
    "gates",
    "health",
    "notes",
    "preflight",
    "prioritise",
    "rehearse",
    "risks",
    "scope",
    "show_help",
    "show_version",
    "status",
    "timeline",
    "verify",
)

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
            body(*args, **tried(body, args, kwargs))
        except Exit:
            raise
        except KeyboardInterrupt:
            raise Exit("\nstopped; inv status shows what is done, the same command goes on", INTERRUPTED) from None
        except ModuleNotFoundError as error:
            raise Exit(_missing(error), REFUSED) from error
        except Exception as error:
            from release.base.control_characters import visible
            from release.base.errors import ReleaseError
            from release.base.redact import redact
            from release.engine.step import Waiting

            if isinstance(error, Waiting):
                print("\n" + visible(redact(str(error))))
                return
            if isinstance(error, ReleaseError):
                raise Exit("\n" + visible(redact(str(error))), REFUSED) from error
            told = visible(redact("".join(traceback.format_exception(error))))
            raise Exit(f"{told}\nthis is a bug of the release process, not of your project", BUG) from error

    return wrapped


def tried(body: Callable[..., None], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a task; with Invoke's own --dry (-R, INVOKE_RUN_DRY, `run.dry`) for a dry run.

    Invoke means it for `c.run` only, which none of our tasks uses: they would act in full.
    """
    if body.__name__ in LOOKING or not args[0].config.run.dry:
        return kwargs
    if "dry_run" in signature(body).parameters:
        return kwargs | {"dry_run": True}
    from release.base.errors import ReleaseError

    name = body.__name__.replace("_", "-")
    why = "it has no dry run, and --dry (-R, INVOKE_RUN_DRY) of Invoke asks for one"
    raise ReleaseError(f"cannot run {name} dry", why=why, run=f"env --unset=INVOKE_RUN_DRY nox -s {name}")


class _Positional(Argument):
    """A positional argument that an option never fills: what begins as one is an option or refused."""

    required = True

    @property
    def value(self) -> Any:
        """What was given, else None; an empty text where the parser would take it for missing and it is not."""
        given = super().value
        return "" if given is None and _goes_without(self.required) else given

    @value.setter
    def value(self, given: str) -> None:
        self.set_value(given, cast=True)


class _Optional(_Positional):
    """One that may be left out, which Invoke has not: it asks for it when a task's words end."""

    required = False


def _goes_without(required: bool) -> bool:
    """Return whether the parser asks for an argument at an option, or as the words end and none has to be there."""
    frame: FrameType | None = sys._getframe(2)
    for _ in range(3):
        if frame is None:
            break
        if frame.f_code.co_name == "handle":
            token = frame.f_locals["token"]
            return token.startswith("-") and " " not in token  # a note may begin with the name of an option
        if frame.f_code.co_name == "complete_context":
            return not required or frame.f_locals["self"].initial.args["help"].value is not None
        frame = frame.f_back
    return False


class Worded(Task[Any]):
    """A task with positional arguments: the body is given None for one that may be left out and was."""

    def get_arguments(self, ignore_unknown_help: bool | None = None) -> list[Argument]:
        """Return the arguments, the positional ones as ours."""
        parameters = signature(self.body).parameters
        found = super().get_arguments(ignore_unknown_help)
        for each in found:
            if each.positional:
                required = parameters[each.names[0]].default is Parameter.empty
                each.__class__ = _Positional if required else _Optional
        return found


def load(start: Path | None = None, *, write: bool = True, skip: str = "", fresh: bool = False) -> Context:
    """Return what a task works with, of the project around `start` (this folder).

    It is imported only now, since a list of tasks must come at once.
    """
    from release.context import Choice
    from release.context_loader import load_context

    return load_context(start, write=write, choice=Choice(frozenset(names(skip)), fresh))


def names(text: str) -> list[str]:
    """Return the names in a text, which stand between commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


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
        "  run: nox -s dev && . .venv/bin/activate      (or nox -s release, which needs nothing installed)"
    )


def question(yes: bool) -> Callable[[str], None]:
    """Return what asks for agreement: on a terminal by a question, elsewhere only --yes agrees."""

    def agree(text: str) -> None:
        from release.base.control_characters import visible
        from release.base.errors import ReleaseError
        from release.base.redact import redact

        print(visible(redact(text)))
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
