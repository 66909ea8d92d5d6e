"""The fragments that came and went on the first-parent history of some heads, which releases delete from the tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from release.adapters.git.git_repository import Git
from release.config.towncrier_config import TowncrierConfig


class FragmentEvent(NamedTuple):
    """What one commit did to one fragment: `state` as git has it (A, M, D, R), both names and both blobs.

    `released`: the commit also changed the changelog, as one that moves the fragments into it does.
    """

    commit: str
    state: str
    name: str
    blob: str
    old_name: str
    old_blob: str
    released: bool


def read_fragment_log(git: Git, limits: Sequence[str], notes: TowncrierConfig) -> Iterator[FragmentEvent]:
    """Yield what happened to fragments between some commits (COMMIT, ^COMMIT), what is older first."""
    how = ("--first-parent", "--diff-merges=first-parent", "--topo-order", "--reverse", "--raw", "-M")
    words = (
        "-c",
        "core.quotePath=off",
        "log",
        *how,
        "--no-abbrev",
        "--relative",
        "--no-show-signature",
        "--format=%x01%H",
    )
    given = "\n".join([*limits, "--", *notes.folders, notes.changelog, ""])
    listing = git.read_bytes(*words, "--stdin", given=given.encode()).decode(errors="replace")
    for block in listing.split("\1")[1:]:
        commit, *rows = block.split("\n")
        events = [_event(commit, row, notes) for row in rows if row.startswith(":")]
        released = any(row.endswith(f"\t{notes.changelog}") for row in rows)
        yield from (each._replace(released=released) for each in events if each)


def _event(commit: str, row: str, notes: TowncrierConfig) -> FragmentEvent | None:
    facts, *paths = row.split("\t")
    _, _, old_blob, blob, state = facts.split(" ")
    old = new = _name(paths[0], notes)
    if paths[1:]:
        new = _name(paths[-1], notes)
    if not old and not new:
        return None
    letter = state[0] if old and new else ("A" if new else "D")  # moved in or out of the folder
    return FragmentEvent(commit, letter, new, blob, old, old_blob, released=False)


def _name(path: str, notes: TowncrierConfig) -> str:
    """Return the name of a fragment; empty for what only is beside them, or is elsewhere."""
    name = path.rpartition("/")[2]
    return name if notes.holds(path) and set(name.split(".")[1:]) & set(notes.kinds) else ""
