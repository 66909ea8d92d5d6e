"""Names that gates had before: they go on working for two minor versions, and each use of one is warned about.

Records and tags of released versions keep them for ever, so those are read by this table as well.
"""

from __future__ import annotations

from collections.abc import Collection

UNTIL = "0.5"  # the first version of the template that no longer reads them from release.toml and options
_GATES = {
    "clean": "working tree",
    "finished": "merge or rebase",
    "line": "branch",
    "identity": "git identity",
    "markers": "conflict markers",
    "higher": "version order",
    "one version": "matching versions",
    "large enough": "bump size",
    "markdown": "notes markdown",
    "approved": "approvals",
    "merged back": "unmerged fixes",
    "checks": "manual checks",
    "actions": "open actions",
    "name": "project name",
    "account": "index account",
    "way to the index": "upload target",
    "age": "upload deadline",
    "bytes": "published files",
    "installable": "install from index",
}


def current_gate(name: str, own: Collection[str] = ()) -> str:
    """Return what a gate is called now; the project's `own` gates and sessions keep their names."""
    return name if name in own else _GATES.get(name, name)


def all_names(gate: str) -> tuple[str, ...]:
    """Return a gate's name and those that it had before."""
    return (gate, *(old for old, new in _GATES.items() if new == gate))
