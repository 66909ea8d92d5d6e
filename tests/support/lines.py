"""Worlds with lines: releases, freezes and fixes made by plain git, never by our own code."""

from __future__ import annotations

from dataclasses import dataclass, replace

from release.commands.hotfix import Wanted
from release.context import Context
from release.context_loader import load_context
from tests.support.making import set_version, told
from tests.support.world import World

CODE = "src/acme/extra.py"
QA_APPROVES = """
[[roles]]
name = "qa"
members = ["grace@example.org"]

[[stages]]
name = "production"
roles = ["qa"]
"""  # of release.toml: Grace approves finals
START = '"""More of it."""\n\nONE = 1\n\nTWO = 2\n\nTHREE = 3\n'


def agreed(_: str) -> None:
    """Agree to everything."""


@dataclass
class Told:
    """Agrees, and keeps what it was asked."""

    text: str = ""

    def __call__(self, text: str) -> None:
        self.text += text


def here(world: World, *, write: bool = True) -> Context:
    """Return the context that a command in the project works with now."""
    return load_context(world.project, world.environment(), write=write)


def configured(world: World, text: str) -> None:
    """Put lines at the end of release.toml; not committed."""
    path = world.project / "release.toml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def final(world: World, version: str, *trailers: str) -> str:
    """Make and push a final release on the branch that is checked out, and return its commit.

    What is not committed goes in before it: a release commit changes version and notes, and nothing else.
    """
    if world.git("status", "--porcelain"):
        world.commit("Change what the release has")
    set_version(world, version)
    told(world, version)
    for fragment in (world.project / "changelog.d").glob("*.md"):
        fragment.unlink()
    commit = world.commit("\n".join([f"Release acme {version}", "", f"Release: {version}", *trailers]))
    world.git("tag", "--annotate", "--message", f"acme {version}", f"v{version}")
    world.git("push", "--quiet", "--atomic", "origin", "HEAD", f"v{version}")
    return commit


def reopened(world: World, after: str, version: str) -> str:
    """Open the branch that is checked out again after a release, and push it."""
    set_version(world, version)
    commit = world.commit(f"Open main for {version}\n\nReopened-after: {after}")
    world.git("push", "--quiet", "origin", "HEAD")
    return commit


def fix(world: World, old: str, new: str, text: str = "", kind: str = "fix") -> str:
    """Change a line of the code, with a fragment where there is a text; commit and push it."""
    path = world.project / CODE
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    if text:
        world.write(f"changelog.d/+{text.lower().replace(' ', '-')}.{kind}.md", f"{text}\n")
    commit = world.commit(text or f"{old} is {new}")
    world.git("push", "--quiet", "origin", "HEAD")
    return commit


def released(world: World) -> World:
    """Release 0.1.0 from main, which goes on as 0.2.0.dev0."""
    world.write(CODE, START)
    final(world, "0.1.0")
    reopened(world, "0.1.0", "0.2.0.dev0")
    return world


def moved_on(world: World) -> World:
    """Release 0.1.0, and let main move on."""
    released(world)
    world.commit("Go on", **{"src/acme/later.py": '"""Later."""\n'})
    world.git("push", "--quiet", "origin", "main")
    return world


def wanted(*picks: str, reason: str = "security", base: str = "", note: str = "") -> Wanted:
    """Return what a hotfix is asked for."""
    return Wanted(reason, picks, base, note)


def beside(world: World, version: str = "0.1.1") -> World:
    """Return the world as seen from the working tree of a hotfix."""
    return replace(world, project=world.project / ".release" / f"hotfix-{version}")


def frozen(world: World) -> str:
    """Freeze release/0.2 from main, which goes on as 0.3.0.dev0, switch to it, and return the freeze's commit."""
    world.git("switch", "--quiet", "--create", "release/0.2")
    commit = world.commit("Freeze release/0.2\n\nFrozen: 0.2")
    world.git("push", "--quiet", "--set-upstream", "origin", "release/0.2")
    world.git("switch", "--quiet", "main")
    set_version(world, "0.3.0.dev0")
    world.commit("Open main for 0.3.0.dev0\n\nFrozen: 0.2")
    world.git("push", "--quiet", "origin", "main")
    world.git("switch", "--quiet", "release/0.2")
    return commit


def as_somebody(world: World, name: str, email: str) -> None:
    """Let git in the project know somebody else from now on."""
    world.git("config", "user.name", name)
    world.git("config", "user.email", email)


def there(world: World, branch: str, path: str) -> str:
    """Return the text of a file on a branch of the remote."""
    return world.git("show", f"{branch}:{path}", cwd=world.remote)


def history(world: World, *names: str) -> list[str]:
    """Return the subjects of the newest commits of the remote's branches, by topology."""
    return world.git("log", "--topo-order", "--format=%s", *names, cwd=world.remote).splitlines()


def another(world: World, name: str = "another") -> World:
    """Return the world as another clone of the remote sees it."""
    return replace(world, project=world.clone(name))
