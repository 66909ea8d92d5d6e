"""A contributor who may push, and what they forge with plain git; never by our own code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.support.lines import CODE
from tests.support.world import World

MALLORY = ("Mallory", "mallory@example.org")
EVIL = {"src/acme/evil.py": '"""Evil."""\n'}


def contributor(world: World, name: str = "mallory") -> World:
    """Return the world as a contributor has it: a clone of their own, with their own name."""
    there = replace(world, project=world.clone(name), home=world.home.parent / f"home-{name}")
    there.git("config", "user.name", MALLORY[0])
    there.git("config", "user.email", MALLORY[1])
    return there


def pushed(world: World, message: str, branch: str = "main", **files: str) -> str:
    """Let a contributor push one commit onto a branch, and return it."""
    there = contributor(world, f"mallory-{len(list(Path(world.project.parent).iterdir()))}")
    there.git("switch", "--quiet", branch)
    commit = there.commit(message, **files)
    there.git("push", "--quiet", "origin", f"HEAD:{branch}")
    return commit


def tag_object(
    world: World, ref: str, name: str, commit: str, message: str, who: tuple[str, str], at: int = 1795000000
) -> str:
    """Put an unsigned tag object onto a ref of the remote, in the name of anybody; `at` is 2026-11-18."""
    text = f"object {commit}\ntype commit\ntag {name}\ntagger {who[0]} <{who[1]}> {at} +0000\n\n{message}\n"
    path = world.project.parent / "forged-tag"
    path.write_text(text, encoding="utf-8")
    made = world.git("hash-object", "-t", "tag", "-w", path, cwd=world.remote)
    world.git("update-ref", ref, made, cwd=world.remote)
    return made


def code(world: World) -> str:
    """Return the text of the code that fixes change."""
    return (world.project / CODE).read_text(encoding="utf-8")
