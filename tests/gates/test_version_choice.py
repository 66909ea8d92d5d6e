"""The gate of the version: higher than every tag, here and on the remote."""

from __future__ import annotations

import pytest

from release.engine.gate import Verdict
from release.gates.version_choice import HIGHER
from tests.support.making import ready, releasing, tag
from tests.support.world import World


def test_higher_is_met_by_the_first(repository: World) -> None:
    assert HIGHER.ask(releasing(repository)) == Verdict(True, "0.1.0 is the first version")


@pytest.mark.parametrize(
    ("tags", "version", "highest"),
    [
        (["0.9.0", "0.10.0"], "0.11.0", "0.10.0"),
        (["1.0.0rc1"], "1.0.0", "1.0.0rc1"),
        (["1.0.0a2"], "1.0.0b1", "1.0.0a2"),
        (["0.1.0", "nightly", "0.9.9.9-broken"], "0.1.1", "0.1.0"),
    ],
)
def test_higher_is_met_after_the_highest_tag(repository: World, tags: list[str], version: str, highest: str) -> None:
    for name in tags:
        repository.git("tag", f"v{name}")

    assert HIGHER.ask(releasing(repository, version)) == Verdict(True, f"{version} is higher than v{highest}")


@pytest.mark.parametrize(
    ("there", "version", "run"),
    [
        ("0.1.0", "0.1.0", "inv release 0.1.1"),
        ("0.10.0", "0.9.0", "inv release 0.10.1"),
        ("1.0.0", "1.0.0rc1", "inv release 1.0.1"),
        ("1.0.0rc2", "1.0.0rc1", "inv release 1.0.0rc3"),
    ],
)
@pytest.mark.parametrize("where", ["here", "there"])
def test_higher_refuses_what_is_not_higher(repository: World, where: str, there: str, version: str, run: str) -> None:
    name = tag(repository, version=there)
    if where == "there":
        repository.git("push", "--quiet", "origin", name)
        repository.git("tag", "--delete", name)

    assert HIGHER.ask(releasing(repository, version)) == Verdict(False, f"{version} is not higher than v{there}", run)


def test_a_pre_release_that_was_given_up_does_not_count(repository: World) -> None:
    """httpx tagged 1.0.0.beta0, and went on with 0.13: 1.0 was not to come."""
    repository.git("tag", "v1.0.0.beta0")
    refused = HIGHER.ask(releasing(repository, "0.3.0"))
    repository.commit("later", **{"later.txt": "later"})
    repository.git("tag", "v0.2.0")

    assert refused == Verdict(False, "0.3.0 is not higher than v1.0.0.beta0", "inv release 1.0.0b1")
    assert HIGHER.ask(releasing(repository, "0.3.0")) == Verdict(True, "0.3.0 is higher than v0.2.0")


def test_higher_reads_tags_as_release_toml_names_them(repository: World) -> None:
    repository.commit("tags", **{"release.toml": 'index = []\ntag = "acme/{version}"\n'})
    repository.git("tag", "v9.0.0")
    repository.git("tag", "acme/0.2.0")

    assert HIGHER.ask(releasing(repository)) == Verdict(
        False, "0.1.0 is not higher than acme/0.2.0", "inv release 0.2.1"
    )


@pytest.mark.parametrize("pushed", [False, True])
def test_a_stray_tag_from_which_the_next_version_would_be_counted_is_refused(repository: World, pushed: bool) -> None:
    ready(repository)
    repository.released("minor")
    repository.note("fix", "Something else")
    repository.git("tag", "v0.2.0")
    if pushed:
        repository.git("push", "--quiet", "origin", "v0.2.0")
        repository.git("tag", "--delete", "v0.2.0")
    repository.git("push", "--quiet", "origin", "main")

    ran = repository.inv("release", "minor", "--yes")

    assert ran.code == 1
    assert "v0.2.0 stands on" in ran.err
    assert "not a release of this process" in ran.err
    run = ran.err.partition("run: ")[2].partition("      (or")[0]
    assert repository.run("bash", "-c", run).code == 0
    repository.released("minor")
    assert "refs/tags/v0.2.0^{}" in repository.remote_refs()
    assert "refs/tags/v0.3.0" not in repository.remote_refs()
