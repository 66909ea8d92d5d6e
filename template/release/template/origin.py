"""Where this project comes from, by its answers file; what was edited there is told from what was written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from release.adapters.git.git_repository import Git
from release.base.errors import ReleaseError
from release.context import Context
from release.template.answers_file import FILE, Provenance, answers_file, parse_provenance


def recorded(ctx: Context, address: str = "") -> tuple[Provenance, Provenance]:
    """Return the answers that the project was rendered with, and those it is to have now (they may have been edited).

    `address` stands in for the recorded one. Raises ReleaseError for what an update cannot begin with.
    """
    name = answers_file(ctx.root)
    path = ctx.root / name
    if not path.exists():
        raise _missing(ctx.git)
    now = parse_provenance(path.read_text(encoding="utf-8"), name)
    made = _as_written(ctx.git, name) if now.intact is False else now
    wanted = replace(now, address=_for_copier(address) or now.address, commit=made.commit)
    _refuse_address(ctx, wanted)
    if not made.commit:
        why = f"{name} has no _commit: the project was rendered from a folder without versions"
        raise ReleaseError("cannot update", why=why, run=f"$EDITOR {name}      (_commit: the version it is made from)")
    return made, wanted


def _for_copier(address: str) -> str:
    """Return an address as Copier takes it: of one with :// it must be told that git is behind it."""
    known = address.endswith(".git") or address.startswith(
        ("git+", "git@", "https://github.com/", "https://gitlab.com/")
    )
    return f"git+{address}" if "://" in address and not known else address


def _missing(git: Git) -> ReleaseError:
    why = f"{FILE} is missing: it says from which template, version and answers the project is made"
    gone = git.read("log", "-1", "--format=%h", "--diff-filter=D", "HEAD", "--", FILE)
    back = f'git checkout {gone}^ -- {FILE} && git commit --message="the answers file is back"'
    return ReleaseError("cannot update", why=why, run=back if gone else "copier copy ADDRESS_OF_THE_TEMPLATE .")


def _as_written(git: Git, name: str) -> Provenance:
    """Return the newest answers of the project's history that are as they were written.

    Raises ReleaseError when there are none.
    """
    for commit in git.read("log", "--format=%H", "HEAD", "--", name).split():
        text = git.file_at(commit, name)
        found = parse_provenance(text, name) if text else None
        if found and found.intact:
            return found
    why = f"{name} was edited by hand, and no commit has it as it was written"
    raise ReleaseError("cannot update", why=why, run="copier recopy      (writes it, and everything else, anew)")


def _refuse_address(ctx: Context, wanted: Provenance) -> None:
    address = wanted.address
    run = "inv update --template ADDRESS"
    if not address:
        raise ReleaseError("cannot update", why=f"{wanted.file} has no _src_path, the address of the template", run=run)
    if "://" in address or ":" in address.partition("/")[0] or address.startswith("~") or Path(address).is_absolute():
        return
    there = (ctx.root / address).resolve()
    run = f"inv update --template {there}" if there.is_dir() else run
    why = f"the template's address is {address}, which is relative: from elsewhere it is another place, or none"
    raise ReleaseError("cannot update", why=why, run=run)
