"""Embargoed hotfixes: prepared and approved on a private remote, and public at once, with their tag."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from release.base.errors import ReleaseError
from release.commands.approve import approve, withdraw
from release.commands.hotfix import give_up, hotfix, resume
from release.commands.verify import verify
from tests.support.lines import CODE, agreed, another, configured, here, wanted
from tests.support.world import World

RULES = '[hotfix]\nprivate_remote = "security"\n[[stages]]\nname = "hotfix"\npeople = 1\n'


@pytest.fixture
def private(ready: World, tmp_path: Path) -> Path:
    """A private remote of a project whose hotfixes somebody has to approve; the last final knows nothing of it."""
    place = tmp_path / "private.git"
    subprocess.run(["git", "init", "--quiet", "--bare", place], check=True)
    ready.git("remote", "add", "security", str(place))
    configured(ready, RULES)
    ready.commit("the rules")
    ready.git("push", "--quiet", "origin", "main")
    return place


def refs(place: Path, world: World) -> list[str]:
    return world.git("for-each-ref", "--format=%(refname)", cwd=place).splitlines()


def objects(world: World) -> set[str]:
    listed = world.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)", cwd=world.remote)
    return set(listed.split())


def secret_fix(world: World) -> str:
    """Return a commit of a fix that only this clone has."""
    path = world.project / CODE
    path.write_text(path.read_text(encoding="utf-8").replace("ONE = 1", "ONE = 11"), encoding="utf-8")
    world.write("changelog.d/+one.fix.md", "One is eleven\n")
    world.git("switch", "--quiet", "--create", "of-the-fix")
    commit = world.commit("One is eleven")
    world.git("switch", "--quiet", "main")
    return commit


def test_nothing_is_public_before_the_tag_and_all_of_it_with_it(ready: World, private: Path) -> None:
    before, shown, commit = objects(ready), ready.remote_refs(), secret_fix(ready)
    with pytest.raises(ReleaseError, match="0 of 1 people have approved"):
        hotfix(here(ready), wanted(commit), agreed)
    other = another(ready)
    other.git("remote", "add", "security", str(private))
    approve(here(other), "hotfix")
    withdraw(here(other), "hotfix")
    approve(here(other), "hotfix", note="again")

    assert (objects(ready), ready.remote_refs()) == (before, shown)
    assert [name.split("/")[2] for name in refs(private, ready)] == ["hotfix", "approvals", "hotfixes", "withdrawals"]

    resume(here(other), agreed)

    assert "Approved: Ada Lovelace" in ready.git("tag", "--list", "--format=%(contents)", "v0.1.1", cwd=ready.remote)
    public = ready.remote_refs()
    assert "refs/heads/hotfix/0.1.1" not in public
    assert [name for name in public if name.startswith("refs/keelway/approvals/hotfix/")]
    assert "refs/heads/hotfix/0.1.1" not in refs(private, ready)
    assert not verify(here(ready), "0.1.1").wrong


def test_another_reason_is_not_embargoed(ready: World, private: Path) -> None:
    commit = secret_fix(ready)
    with pytest.raises(ReleaseError, match="0 of 1 people have approved"):
        hotfix(here(ready), wanted(commit, reason="outage"), agreed)

    assert "refs/heads/hotfix/0.1.1" in ready.remote_refs()
    assert refs(private, ready) == []


def test_given_up_it_leaves_nothing_on_the_private_remote(ready: World, private: Path) -> None:
    shown = ready.remote_refs()
    with pytest.raises(ReleaseError, match="0 of 1 people have approved"):
        hotfix(here(ready), wanted(secret_fix(ready)), agreed)
    assert "refs/heads/hotfix/0.1.1" in refs(private, ready)

    give_up(here(ready), agreed)

    assert refs(private, ready) == []
    assert ready.remote_refs() == shown


def test_without_the_private_remote_it_is_refused(ready: World, private: Path) -> None:
    commit = secret_fix(ready)
    ready.git("remote", "remove", "security")
    with pytest.raises(ReleaseError) as refused:
        hotfix(here(ready), wanted(commit), agreed)
    assert refused.value.run == "git remote add security URL"
    ready.git(*refused.value.run.replace("URL", str(private)).split()[1:])
    with pytest.raises(ReleaseError, match="0 of 1 people have approved"):
        hotfix(here(ready), wanted(commit), agreed)
    assert "refs/heads/hotfix/0.1.1" in refs(private, ready)
