"""Signed approvals: the key of somebody who is listed for the address, over this very record, or it does not count."""

from __future__ import annotations

from pathlib import Path

import pytest

from release.approvals.stage_approvals import approval_name
from release.base.errors import ReleaseError
from tests.approvals.test_stage_approvals import ADA, RULES, approve, prepared, why_void
from tests.support.world import World

SIGNED = RULES + "signed = true\n"


def key(world: World, name: str) -> Path:
    """Make an ssh key in the home of the world and let git sign with it."""
    path = world.home / name
    if not path.exists():
        world.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path)
    world.git("config", "gpg.format", "ssh")
    world.git("config", "user.signingKey", str(path))
    return path.with_suffix(".pub")


def signed_world(world: World, **signers: str) -> str:
    """Configure signed approvals: {name of a key: the principals that it is listed under}."""
    rows = [f"{who} {key(world, name).read_text(encoding='utf-8').strip()}" for name, who in signers.items()]
    world.write("signers", "# who may sign\n" + "\n".join(rows) + "\n")
    return prepared(world, SIGNED)


def test_a_signed_approval_counts(repository: World) -> None:
    commit = signed_world(repository, adas="ada@example.org")
    approve(repository, commit, sign=True)

    assert why_void(repository, commit) == [""]


def test_an_approval_that_is_not_signed_does_not_count_where_that_is_asked_for(repository: World) -> None:
    commit = signed_world(repository, adas="ada@example.org")
    approve(repository, commit)

    assert why_void(repository, commit) == ["it is not signed"]


def test_a_key_that_is_listed_for_somebody_else_does_not_sign(repository: World) -> None:
    """Git itself says that this signature is good."""
    commit = signed_world(repository, graces="grace@example.org")
    name = approve(repository, commit, sign=True)
    record = repository.remote_refs()[f"refs/keelway/{name}"]
    allowed = ("-c", f"gpg.ssh.allowedSignersFile={repository.project / 'signers'}")
    assert repository.run("git", *allowed, "verify-tag", record).code == 0

    assert why_void(repository, commit) == ["no key of ada@example.org in signers signed it"]


def test_a_key_that_nobody_listed_does_not_sign(repository: World) -> None:
    commit = signed_world(repository, adas="ada@example.org")
    key(repository, "another")
    approve(repository, commit, sign=True)

    assert why_void(repository, commit) == ["no key of ada@example.org in signers signed it"]


@pytest.mark.parametrize(
    ("principals", "counts"),
    [("*@example.org", True), ("grace@x.org,ADA@example.org", True), ("*@example.org,!ada@example.org", False)],
)
def test_principals_are_patterns(repository: World, principals: str, counts: bool) -> None:
    commit = signed_world(repository, adas=principals)
    approve(repository, commit, sign=True)

    assert (why_void(repository, commit) == [""]) is counts


def test_a_signed_record_that_was_moved_does_not_count(repository: World) -> None:
    """Git itself verifies the object, whatever the name it lies under."""
    commit = signed_world(repository, adas="ada@example.org")
    name = approve(repository, commit, sign=True)
    moved = approval_name("production", "quality", commit, ADA)
    repository.git("update-ref", f"refs/keelway/{moved}", f"refs/keelway/{name}", cwd=repository.remote)
    repository.git("update-ref", "-d", f"refs/keelway/{name}", cwd=repository.remote)

    assert why_void(repository, commit) == [f"it was made under another name than {moved}"]


def test_without_a_file_of_signers_an_ssh_signature_proves_nothing(repository: World) -> None:
    signed_world(repository, adas="ada@example.org")
    path = repository.project / "release.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('signers = "signers"', ""), encoding="utf-8")
    commit = repository.commit("no signers")
    approve(repository, commit, sign=True)

    assert "release.toml names no file of allowed signers" in why_void(repository, commit)[0]


def test_a_file_of_signers_that_is_missing_is_told(repository: World) -> None:
    commit = signed_world(repository, adas="ada@example.org")
    approve(repository, commit, sign=True)
    (repository.project / "signers").unlink()
    repository.commit("no signers")
    repository.git("push", "--quiet", "origin", "main")

    with pytest.raises(ReleaseError, match="cannot check a signature"):
        why_void(repository, commit)


def test_a_key_that_cannot_sign_leaves_nothing(repository: World) -> None:
    commit = signed_world(repository, adas="ada@example.org")
    repository.git("config", "user.signingKey", str(repository.home / "none"))

    with pytest.raises(ReleaseError, match="cannot make approvals/production/manager"):
        approve(repository, commit, sign=True)

    assert why_void(repository, commit) == []
