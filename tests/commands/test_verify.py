"""Verifying: a good release is proven, each way of tampering is found, and what cannot be asked is not proven."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from release.commands.verify import VerifyResult, verify
from tests.support.lines import here
from tests.support.making import clone_of, tag
from tests.support.signing import signs_with
from tests.support.world import World


def standings(findings: VerifyResult) -> dict[str, str]:
    return {each.what: each.standing.value for each in findings.claims}


def fact(findings: VerifyResult, what: str) -> str:
    return next(each.fact for each in findings.claims if each.what == what)


def checked(world: World, version: str = "0.1.0") -> VerifyResult:
    return verify(here(world, write=False), version)


def signed_anew(world: World, distributions: list[Path]) -> None:
    """Replace the tag by a signed one, as if it had never been another."""
    world.git("config", "tag.gpgSign", "true")
    world.git("tag", "--delete", "v0.1.0")
    world.git("push", "--quiet", "--force", "origin", tag(world, distributions))


def test_a_good_release_is_proven(released: World, files: list[Path]) -> None:
    commit = released.git("rev-parse", "HEAD")
    fingerprint = signs_with(released, "adas", "ada@example.org")
    signed_anew(released, files)

    findings = checked(released)

    assert standings(findings) == {
        "tag": "proven",
        "commit": "proven",
        "signature of the tag": "proven",
        "signature of the commit": "not proven",
        "files on local": "proven",
        "attestations on local": "not proven",
        "built again": "proven",
    }, findings.claims
    assert fact(findings, "tag") == f"v0.1.0 is {commit[:12]} on origin, made by ada@example.org"
    assert fact(findings, "signature of the tag") == f"by ada@example.org (ED25519 key {fingerprint})"
    assert not findings.wrong


def test_a_fresh_clone_verifies_an_older_version_in_one_command(released: World) -> None:
    released.commit("later")
    released.git("push", "--quiet", "origin", "main")
    other = clone_of(released)

    ran = other.inv("verify", "0.1.0")

    assert ran.code == 0, ran.text
    rows = ran.out.splitlines()
    assert rows[0].startswith("acme 0.1.0, v0.1.0, ")
    assert rows[-2] == "proven: tag, commit, files on local, built again"
    assert rows[-1] == "not proven: signature of the tag, signature of the commit, attestations on local"
    assert other.git("status", "--porcelain") == ""


# Each way of being tampered with


def another_hash_on_the_index(world: World, shelf: Path) -> str:
    with zipfile.ZipFile(next(shelf.glob("*.whl")), "a") as archive:
        archive.writestr("acme/more.py", "")
    return "files on local"


def a_file_that_nobody_recorded(world: World, shelf: Path) -> str:
    shutil.copy(next(shelf.glob("*.whl")), shelf / "acme-0.1.0-cp312-cp312-linux_x86_64.whl")
    return "files on local"


def a_file_that_is_gone(world: World, shelf: Path) -> str:
    next(shelf.glob("*.tar.gz")).unlink()
    return "files on local"


def a_tag_that_moved_since_this_clone_got_it(world: World, shelf: Path) -> str:
    theirs = clone_of(world, "theirs")
    theirs.commit("more")
    theirs.git("tag", "--force", "--annotate", "--message", "acme 0.1.0", "v0.1.0")
    theirs.git("push", "--quiet", "--force", "origin", "v0.1.0")
    return "tag"


def a_tag_that_moved_before_this_clone_came(world: World, shelf: Path) -> str:
    text = world.git("for-each-ref", "--format=%(contents)", "refs/tags/v0.1.0")
    world.commit("more")
    world.git("tag", "--force", "--annotate", "--message", text, "v0.1.0")
    world.git("push", "--quiet", "--force", "origin", "main", "v0.1.0")
    return "commit"


def another_tag_under_the_name(world: World, shelf: Path) -> str:
    made = world.git("rev-parse", tag(world, version="0.0.9"))
    world.git("update-ref", "refs/tags/v0.1.0", made)
    world.git("push", "--quiet", "--force", "origin", "v0.1.0")
    return "tag"


def a_record_of_other_bytes(world: World, shelf: Path) -> str:
    """Somebody with the right to push made a tag that fits the files that they uploaded."""
    with zipfile.ZipFile(next(shelf.glob("*.whl")), "a") as archive:
        archive.writestr("acme/more.py", "")
    world.git("tag", "--delete", "v0.1.0")
    tag(world, sorted(shelf.iterdir()))
    world.git("push", "--quiet", "--force", "origin", "v0.1.0")
    return "built again"


def a_tag_without_its_annotation(world: World, shelf: Path) -> str:
    """Then nothing records the files, and others can lie on the index."""
    commit = world.git("rev-parse", "v0.1.0^{commit}")
    world.git("push", "--quiet", "--force", "origin", f"{commit}:refs/tags/v0.1.0")
    world.git("tag", "--delete", "v0.1.0")
    next(shelf.glob("*.tar.gz")).write_bytes(b"another sdist")
    return "tag"


def files_of_which_the_tag_says_nothing(world: World, shelf: Path) -> str:
    world.git("tag", "--delete", "v0.1.0")
    world.git("push", "--quiet", "--force", "origin", tag(world))
    return "files on local"


TAMPERED = [
    another_hash_on_the_index,
    a_file_that_nobody_recorded,
    a_file_that_is_gone,
    a_tag_that_moved_since_this_clone_got_it,
    a_tag_that_moved_before_this_clone_came,
    another_tag_under_the_name,
    a_record_of_other_bytes,
    a_tag_without_its_annotation,
    files_of_which_the_tag_says_nothing,
]


@pytest.mark.parametrize("tamper", TAMPERED)
def test_it_finds(tamper: Callable[[World, Path], str], released: World, shelf: Path) -> None:
    what = tamper(released, shelf)
    findings = checked(released)

    assert standings(findings)[what] == "wrong", findings.claims
    assert findings.wrong


def test_it_finds_a_signature_by_another_key(released: World, files: list[Path]) -> None:
    signs_with(released, "adas", "ada@example.org")
    path = released.home / "mallorys"
    released.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path)
    released.git("config", "user.signingKey", str(path))
    signed_anew(released, files)

    findings = checked(released)

    assert standings(findings)["signature of the tag"] == "wrong"
    assert "no key of ada@example.org in signers signed it" in fact(findings, "signature of the tag")


def test_the_exit_code_and_the_json_tell_what_is_wrong(released: World, shelf: Path, files: list[Path]) -> None:
    a_file_that_is_gone(released, shelf)

    ran = released.inv("verify", "--json")

    assert ran.code == 1
    told = json.loads(ran.out)
    assert told["wrong"] is True
    [bad] = [each for each in told["claims"] if each["standing"] == "wrong"]
    sha = hashlib.sha256(next(p for p in files if p.suffix == ".gz").read_bytes()).hexdigest()
    assert bad == {
        "what": "files on local",
        "standing": "wrong",
        "fact": f"acme-0.1.0.tar.gz is not there, the tag records {sha}",
    }
