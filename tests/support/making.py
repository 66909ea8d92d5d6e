"""Half-way worlds: each trace of a release made by plain git and by copying files, never by our own code."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from packaging.version import Version

from release.context import Choice, Context
from release.context_loader import load_context
from release.values.release import Release
from tests.support.world import World


def releasing(world: World, version: str = "0.1.0", **more: str) -> Context:
    """Return a context of the world's project with a release in hand; `more` is added to the environment."""
    ctx = load_context(world.project, world.environment(**more), write=False)
    return ctx.taking(Release("acme", Version(version), "main", f"v{version}"))


def writing(world: World, *, skip: tuple[str, ...] = (), fresh: bool = False) -> Context:
    """Return a context that may leave traces of its own, as that of a preflight."""
    choice = Choice(frozenset(skip), fresh)
    ctx = load_context(world.project, world.environment(), choice=choice)
    return ctx.taking(releasing(world).release)


def ready(world: World) -> World:
    """Give the world what a final release needs: a fragment, committed and pushed."""
    world.note("feature", "Something new")
    world.git("push", "--quiet", "origin", "main")
    return world


def short(world: World, name: str = "HEAD") -> str:
    """Return the seven characters by which messages name a commit."""
    return world.git("rev-parse", name)[:7]


def set_version(world: World, version: str) -> None:
    """Write a version into pyproject.toml."""
    path = world.project / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'(?m)^version = ".*"$', f'version = "{version}"', text), encoding="utf-8")


def told(world: World, version: str) -> None:
    """Put the section of a version into the changelog, above all others."""
    path = world.project / "CHANGELOG.md"
    mark = "<!-- towncrier release notes start -->\n"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(mark, f"{mark}\n## {version} (2026-01-02)\n\n### Fixes\n\n- What {version} is.\n\n"))


def release_commit(world: World, version: str = "0.1.0") -> str:
    """Make the release commit on main, here only, and return it; what is not committed goes in before it."""
    if world.git("status", "--porcelain"):
        world.commit("Change what the release has")
    set_version(world, version)
    if not Version(version).is_prerelease:
        told(world, version)
    return world.commit(f"Release acme {version}\n\nRelease: {version}")


def taken_back(world: World, version: str = "0.1.0") -> str:
    """Take the release commit back, which is the last one, and return the commit that does."""
    world.git("revert", "--no-commit", "HEAD")
    return world.commit(f"Take back acme {version}\n\nAborted: {version}")


def place_distributions(world: World, files: Iterable[Path], version: str = "0.1.0") -> Path:
    """Lay files where the distributions of the release commit (HEAD) belong, and return the folder."""
    folder = world.project / "dist" / f"{version}-{world.git('rev-parse', 'HEAD')[:12]}"
    folder.mkdir(parents=True)
    (world.project / "dist" / ".gitignore").write_text("*\n")
    for file in files:
        shutil.copy(file, folder)
    return folder


def record(files: Iterable[Path], version: str = "0.1.0") -> str:
    """Return the message of a release's tag."""
    lines = (f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}" for file in sorted(files))
    return "\n".join([f"acme {version}", "", *lines])


def tag(world: World, files: Iterable[Path] = (), version: str = "0.1.0", commit: str = "HEAD") -> str:
    """Make the tag of a release, here only, and return its name."""
    world.git("tag", "--annotate", "--message", record(files, version), f"v{version}", commit)
    return f"v{version}"


def tagged(world: World, files: Iterable[Path] = (), version: str = "0.1.0") -> str:
    """Make and push all that comes before the upload (commit, distributions, tag), and return the commit."""
    files = list(files)
    commit = release_commit(world, version)
    if files:
        place_distributions(world, files, version)
    world.git("push", "--quiet", "--atomic", "origin", "main", tag(world, files, version))
    return commit


def clone_of(world: World, name: str = "elsewhere") -> World:
    """Return the world as another machine has it: a fresh clone and an empty home."""
    return replace(world, project=world.clone(name), home=world.home.parent / f"home-{name}")


def pushed_by_another(world: World, **files: str) -> str:
    """Let somebody else push a commit to main, and return it."""
    other = clone_of(world, "another")
    commit = other.commit("a change of somebody else", **files)
    other.git("push", "--quiet", "origin", "main")
    return commit
