"""Several projects in one repository: each is released by itself, or all of them in the order of their dependencies."""

from __future__ import annotations

import re
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
    assert "there is no release from main yet" in status.text, status.text


def test_one_of_several_projects_gets_a_hotfix_once_its_branches_have_a_name_of_their_own(world: World) -> None:
    several(world)
    place = world.project / "packages" / "acme"
    fragment(world, "acme")
    world.released("minor", cwd=place)
    world.write("packages/acme/src/acme/later.py", "LATER = 1\n")
    later = world.commit("not for the hotfix")
    world.write("packages/acme-extra/src/acme_extra/other.py", "OTHER = 1\n")
    world.commit("of the other project")
    world.write("packages/acme/src/acme/fixed.py", "FIXED = 1\n")
    picked = world.commit("mend the outage")
    world.git("push", "--quiet", "origin", "main")
    words = ("hotfix", "--reason", "outage", "--pick", picked, "--yes")

    refused = world.inv(*words, cwd=place)
    advised = re.search(r"run: \$EDITOR release\.toml +\((\[hotfix\]) (branch = .+); then commit it\)", refused.err)
    assert advised, refused.text
    settings = (place / "release.toml").read_text(encoding="utf-8")
    world.write("packages/acme/release.toml", "\n".join([settings, *advised.groups(), ""]))
    world.commit("branches of hotfixes")
    world.git("push", "--quiet", "origin", "main")
    before = world.git("rev-parse", "HEAD")
    ran = world.inv(*words, cwd=place)

    assert ran.code == 0, ran.text
    assert ran.out.startswith("hotfix/acme-0.1.1 from acme-v0.1.0: outage\n")
    assert f"{later[:7]} not for the hotfix" in ran.out and "of the other project" not in ran.out
    assert sorted(tags(world)) == ["acme-v0.1.0", "acme-v0.1.1"]
    there = world.git("ls-tree", "-r", "--name-only", "acme-v0.1.1").splitlines()
    assert [name in there for name in ("packages/acme/src/acme/fixed.py", "packages/acme/src/acme/later.py")] == [
        *(True, False)
    ]
    world.git("pull", "--quiet")
    assert changed(world, before) == {"packages/acme"}
    assert not [ref for ref in world.remote_refs() if "hotfix" in ref]
    assert not list((place / ".release").glob("hotfix*"))

    world.write("packages/acme/src/acme/later.py", "LATER = 2\n")
    picked = world.commit("change what 0.1 does not have")
    stopped = world.inv("backport", picked, "--to", "0.1", "--yes", cwd=place)
    assert stopped.code == 1 and "inv backport --to 0.1 --continue" in stopped.err, stopped.text
    world.git("add", "--all", cwd=place / ".release" / "acme-0.1")
    resumed = world.inv("backport", "--to", "0.1", "--continue", "--yes", cwd=place)
    assert resumed.code == 0, resumed.text
    assert "refs/heads/acme/0.1" in world.remote_refs()


def test_all_projects_are_released_each_after_those_that_it_needs(world: World) -> None:
    several(world)
    fragment(world, "acme-extra")
    fragment(world, "acme")

    world.released("minor", "--all")

    names = world.git("log", "--reverse", "--format=%s").splitlines()
    assert [name for name in names if name.startswith("Release")] == ["Release acme 0.1.0", "Release acme-extra 0.1.0"]
    assert tags(world) == ["acme-extra-v0.1.0", "acme-v0.1.0"]
    assert len(world.files()) == 2 and world.git("status", "--porcelain") == ""
