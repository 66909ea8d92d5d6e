"""How a task talks to the person who typed it: refusals, exit codes, the question before something becomes public."""

from __future__ import annotations

import functools
import sys
import traceback
from collections.abc import Callable
from typing import Any

from invoke.exceptions import Exit

REFUSED, BUG, INTERRUPTED = 1, 3, 130  # exit codes


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
            raise ReleaseError("stopped", why="not agreed; nothing was changed")

    return agree
