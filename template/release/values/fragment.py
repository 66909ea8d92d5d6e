"""Fragments: one change's text each, and which bump their types ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from packaging.version import Version

from release.base.errors import ReleaseError
from release.values.bump import Bump

# Types by what they ask for: those of the template, towncrier's own, Keep a Changelog's, and common others.
_BREAKING = {"breaking", "break", "breaks", "incompatible", "backward", "backwards"}
_FEATURES = {"feature", "features", "feat", "enhancement", "enhancements", "added", "new", "major"} | {
    *("deprecation", "deprecations", "deprecated", "deprecate", "removal", "removals", "removed"),
}
FIXES = ("fix", "bugfix", "fixed", "fixes", "bugfixes", "bug", "patch")  # types of a fix, by likelihood


@dataclass(frozen=True)
class Fragment:
    """One change's text: `changelog.d/12.fix.md` or, without an issue, `changelog.d/+words.fix.md`."""

    name: str
    kind: str
    text: str
    folder: str = ""

    @property
    def path(self) -> str:
        """Where it is, relative to the project."""
        return f"{self.folder}/{self.name}" if self.folder else self.name


def bump_of(fragments: Iterable[Fragment], base: Version) -> Bump:
    """Return the bump that the fragments' types ask for.

    Before 1.0 a breaking change asks for a minor bump (https://semver.org, item 4).
    """
    kinds = {fragment.kind for fragment in fragments}
    if kinds & _BREAKING:
        return Bump.MAJOR if base.major else Bump.MINOR
    return Bump.MINOR if kinds & _FEATURES else Bump.PATCH


def parse_fragment(
    name: str, text: str, kinds: Iterable[str], *, folder: str = "", hidden: Iterable[str] = ()
) -> Fragment:
    """Return the fragment in a file called `name`; raise ReleaseError when its name or text cannot be a fragment's.

    Of the types `hidden` only the issue is shown, so a text is not needed.

    As towncrier reads it, the last part of the name that is a type is the type: `+since-1.2.fix.md` is a fix.
    """
    known = tuple(kinds)
    parts = name.split(".")
    kind = next((part for part in reversed(parts[1:]) if part in known), None)
    if kind is None or not parts[0] or "/" in name:
        why = f"a name reads NUMBER.TYPE.md or +WORDS.TYPE.md, with a type of {', '.join(known)}"
        raise ReleaseError(f"cannot read the fragment {name}", why=why, run=f'inv note {a_fix(known)} "what changed"')
    if not text.strip() and not (kind in hidden and parts[0][:1] != "+"):
        raise ReleaseError(f"cannot use the fragment {name}", why="it is empty", run=f'inv note {kind} "what changed"')
    return Fragment(name, kind, text.strip(), folder)


def a_fix(kinds: Iterable[str]) -> str:
    """Return the type for a fix among `kinds`: fix, bugfix or the like, else the last."""
    known = list(kinds)
    return next((kind for kind in FIXES if kind in known), known[-1])
