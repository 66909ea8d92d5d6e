"""What a person sees of a command: a line a gate and a line a step; on a terminal also what runs now."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from textwrap import wrap
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from release.base.control_characters import visible
from release.base.errors import describe
from release.base.journal import Journal
from release.base.redact import redact
from release.base.session_advice import as_there

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

P = ParamSpec("P")
T = TypeVar("T")
_WARNED: set[str] = set()
_WIDE = 100
_NAMES = {_WIDE: 34, 80: 28, 0: 22}  # {least width of the terminal: columns for names}
_ROOM = 16  # columns that a fact needs beside its name
_STYLES = {
    "done": "green",
    "ok": "green",
    "warn": "yellow",
    "skip": "yellow",
    "to do": "cyan",
    "waiting": "yellow",
    "unknown": "red",
    "no": "red",
}


class Report:
    """Prints lines and writes the journal; every line is without secrets."""

    def __init__(self, journal: Journal, console: Console | None = None) -> None:
        from rich.console import Console

        self.console = console or Console(highlight=False, markup=False, soft_wrap=True, emoji=False)
        self.journal = journal
        self.mark = ""  # before each line: that it is a rehearsal

    def say(self, text: str = "") -> None:
        """Print `text` as it is."""
        self.console.print(self._marked(visible(redact(as_there(text)))))

    def warn(self, what: str, why: str, run: str) -> None:
        """Print a warning on stderr, where it is not in the way of JSON; the same one only once."""
        text = visible(redact(as_there(describe(f"warning: {what}", why, run))))
        if text not in _WARNED:
            _WARNED.add(text)
            print(text, file=sys.stderr)

    def foretell(self, text: str = "") -> None:
        """End a dry run: print what would be done, and that nothing was."""
        self.say(f"{text}\nnothing was changed" if text else "nothing was changed")

    def line(self, state: str, name: str, fact: str = "", seconds: float | None = None) -> None:
        """Print one row: its state, its name, the fact it rests on, and how long it took if that can be felt."""
        from rich.text import Text

        took = f"  {seconds:.1f} s" if seconds is not None and seconds >= 0.05 else ""
        first, *rest = visible(redact(as_there(fact))).splitlines() or [""]
        row = Text(f"{self.mark}  {state:<7} ", style=_STYLES.get(state, ""))
        name, names = visible(name), self._names
        row.append(f"{name:<{names}}  " if fact else name, style="default")
        first, *wrapped = self._in_width(first + took, len(row), len(self.mark) + names + 12)
        self.console.print(row.append(first, style="default"))
        for more in (*wrapped, *rest):
            self.console.print(f"{self.mark}{'':{names + 12}}{more}")

    @property
    def _names(self) -> int:
        """How many columns names have: on a narrow terminal fewer, so that facts have half of it."""
        width = self.console.width if self.console.is_terminal else _WIDE
        return next(names for least, names in _NAMES.items() if width >= least)

    def _in_width(self, text: str, used: int, indent: int) -> list[str]:
        """Return a fact as lines that fit a terminal beside its name; in one where there is none, or no room.

        Only its first line is cut: those below it may be commands, which are pasted whole.
        """
        room = self.console.width - indent
        if not self.console.is_terminal or room < _ROOM:
            return [text]
        lines = wrap(text, room, initial_indent=" " * (used - indent), break_long_words=False, break_on_hyphens=False)
        return [lines[0][max(0, used - indent) :], *lines[1:]] if lines else [""]

    def _marked(self, text: str) -> str:
        return "\n".join(f"{self.mark}{line}" if line else "" for line in text.split("\n")) if self.mark else text

    def address(self, url: str) -> None:
        """Print an address on a line of its own; on a terminal that can, as a link (OSC 8)."""
        from rich.style import Style
        from rich.text import Text

        text = visible(redact(url))
        self.console.print(Text(text, style=Style(link=text) if self.console.is_terminal else ""))

    @contextmanager
    def running(self, name: str) -> Iterator[Stopwatch]:
        """Show that `name` runs, on a terminal only; gives a stopwatch."""
        watch = Stopwatch()
        if self.console.is_terminal:
            with self.console.status(visible(redact(name))):
                yield watch
        else:
            yield watch

    @contextmanager
    def board(self) -> Iterator[Board]:
        """Show, on a terminal only, which of many questions are being asked, below the rows of those answered."""
        from rich.live import Live

        board = Board()
        if self.console.is_terminal:
            with Live(board, console=self.console, transient=True, refresh_per_second=8):
                yield board
        else:
            yield board


class Board:
    """What is being asked now, and since when."""

    def __init__(self) -> None:
        self._running: dict[str, Stopwatch] = {}

    def shown(self, name: str, call: Callable[P, T]) -> Callable[P, T]:
        """Return `call` so that `name` stands on the board while it runs."""

        def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
            self._running[name] = Stopwatch()
            try:
                return call(*args, **kwargs)
            finally:
                del self._running[name]

        return wrapped

    def __rich__(self) -> Table:
        from rich.table import Table

        table = Table.grid(padding=(0, 2, 0, 0))
        for name, watch in list(self._running.items()):
            table.add_row("  ...   ", visible(name), f"{watch.seconds:.0f} s")
        return table


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long ago it was made."""
        return time.monotonic() - self._start
