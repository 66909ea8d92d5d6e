"""The objects of records: fetched from the remote where this clone lacks them; one that it cannot serve stops no other.

Anybody who may push below refs/keelway/ can point a ref at an object that git refuses to take. What grants something
does not count then; anything else stops the command, for it could be a withdrawal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from release.adapters.git.git_repository import Git
from release.adapters.git.object_batch import read_objects
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed, Completed
from release.values.remote_refs import RECORDS

_GRANTING = ("approvals/", "asked/", "checks/", "exceptions/", "follow-ups/", "rules/", "thaws/", "waivers/")


def objects_of(
    git: Git, remote: str, say: Callable[[str], None], own: str, wanted: Mapping[str, str]
) -> dict[str, tuple[str, str] | None]:
    """Return {name: (type, text)} of the objects of records, by {name: hash}; None for one that cannot be had.

    `own` is how the names of this project begin. Raises ReleaseError where the remote does not answer, and for a
    broken record that grants nothing.
    """
    objects = read_objects(git, list(wanted.values()))
    missing = [name for name, found in zip(wanted, objects, strict=True) if found is None]
    if missing:
        fetched = git.obtain(remote, *(f"{RECORDS}{name}" for name in missing))
        if fetched.code != 0:
            _one_by_one(git, remote, say, own, missing, fetched)
        objects = read_objects(git, list(wanted.values()))
    return dict(zip(wanted, objects, strict=True))


def _one_by_one(
    git: Git, remote: str, say: Callable[[str], None], own: str, names: list[str], failed: Completed
) -> None:
    """Fetch each record alone; raise ReleaseError where that fails for another reason than its object."""
    for name in names:
        ref = f"{RECORDS}{name}"
        fetched = git.obtain(remote, ref)
        if fetched.code == 0:
            continue
        if git.ask("ls-remote", remote, ref).code != 0:
            failed.require()
        why, drop = CommandFailed(fetched).why, f"git push {remote} :{ref}"
        if not name.removeprefix(own).startswith(_GRANTING):
            why = f"its object is missing or malformed there, and what it says could stop a release\n{why}"
            raise ReleaseError(f"cannot read the record {ref}", why=why, run=f"{drop}      (deletes it)")
        say(f"{ref} does not count: its object is missing or malformed on the remote ({drop} deletes it)")
