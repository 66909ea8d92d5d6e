"""Branches that take only requests, in plain git: a remote whose hook refuses pushes, and people who merge there."""

from __future__ import annotations

from dataclasses import replace

from tests.support.making import set_version, told
from tests.support.world import World

REFUSES = """#!/bin/sh
case "$1" in {protected})
  echo "GH006: Protected branch update failed for $1." >&2
  exit 1
esac
"""


def protect(world: World, *branches: str) -> None:
    """Let the remote refuse every push to branches (shell patterns)."""
    hook = world.remote / "hooks" / "update"
    hook.write_text(REFUSES.format(protected="|".join(f"refs/heads/{branch}" for branch in branches or ("main",))))
    hook.chmod(0o755)


def by_request(world: World) -> None:
    """Let main take only requests, there and in release.toml."""
    path = world.project / "release.toml"
    path.write_text('push = "request"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    world.commit("main takes requests")
    world.git("push", "--quiet", "origin", "main")
    protect(world)


def proposed(world: World, version: str = "0.1.0") -> str:
    """Propose a release as ours does, by plain git, and return its commit; main is checked out before and after."""
    world.git("switch", "--quiet", "--detach")
    set_version(world, version)
    told(world, version)
    for fragment in (world.project / "changelog.d").glob("*.md"):
        fragment.unlink()
    commit = world.commit(f"Release acme {version}\n\nRelease: {version}")
    world.git("push", "--quiet", "origin", f"HEAD:refs/heads/release-request/{version}")
    world.git("switch", "--quiet", "main")
    return commit


def _merging(world: World) -> World:
    """Return the world as somebody who merges on the forge has it, whom no hook stops."""
    place = world.project.parent / "forge"
    if not place.exists():
        world.clone("forge")
        world.git("config", "user.name", "Forge", cwd=place)
    forge = replace(world, project=place)
    forge.git("fetch", "--quiet", "--prune")
    forge.git("switch", "--quiet", "--detach", "origin/main")
    return forge


def _put(world: World, forge: World, onto: str) -> str:
    commit = forge.git("rev-parse", "HEAD")
    forge.git("push", "--quiet", world.remote, "HEAD:refs/landing/it")
    world.git("update-ref", f"refs/heads/{onto}", commit, cwd=world.remote)
    world.git("update-ref", "-d", "refs/landing/it", cwd=world.remote)
    return commit


def merge(world: World, branch: str, onto: str = "main") -> str:
    """Merge a branch as a forge does, and return the newest commit of the other one."""
    forge = _merging(world)
    forge.git("switch", "--quiet", "--detach", f"origin/{onto}")
    forge.git("merge", "--quiet", "--no-ff", "-m", f"Merge pull request #1 from {branch}", f"origin/{branch}")
    return _put(world, forge, onto)


def squash(world: World, branch: str, message: str = "", onto: str = "main") -> str:
    """Squash a branch onto another as GitHub does: the commit's message, its number, and a paragraph of authors."""
    forge = _merging(world)
    said = forge.git("log", "-1", "--format=%B", f"origin/{branch}")
    subject, _, rest = said.partition("\n")
    told = message or f"{subject} (#1)\n{rest}\n\nCo-authored-by: Ada Lovelace <ada@example.org>"
    forge.git("switch", "--quiet", "--detach", f"origin/{onto}")
    forge.git("merge", "--quiet", "--squash", f"origin/{branch}")
    forge.git("commit", "--quiet", "--allow-empty", "-m", told)
    return _put(world, forge, onto)


def rebase(world: World, branch: str, onto: str = "main") -> str:
    """Rebase a branch onto another as a forge does: new commits with the same messages."""
    forge = _merging(world)
    forge.git("switch", "--quiet", "--detach", f"origin/{branch}")
    forge.git("rebase", "--quiet", "--no-ff", f"origin/{onto}")
    return _put(world, forge, onto)


def lands(world: World, **files: str) -> str:
    """Let a commit of somebody else get onto main by a request of theirs."""
    forge = _merging(world)
    commit = forge.commit("a change of somebody else", **files)
    _put(world, forge, "main")
    return commit
