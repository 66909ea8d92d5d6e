"""Signatures of tags and commits, by ssh and by gpg: whose they are, whose they are not, and what nobody can tell."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from release.approvals.signature_check import Signature, signature_of
from tests.support.lines import configured, here
from tests.support.signing import signs_with
from tests.support.world import World

ADA = "ada@example.org"


def signed(world: World, kind: str) -> Signature:
    """Make a signed commit and tag, and return what is told of the signature of one of them."""
    world.git("config", "commit.gpgSign", "true")
    world.git("config", "tag.gpgSign", "true")
    world.commit("signed")
    world.git("tag", "--annotate", "--message", "signed", "v9")
    return signature_of(here(world), kind, world.git("rev-parse", "v9" if kind == "tag" else "HEAD"), ADA)


@pytest.mark.parametrize("kind", ["tag", "commit"])
def test_an_ssh_signature_by_a_key_of_the_address_is_good(kind: str, repository: World) -> None:
    fingerprint = signs_with(repository, "adas", ADA)

    assert signed(repository, kind) == Signature(True, "", f"ED25519 key {fingerprint}")


@pytest.mark.parametrize("kind", ["tag", "commit"])
def test_an_ssh_signature_by_a_key_of_somebody_else_is_not(kind: str, repository: World) -> None:
    fingerprint = signs_with(repository, "graces", "grace@example.org")

    why_not = f"no key of {ADA} in signers signed it"
    assert signed(repository, kind) == Signature(False, why_not, f"ED25519 key {fingerprint}")


def test_without_signers_nobody_can_tell(repository: World) -> None:
    fingerprint = signs_with(repository, "adas", ADA, listed=False)

    found = signed(repository, "tag")

    assert (found.good, found.key) == (None, f"ED25519 key {fingerprint}")
    assert "names no file of allowed signers" in found.why_not


@pytest.mark.parametrize("kind", ["tag", "commit"])
def test_what_is_not_signed_is_told(kind: str, repository: World) -> None:
    configured(repository, "")
    repository.git("tag", "--annotate", "--message", "not signed", "v9")
    sha = repository.git("rev-parse", "v9" if kind == "tag" else "HEAD")

    assert signature_of(here(repository), kind, sha, ADA) == Signature(None, "it is not signed")


@pytest.fixture(scope="module")
def gpg() -> Iterator[tuple[str, dict[str, str]]]:
    """Give the key of Ada, who has two addresses, and the environment in which gpg knows it."""
    with TemporaryDirectory(prefix="gpg-", dir="/tmp") as place:  # the socket of its agent needs a short path
        env = {"GNUPGHOME": place, "PATH": "/usr/bin:/bin"}

        def run(*words: str) -> str:
            argv = ["gpg", "--batch", "--pinentry-mode=loopback", "--passphrase=", *words]
            return subprocess.run(argv, env=env, check=True, capture_output=True, text=True).stdout

        run("--quick-generate-key", "Ada <ada@elsewhere.example>", "ed25519", "sign", "never")
        key = next(row.split(":")[9] for row in run("--with-colons", "--list-keys").splitlines() if row[:3] == "fpr")
        run("--quick-add-uid", key, f"Ada <{ADA}>")
        run("--quick-set-primary-uid", key, "Ada <ada@elsewhere.example>")
        yield key, {"GNUPGHOME": place}
        subprocess.run(["gpgconf", "--kill", "all"], env=env, check=True)


@pytest.mark.parametrize("kind", ["tag", "commit"])
def test_a_gpg_signature_counts_for_each_address_of_its_key_and_for_no_other(
    kind: str, repository: World, gpg: tuple[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key, env = gpg
    monkeypatch.setenv("GNUPGHOME", env["GNUPGHOME"])
    repository.git("config", "user.signingKey", key)

    assert signed(repository, kind) == Signature(True, "", f"gpg key {key}")
    sha = repository.git("rev-parse", "v9" if kind == "tag" else "HEAD")
    other = signature_of(here(repository), kind, sha, "grace@example.org")
    assert not other.good
    assert other.why_not.endswith(", not by grace@example.org")

    (tmp_path / "k").mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(tmp_path / "k"))
    stranger = signature_of(here(repository), kind, sha, ADA)
    assert stranger.good is None
    assert stranger.why_not == "gpg does not know its key here, or the key has expired"
