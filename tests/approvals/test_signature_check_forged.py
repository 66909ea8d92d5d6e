"""Forged signatures: what git's own exit code, or the words in an object, would let pass for the signature of Ada."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from release.approvals.signature_check import signature_of
from tests.support.lines import here
from tests.support.signing import signs_with
from tests.support.world import World

ADA = "ada@example.org"
SSH = "-----BEGIN SSH SIGNATURE-----"


def key_of(world: World, name: str) -> Path:
    """Make an ssh key in the home of the world, and let git sign with it."""
    path = world.home / name
    world.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path)
    world.git("config", "user.signingKey", str(path))
    return path


def listed(world: World, row: str) -> None:
    """List one row in the file of allowed signers."""
    world.environment()  # makes the home
    world.git("config", "gpg.format", "ssh")
    world.write("signers", f"{row}\n")
    config = world.project / "release.toml"
    config.write_text('signers = "signers"\n' + config.read_text(encoding="utf-8"), encoding="utf-8")


def tagged(world: World, message: str = "signed") -> str:
    world.git("tag", "--sign", "--message", message, "v9")
    return world.git("rev-parse", "v9")


def made_of(world: World, text: str, kind: str = "tag") -> str:
    """Write an object as it stands; git looks into no signature when it takes one."""
    path = world.home / "object"
    path.write_text(text, encoding="utf-8")
    return world.git("hash-object", "-t", kind, "-w", "--literally", str(path))


def text_of(world: World, sha: str, kind: str = "tag") -> str:
    return world.git("cat-file", kind, sha) + "\n"


def good(world: World, sha: str, kind: str = "tag") -> bool | None:
    return signature_of(here(world), kind, sha, ADA).good


@pytest.fixture
def mallory(repository: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Give a world in which ssh keys of Ada are listed, and gpg signs with a key of Mallory under Ada's address."""
    signs_with(repository, "adas", ADA)
    with TemporaryDirectory(prefix="gpg-", dir="/tmp") as place:  # the socket of its agent needs a short path
        monkeypatch.setenv("GNUPGHOME", place)
        env = {"GNUPGHOME": place, "PATH": "/usr/bin:/bin"}
        words = ["gpg", "--batch", "--pinentry-mode=loopback", "--passphrase=", "--quick-generate-key"]
        subprocess.run([*words, f"Mallory <{ADA}>", "ed25519", "sign", "never"], env=env, check=True)
        subprocess.run(["gpg", "--import-ownertrust"], env=env, check=True, input=_ownertrust(env), text=True)
        repository.git("config", "gpg.format", "openpgp")
        repository.git("config", "--unset", "user.signingKey")
        repository.git("config", "user.signingKey", ADA)
        yield repository
        subprocess.run(["gpgconf", "--kill", "all"], env=env, check=True)


def _ownertrust(env: dict[str, str]) -> str:
    """Return the trust of a key that was only imported: unknown."""
    listing = subprocess.run(
        ["gpg", "--with-colons", "--list-keys"], env=env, check=True, capture_output=True, text=True
    )
    fingerprint = next(row.split(":")[9] for row in listing.stdout.splitlines() if row.startswith("fpr"))
    return f"{fingerprint}:2:\n"


def test_a_gpg_signature_over_the_words_of_an_ssh_one_is_no_ssh_signature(mallory: World) -> None:
    """Git verifies the gpg block, and is content."""
    sha = tagged(mallory, f"acme 9\n\nsee {SSH} in the documentation")
    assert mallory.run("git", "verify-tag", sha).code == 0

    assert not good(mallory, sha)


def test_a_gpg_key_that_was_only_imported_is_not_believed_its_address(mallory: World) -> None:
    found = signature_of(here(mallory), "tag", tagged(mallory), ADA)

    assert found.good is None
    assert found.why_not.startswith(f"gpg does not trust this key for {ADA}")


def test_a_commit_that_mentions_an_ssh_signature_is_judged_by_gpg(mallory: World) -> None:
    mallory.git("commit", "--quiet", "--allow-empty", "--gpg-sign", "--message", f"about\n\n{SSH}")

    assert not good(mallory, mallory.git("rev-parse", "HEAD"), "commit")


def test_who_has_a_certificate_does_not_sign_as_another_of_its_authority(repository: World) -> None:
    repository.environment()
    authority = key_of(repository, "authority").with_suffix(".pub").read_text(encoding="utf-8").strip()
    graces = key_of(repository, "graces")
    words = ("-s", repository.home / "authority", "-I", "grace", "-n", "grace@example.org", f"{graces}.pub")
    assert repository.run("ssh-keygen", "-q", *words).code == 0
    listed(repository, f"*@example.org cert-authority {authority}")
    repository.git("config", "user.signingKey", f"{graces}-cert.pub")
    sha = tagged(repository)
    allowed = ("-c", f"gpg.ssh.allowedSignersFile={repository.project / 'signers'}")
    assert repository.run("git", *allowed, "verify-tag", sha).code == 0

    assert good(repository, sha) is False
    assert signature_of(here(repository), "tag", sha, "grace@example.org").good


def test_an_expired_key_does_not_sign_with_an_older_date(repository: World) -> None:
    repository.environment()
    public = key_of(repository, "adas").with_suffix(".pub").read_text(encoding="utf-8").strip()
    listed(repository, f'{ADA} valid-before="20250101" {public}')
    head, _, rest = text_of(repository, tagged(repository)).partition(SSH)[0].partition("tagger ")
    person, _, after = rest.partition("> ")
    path = repository.home / "payload"
    older = f"{head}tagger {person}> 1717200000 +0000\n{after.partition(chr(10))[2]}"
    path.write_text(older, encoding="utf-8")
    assert repository.run("ssh-keygen", "-Y", "sign", "-n", "git", "-f", repository.home / "adas", path).code == 0
    sha = made_of(repository, older + Path(f"{path}.sig").read_text(encoding="utf-8"))
    allowed = ("-c", f"gpg.ssh.allowedSignersFile={repository.project / 'signers'}")
    assert repository.run("git", *allowed, "verify-tag", sha).code == 0

    found = signature_of(here(repository), "tag", sha, ADA)

    assert found.good is None
    assert found.why_not == f"the key of {ADA} in signers has expired (valid-before)"


def test_what_follows_a_signature_is_not_signed(repository: World) -> None:
    """Git and ssh-keygen are content: a tag could be given other hashes there."""
    signs_with(repository, "adas", ADA)
    sha = made_of(repository, text_of(repository, tagged(repository)) + f"{'0' * 64}  acme-9.tar.gz\n")
    allowed = ("-c", f"gpg.ssh.allowedSignersFile={repository.project / 'signers'}")
    assert repository.run("git", *allowed, "verify-tag", sha).code == 0

    assert good(repository, sha) is False


@pytest.mark.parametrize("marker", [SSH, "-----BEGIN PGP SIGNATURE-----", "-----BEGIN SIGNED MESSAGE-----"])
def test_an_object_with_two_blocks_is_refused(marker: str, repository: World) -> None:
    signs_with(repository, "adas", ADA)
    sha = tagged(repository, f"acme 9\n\n{marker}\nU1NIU0lH\n-----END SSH SIGNATURE-----")

    found = signature_of(here(repository), "tag", sha, ADA)

    assert (found.good, found.why_not) == (False, "it has two signatures, of which git verifies one")


def test_a_commit_with_two_signatures_is_refused(repository: World) -> None:
    signs_with(repository, "adas", ADA)
    repository.git("commit", "--quiet", "--allow-empty", "--gpg-sign", "--message", "signed")
    head, _, rest = text_of(repository, "HEAD", "commit").partition("gpgsig ")
    block, end, body = rest.partition("-----END SSH SIGNATURE-----\n")
    sha = made_of(repository, f"{head}gpgsig {block}{end}gpgsig {block}{end}{body}", "commit")

    assert good(repository, sha, "commit") is False


def test_the_signature_of_another_object_does_not_sign_this_one(repository: World) -> None:
    signs_with(repository, "adas", ADA)
    text = text_of(repository, tagged(repository))

    assert good(repository, made_of(repository, text.replace("signed", "other"))) is False


def test_carriage_returns_and_bytes_that_are_no_utf8_are_signed_as_they_are(repository: World) -> None:
    signs_with(repository, "adas", ADA)
    path = repository.home / "message"
    path.write_bytes(b"acme 9\r\n\r\n\xff ol\xe9\r\n")
    repository.git("tag", "--sign", "--cleanup=verbatim", "--file", str(path), "v9")

    assert good(repository, repository.git("rev-parse", "v9")) is True
