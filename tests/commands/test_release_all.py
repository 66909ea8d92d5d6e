"""Several projects in one repository: each is released by itself, or all of them in the order of their dependencies."""

from __future__ import annotations

from pathlib import Path

from tests.support.several import several
from tests.support.world import World


def fragment(world: World, project: str, kind: str = "feature") -> None:
    """Commit and push a fragment of a project, without our own code."""
    world.write(f"packages/{project}/changelog.d/+new.{kind}.md", "Something new\n")
    world.commit(f"note for {project}")
    world.git("push", "--quiet", "origin", "main")


def tags(world: World) -> list[str]:
    return [
        ref.removeprefix("refs/tags/") for ref in world.remote_refs() if ref.startswith("refs/tags/") and "^" not in ref
    ]


def changed(world: World, since: str) -> set[str]:
    """Return the folders in packages/ in which something changed."""
    names = world.git("diff", "--name-only", since, "HEAD").splitlines()
    return {"/".join(Path(name).parts[:2]) for name in names}


def test_one_of_several_projects_is_released_and_the_other_is_untouched(world: World) -> None:
    several(world)
    fragment(world, "acme")
    before = world.git("rev-parse", "HEAD")

    world.released("minor", cwd=world.project / "packages" / "acme")

    assert tags(world) == ["acme-v0.1.0"]
    assert sorted(world.files()) == ["acme-0.1.0-py3-none-any.whl", "acme-0.1.0.tar.gz"]
    assert changed(world, before) == {"packages/acme"}
    assert "Release-acme: 0.1.0" in world.git("log", "--format=%B", f"{before}..HEAD")
    status = world.inv("status", cwd=world.project / "packages" / "acme-extra")
    assert "nothing was released" in status.text, status.text


def test_all_projects_are_released_each_after_those_that_it_needs(world: World) -> None:
    several(world)
    fragment(world, "acme-extra")
    fragment(world, "acme")

    world.released("minor", "--all")

    names = world.git("log", "--reverse", "--format=%s").splitlines()
    assert [name for name in names if name.startswith("Release")] == ["Release acme 0.1.0", "Release acme-extra 0.1.0"]
    assert tags(world) == ["acme-extra-v0.1.0", "acme-v0.1.0"]
    assert len(world.files()) == 2 and world.git("status", "--porcelain") == ""
