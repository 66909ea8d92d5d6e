"""An embargoed hotfix that is killed at its one push: the fix is public with its tag, or not at all; another continues.

The kill is a hook of git's: of the clone before anything is sent, of the public remote while it takes refs.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from release.base.errors import ReleaseError
from release.commands.approve import approve
from release.commands.hotfix import hotfix, resume
from release.commands.verify import verify
from tests.commands.test_hotfix_embargoed import RULES, refs, secret_fix
from tests.support.lines import agreed, another, beside, configured, here, wanted
from tests.support.mould import Mould, mould_of
from tests.support.world import World

SECRET = "ONE = 11"
KILLS = '#!/bin/sh\n{when}kill -9 "-$(cat {place}/group)"\n'
# Where the hook is, its name, and when it kills: "" is at once.
MOMENTS = {
    "before anything is sent": ("project", "pre-push", ""),
    "when the remote has the objects and no ref": ("remote", "pre-receive", ""),
    "at the second ref": ("remote", "update", '[ "$1" = refs/tags/v0.1.1 ] || exit 0\n'),
    "when all refs have moved, before we are told": ("remote", "post-receive", ""),
}


@pytest.fixture(scope="module")
def _approved(tmp_path_factory: pytest.TempPathFactory, _moved_on: Mould) -> Mould:
    """A fix on the private remote, and what it needs to become public."""
    world = _moved_on.copy(tmp_path_factory.mktemp("embargoed") / "world")
    private = world.home.parent / "home" / "private.git"
    world.git("init", "--quiet", "--bare", private)
    world.git("remote", "add", "security", str(private))
    configured(world, RULES)
    world.commit("the rules")
    world.git("push", "--quiet", "origin", "main")
    with pytest.raises(ReleaseError, match="0 of 1 people have approved"):
        hotfix(here(world), wanted(secret_fix(world)), agreed)
    approve(here(world), "hotfix")
    return mould_of(world)


def embargoed(mould: Mould, place: Path) -> World:
    world = mould.copy(place)
    world.git("remote", "set-url", "security", str(world.home / "private.git"))
    place, kept = beside(world).project, world.project / ".git" / "worktrees" / "hotfix-0.1.1"
    (place / ".git").write_text(f"gitdir: {kept}\n", encoding="utf-8")
    (kept / "gitdir").write_text(f"{place / '.git'}\n", encoding="utf-8")
    return world


def killed_at(world: World, where: str, name: str, when: str) -> None:
    """Continue the hotfix, and let a hook kill it; return once nothing of it is left."""
    group = world.home / "group"
    hooks = world.project / ".git" / "hooks" if where == "project" else world.remote / "hooks"
    hooks.mkdir(exist_ok=True)
    (hooks / name).write_text(KILLS.format(when=when, place=world.home), encoding="utf-8")
    (hooks / name).chmod(0o755)
    log, command = world.home / "log", [sys.executable, "-m", "invoke", "hotfix", "--continue", "--yes"]
    with log.open("wb") as out:
        ran = subprocess.Popen(
            ["sh", "-c", 'echo $$ > "$0"; exec "$@"', group, *command],
            cwd=world.project,
            env=world.environment(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    assert ran.wait(120) == -9, log.read_text(encoding="utf-8")
    (hooks / name).unlink()
    while any(world.remote.rglob("*.lock")):
        time.sleep(0.01)


def public(world: World) -> tuple[dict[str, str], bool]:
    """Return the refs of the public remote, and whether any of them has the fix."""
    shown = world.remote_refs()
    heads = {sha for ref, sha in shown.items() if not ref.endswith("^{}")}
    has = [sha for sha in heads if SECRET in world.run("git", "show", f"{sha}:src/acme/extra.py", cwd=world.remote).out]
    return shown, bool(has)


def same_clone(world: World) -> World:
    return world


def elsewhere(world: World) -> World:
    other = another(world)
    other.git("remote", "add", "security", str(world.home / "private.git"))
    return replace(other, home=world.home)


@pytest.mark.journey
@pytest.mark.parametrize(
    ("moment", "continues"), list(zip(MOMENTS, [elsewhere, same_clone, elsewhere, same_clone], strict=True))
)
def test_the_fix_is_public_with_its_tag_or_not_at_all(
    moment: str, continues: Callable[[World], World], _approved: Mould, tmp_path: Path
) -> None:
    world = embargoed(_approved, tmp_path / "world")
    before, _ = public(world)

    killed_at(world, *MOMENTS[moment])
    shown, has = public(world)

    assert has == ("refs/tags/v0.1.1" in shown)
    assert has or shown == before

    resume(here(continues(world)), agreed)

    shown, has = public(world)
    assert has
    assert "Approved: Ada Lovelace" in world.git("cat-file", "tag", "v0.1.1", cwd=world.remote)
    assert "refs/heads/hotfix/0.1.1" not in shown
    assert [ref for ref in shown if ref.startswith("refs/keelway/approvals/hotfix/")]
    assert "refs/heads/hotfix/0.1.1" not in refs(world.home / "private.git", world)
    fresh = replace(world, project=world.clone("fresh"))
    assert not verify(here(fresh), "0.1.1").wrong
