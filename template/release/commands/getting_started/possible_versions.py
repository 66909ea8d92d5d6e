"""Choosing a version: those that the next release could have, and what each would mean by the notes that wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from packaging.version import Version

from release.base.errors import ReleaseError
from release.config.towncrier_config import read_fragments
from release.context import Context
from release.current_release import newest
from release.pipeline import complete
from release.values.bump import Bump
from release.values.fragment import Fragment, bump_of
from release.values.version_numbers import PRE_RELEASES, ZERO, bumped
from release.versioning.next_version import base, version_wanted

_FOR = {
    Bump.PATCH: "fixes only",
    Bump.MINOR: "new features, no breaking changes",
    Bump.MAJOR: "breaking changes",
}
_CANDIDATE = "rc"


@dataclass(frozen=True)
class Choice:
    """A version that the next release could have: the words that ask for it, and what it would mean."""

    wanted: str
    pre: str
    version: Version
    meaning: str

    @property
    def words(self) -> str:
        """What `inv release` is given for it."""
        return f"{self.wanted} --pre {self.pre}" if self.pre else self.wanted


def choose(ctx: Context, ask: Callable[[str], str] | None) -> tuple[str, str | None]:
    """Return (version or kind of release, pre-release) as a person chooses, whom `ask` asks.

    A release in progress is continued, and a release branch gives one version: nothing is asked then. Raises
    ReleaseError without a terminal (`ask` is None), with all that could be chosen.
    """
    if ctx.line != ctx.config.branch or continues(ctx):
        return "auto", None
    waiting = read_fragments(ctx.root, ctx.project.notes)
    before = base(ctx, head) if (head := next(iter(ctx.heads(ctx.line)), None)) else ZERO
    found = choices(ctx, before, waiting)
    rows = table(ctx, before, waiting, found)
    advised = next(each for each in found if not each.pre and each.version == version_wanted(ctx, "auto", None))
    if ask is None:
        why = "\n".join(["no version was given, and there is no terminal", *rows])
        raise ReleaseError("cannot choose the version", why=why, run=f"inv release {advised.words}")
    ctx.report.say("\n".join([*rows, ""]))
    return _understood(ask(f"which one? [{advised.words}] ") or advised.words, found)


def continues(ctx: Context) -> bool:
    """Return whether the next command finishes a release that was begun."""
    found = newest(ctx)
    return found is not None and not complete(found)


def choices(ctx: Context, before: Version, waiting: Sequence[Fragment]) -> list[Choice]:
    """Return what the next release of the main branch could be, the smallest first; a candidate last."""
    asked, least = version_wanted(ctx, "auto", None), bump_of(waiting, before)
    stated = f"; {'required by the notes' if asked == bumped(before, least) else 'stated in pyproject.toml'}"
    found = []
    for bump in (Bump.PATCH, Bump.MINOR, Bump.MAJOR):
        version = version_wanted(ctx, bump.value, None)
        meaning = _FOR[bump]
        if version == asked:
            meaning += stated if waiting else ""
        elif before != ZERO and bump.rank < least.rank:
            meaning += f"; too small for the notes ({', '.join(sorted({each.kind for each in waiting}))})"
        found.append(Choice(bump.value, "", version, meaning))
    if asked not in {each.version for each in found}:
        found.insert(0, Choice("auto", "", asked, "the next version according to the project"))
    rc = version_wanted(ctx, "auto", _CANDIDATE)
    return [
        *found,
        Choice("auto", _CANDIDATE, rc, f"a candidate of {asked} for tests; the notes are kept for the final"),
    ]


def table(ctx: Context, before: Version, waiting: Sequence[Fragment], found: Sequence[Choice]) -> list[str]:
    """Return the lines that show the choices."""
    counted = ", ".join(f"{count} {kind}" for kind, count in sorted(Counter(each.kind for each in waiting).items()))
    newest = "there is no release yet" if before == ZERO else f"the newest release is {before}"
    head = f"{ctx.project.name}: {newest}; unreleased notes: {counted or 'none'}"
    wide, long = max(len(each.words) for each in found), max(len(str(each.version)) for each in found)
    return [head, *(f"  {each.words:<{wide}}  {each.version!s:<{long}}  {each.meaning}" for each in found)]


def _understood(answer: str, found: Sequence[Choice]) -> tuple[str, str | None]:
    """Return what an answer means: the words of a row, the name of a pre-release, or a version."""
    for each in found:
        if answer in (each.words, str(each.version)):
            return each.wanted, each.pre or None
    if answer in PRE_RELEASES:
        return "auto", answer
    return answer, None  # a version, or refused as it would be on the command line
