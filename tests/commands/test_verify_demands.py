"""What release.toml demands of a release and nothing proves is wrong, but for releases from before the demand."""

from __future__ import annotations

import pytest

from tests.commands.test_verify import checked, fact, signed_anew, standings
from tests.support.making import release_commit
from tests.support.signing import signs_with
from tests.support.world import World


def demand(world: World, text: str) -> None:
    path = world.project / "release.toml"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n[demands]\n{text}\n", encoding="utf-8")


def released_anew(world: World) -> None:
    """Move the release of a repository onto HEAD, as if it had been made there."""
    release_commit(world)
    world.git("tag", "--force", "--annotate", "--message", "acme 0.1.0", "v0.1.0")
    world.git("push", "--quiet", "--force", "origin", "main", "v0.1.0")


@pytest.mark.parametrize(
    ("demanded", "claim"),
    [("signed_tags = true", "signature of the tag"), ("signed_commits = true", "signature of the commit")],
)
def test_a_demanded_signature_that_is_not_there_is_wrong(repository: World, demanded: str, claim: str) -> None:
    demand(repository, demanded)
    repository.commit("a demand")
    released_anew(repository)

    findings = checked(repository)

    assert {what for what, standing in standings(findings).items() if standing == "wrong"} == {claim}
    key = demanded.partition(" ")[0]
    assert fact(findings, claim) == f"it is not signed\nrelease.toml demands it ([demands] {key})"
    assert repository.inv("verify", "0.1.0").code == 1


def test_with_signers_an_unsigned_release_is_wrong(repository: World) -> None:
    signs_with(repository, "adas", "ada@example.org")
    repository.commit("signers")
    released_anew(repository)

    findings = checked(repository)

    assert fact(findings, "signature of the tag") == "it is not signed\nrelease.toml demands it (signers)"
    assert findings.wrong


def test_a_signed_release_is_as_demanded(repository: World) -> None:
    signs_with(repository, "adas", "ada@example.org")
    repository.commit("signers")
    released_anew(repository)
    signed_anew(repository, [])

    findings = checked(repository)

    assert standings(findings)["signature of the tag"] == "proven"
    assert not findings.wrong


def test_a_release_from_before_the_demand_is_judged_as_before(repository: World) -> None:
    released_anew(repository)
    demand(repository, "signed_tags = true")
    repository.commit("a demand")
    repository.commit("more", **{"more.txt": "more"})

    assert standings(checked(repository))["signature of the tag"] == "not proven"


def test_a_tag_on_a_stranger_without_the_demand_is_not_from_before(repository: World) -> None:
    """A commit beside the history that never saw the demand."""
    demand(repository, "signed_tags = true")
    repository.commit("a demand")
    repository.git("push", "--quiet", "origin", "main")
    repository.git("checkout", "--quiet", "-b", "aside", "HEAD^")
    released_anew(repository)
    repository.git("push", "--quiet", "origin", "aside")
    repository.git("checkout", "--quiet", "main")

    assert standings(checked(repository))["signature of the tag"] == "wrong"


def test_attestations_may_be_demanded(released: World) -> None:
    demand(released, "attestations = true")
    released.commit("a demand")
    assert standings(checked(released))["attestations on local"] == "not proven"  # it is from before

    released.git("checkout", "--quiet", "--detach", "v0.1.0^{commit}^")  # a clone whose history demands it
    demand(released, "attestations = true")
    released.commit("a demand")

    assert standings(checked(released))["attestations on local"] == "wrong"
