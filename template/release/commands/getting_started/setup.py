"""Setting a project up: index, forge and credentials are asked for, written to their places, and tried."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from release.adapters import system_keyring
from release.adapters.forge.tokens import Login
from release.adapters.index.simple_api import Index
from release.base.errors import ReleaseError, describe
from release.base.text_file import read, with_ends_of
from release.config.forge_config import KINDS
from release.config.index_config import IndexConfig
from release.config.release_toml import parse_config
from release.config.release_toml_edits import with_forge, with_index
from release.config.toml_schema import FILE
from release.context import Context
from release.engine.converge import foresee, show
from release.engine.gate import problem
from release.engine.run_gates import Inquiry
from release.gate_order import before_all
from release.gates import forge_access, index_access, machine, working_tree
from release.pipeline import in_progress, take

_NONE = "none"
_KNOWN = ("pypi", "testpypi")


class Questions(Protocol):
    """What asks a person on a terminal; an empty answer takes the default."""

    def ask(self, text: str, default: str) -> str:
        """Return what was typed, else the default."""

    def secret(self, text: str) -> str:
        """Return what was typed and not shown, empty for nothing."""


@dataclass(frozen=True)
class Wish:
    """What the options say; empty: not said."""

    index: str = ""
    simple: str = ""
    forge: str = ""


def set_up(ctx: Context, again: Callable[[], Context], wish: Wish, person: Questions | None, *, dry_run: bool) -> bool:
    """Write release.toml, keep credentials in the keyring, try them; return whether nothing stands in the way.

    Without a person only the options count. `again` reads the project anew. A second time there is nothing to write.
    """
    ctx.report.say(f"{ctx.project.name} in {ctx.root}")
    wish = _asked(ctx, wish, person)
    old = read(ctx.root / FILE) if (ctx.root / FILE).exists() else ""
    text = _configured(ctx, old, wish)
    parse_config(text)  # what would be refused later is refused before it is written
    if text != old:
        rows = difflib.unified_diff(old.splitlines(), text.splitlines(), FILE, FILE, lineterm="", n=1)
        ctx.report.say("\n" + "\n".join(rows))
    if dry_run:
        ctx.report.foretell()
        return True
    if text != old:
        _write(ctx, old, text)
        ctx = again()
    else:
        ctx.report.say(f"\n{FILE} has these settings already")
    if person:
        _keep_credentials(ctx, person)
        ctx = again()
    return _tried(ctx)


def _asked(ctx: Context, wish: Wish, person: Questions | None) -> Wish:
    """Return what is wished for, where a person is there by their answers; what is now is the default."""
    indexes = ctx.config.index
    if len(indexes) > 1 and (wish.index or wish.simple):
        why = f"{FILE} has {len(indexes)} indexes: {', '.join(each.name for each in indexes)}"
        raise ReleaseError("cannot set the index", why=why, run=f"$EDITOR {FILE}")
    place = ctx.place
    forge = ctx.config.forge.kind if ctx.config.forge.shows or not place else place.kind
    index = wish.index
    simple = wish.simple
    if person:
        if len(indexes) < 2:
            text = "index: pypi, testpypi, none, or the address that twine uploads to"
            index = index or person.ask(text, _named(indexes[0]) if indexes else _NONE)
            if "://" in index:
                simple = simple or person.ask("where installers read it", _simple_of(ctx, index))
        forge = wish.forge or person.ask(f"forge that shows the releases: {', '.join(KINDS)}", forge)
    else:
        forge = wish.forge
    return Wish(index, simple, forge)


def _write(ctx: Context, old: str, text: str) -> None:
    """Write release.toml, and commit it alone, unless a change of the owner's waits in it."""
    path = ctx.root / FILE
    own = ctx.git.read("status", "--porcelain", "--", FILE)
    path.write_bytes(with_ends_of(old, text).encode())
    if own:
        ctx.report.say(f"\n{FILE} is written, with your uncommitted changes")
        return
    ctx.git.change("add", "--", path)
    ctx.git.commit_only("set up releases", path)
    ctx.report.say(f"\n{FILE} is written and committed")


def _named(index: IndexConfig) -> str:
    return index.upload or index.name


def _simple_of(ctx: Context, upload: str) -> str:
    """Return where an index is read: as it is configured now, else below its address for uploads."""
    there = next((each.simple for each in ctx.config.index if each.upload == upload), "")
    return there or f"{upload.rstrip('/')}/simple/"


def _configured(ctx: Context, text: str, wish: Wish) -> str:
    """Return the text of release.toml as it is wished for; unchanged where it says so already."""
    now = ctx.config.index
    if wish.index == _NONE:
        text = with_index(text, None) if now else text
    elif wish.index or (wish.simple and now):
        named = wish.index or _named(now[0])
        if "://" in named:
            name = now[0].name if now and now[0].upload else "private"
            wanted = IndexConfig(name=name, upload=named, simple=wish.simple or _simple_of(ctx, named))
        elif named in _KNOWN:
            wanted = IndexConfig(name=named)
        else:
            why = f'"{named}" is neither an address nor one of {", ".join(_KNOWN)}, {_NONE}'
            raise ReleaseError("cannot set the index", why=why, run="inv setup --index pypi")
        there = IndexConfig(now[0].name, now[0].upload, now[0].simple) if now else None
        text = with_index(text, wanted) if wanted != there else text
    if wish.forge and wish.forge not in KINDS:
        why = f'"{wish.forge}" is none of {", ".join(KINDS)}'
        raise ReleaseError("cannot set the forge", why=why, run="inv setup --forge none")
    there_kind = parse_config(text).forge.kind
    return with_forge(text, wish.forge) if wish.forge and wish.forge != there_kind else text


def _keep_credentials(ctx: Context, person: Questions) -> None:
    """Ask for a password or token where none is found, and keep it in the keyring of the system."""
    if not system_keyring.usable():
        return  # the advice of the gates below names the variables
    for index in ctx.indexes if ctx.config.publish != "ci" else ():
        if index.account.password or index.account.section or _accepted(ctx, index):
            continue
        user = index.account.username or "__token__"
        if index.name not in _KNOWN:
            user = person.ask(f"user of {index.name}", user)
        if secret := person.secret(f"password or token of {user} for {index.name} (Enter: later)"):
            system_keyring.keep(index.upload_address, user, secret)
            if user not in ("__token__", index.account.username):
                ctx.report.say(f"if twine does not find the user in the keyring: export TWINE_USERNAME={user}")
    if ctx.forge:
        login = Login(ctx.forge.place, ctx.environment)
        if login.token is None and (secret := person.secret(f"token for {ctx.forge.place.home} (Enter: later)")):
            login.keep(secret)


def _accepted(ctx: Context, index: Index) -> bool:
    """Return whether the index takes what twine finds by itself."""
    try:
        status, location = ctx.tools.ask_upload(index.twine_options, index.account)
    except ReleaseError:
        return False
    return status not in (0, 401, 403) and not location


def _tried(ctx: Context) -> bool:
    """Ask what answers for the settings, print how to mend what is wrong, and what a release would do."""
    say = ctx.report.say
    if not ctx.git.setting(f"remote.{ctx.config.remote}.url"):
        run = f"git remote add {ctx.config.remote} ADDRESS && git push --set-upstream {ctx.config.remote} {ctx.line}"
        say("\n" + describe(f"there is no remote {ctx.config.remote}", "a release is pushed to it", run))
        return False
    try:
        ctx = take(ctx, "auto")
    except ReleaseError as error:
        say(f"\n{error}")
        return False
    say()
    gates = [machine.TOOLS, working_tree.IDENTITY]
    if ctx.indexes and ctx.config.publish != "ci":
        gates += [index_access.NAME_OURS, index_access.ACCOUNT]
    gates += [forge_access.ACCOUNT] if ctx.config.forge.shows else []
    answers = Inquiry(ctx, gates).run()
    for answer in answers:
        if answer.blocks or answer.warns:
            say("\n" + problem(answer))
    for python in (missing := _missing_pythons(ctx)):
        why = "the project supports it, so its tests and installations fail without it"
        say("\n" + describe(f"there is no Python {python} here", why, f"uv python install {python}"))
    say(f"\nnext: {ctx.release} ({len(before_all(ctx))} gates; inv preflight runs them), and then")
    show(ctx, foresee(ctx, in_progress(ctx).steps))
    ctx.tools.close()
    return not missing and not any(answer.blocks for answer in answers)


def _missing_pythons(ctx: Context) -> list[str]:
    """Return the Pythons that the project names and that neither the path, pyenv nor uv has."""
    absent = (python for python in ctx.pythons if ctx.interpreters.where(python) == python)
    return [python for python in absent if ctx.tools.uv("python", "find", python, cwd=ctx.root).code != 0]
