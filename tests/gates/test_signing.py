"""The gate signing: what is demanded is signed, by a key that others can tell for that of the address."""

from __future__ import annotations

import pytest

from release.engine.gate import Verdict
from release.gates.signing import SIGNING
from tests.support.making import releasing
from tests.support.signing import signs_with
from tests.support.world import World


def asked(world: World) -> Verdict:
    return SIGNING.ask(releasing(world))


def demand(world: World, text: str) -> None:
    path = world.project / "release.toml"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n[demands]\n{text}\n", encoding="utf-8")


def test_nothing_is_signed_where_nothing_demands_it(repository: World) -> None:
    assert asked(repository) == Verdict(True, "commits and tags are not signed")


def test_signers_demand_signed_tags(repository: World) -> None:
    signs_with(repository, "adas", "ada@example.org")

    assert asked(repository) == Verdict(
        False,
        "release.toml requires signatures ([demands], or signers), but tag.gpgSign is not set",
        "git config tag.gpgSign true",
    )

    repository.git("config", "tag.gpgSign", "true")
    assert asked(repository) == Verdict(True, "tag.gpgSign: signing works")


def test_signers_may_be_for_approvals_alone(repository: World) -> None:
    signs_with(repository, "adas", "ada@example.org")
    demand(repository, "signed_tags = false")

    assert asked(repository).met


@pytest.mark.parametrize("demanded", ["signed_commits = true", "signed_tags = true\nsigned_commits = true"])
def test_every_setting_that_is_missing_is_named(repository: World, demanded: str) -> None:
    demand(repository, demanded)

    verdict = asked(repository)

    wanted = [name for word, name in (("commits", "commit"), ("tags", "tag")) if word in demanded]
    assert verdict.run == " && ".join(f"git config {name}.gpgSign true" for name in wanted)


def test_a_key_that_is_not_listed_is_refused(repository: World) -> None:
    signs_with(repository, "adas", "ada@example.org")
    signs_with(repository, "new", "ada@example.org", listed=False)
    repository.git("config", "tag.gpgSign", "true")

    assert asked(repository) == Verdict(
        False,
        "tag.gpgSign: signing works, and no key of ada@example.org in signers signed it",
        "$EDITOR signers      (ada@example.org and the public key)",
    )


def test_a_demanded_signature_that_nothing_here_can_judge_is_refused(repository: World) -> None:
    signs_with(repository, "adas", "ada@example.org", listed=False)
    repository.git("config", "tag.gpgSign", "true")
    assert asked(repository).met

    demand(repository, "signed_tags = true")
    verdict = asked(repository)

    assert (verdict.met, verdict.run) == (False, "$EDITOR release.toml      (signers)")
    assert "names no file of allowed signers" in verdict.fact
