"""What a task takes from the command line: words, of which some may be left out, options and numbers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from inspect import Parameter, signature
from itertools import takewhile
from typing import Any

from invoke.exceptions import ParseError
from invoke.parser.argument import Argument
from invoke.tasks import Task

from release.tasks.assist_option import without_assistant


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


class _Number(Argument):
    """An option that takes a number."""

    @property
    def value(self) -> Any:
        """What was given, else the default."""
        return super().value

    @value.setter
    def value(self, given: str) -> None:
        try:
            self.set_value(given, cast=True)
        except ValueError:
            raise ParseError(f"--{self.names[0]} takes a number, not {given!r}") from None


class Worded(Task[Any]):
    """A task with numbers or with positional arguments: the body is given None for one that may be left out and was.

    Invoke wants every positional argument. Those that the command line has no word for are options here, `--version`.
    """

    def get_arguments(self, ignore_unknown_help: bool | None = None) -> list[Argument]:
        """Return the arguments, the positional ones as ours."""
        parameters = signature(self.body).parameters
        found = without_assistant(super().get_arguments(ignore_unknown_help))
        for each in found:
            if each.kind in (int, float):
                each.__class__ = _Number
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
