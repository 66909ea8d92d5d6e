"""What the release before has to say: sizes told by an index, and the most that it takes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from release.context import Context
from release.engine.gate import Severity
from release.gates.index_access import AGE
from release.gates.previous_release import SIZE, UPGRADE
from tests.support.making import place_distributions, release_commit, releasing
from tests.support.serving import Answer, serving
from tests.support.world import World


def listing(version: str, size: int, uploaded: str = "2026-01-01T00:00:00Z") -> Answer:
    """Answer as the JSON simple API does (PEP 691, PEP 700)."""
    names = [f"acme-{version}-py3-none-any.whl", f"acme-{version}.tar.gz"]
    files = [
        {
            "filename": name,
            "url": f"files/{name}",
            "hashes": {"sha256": "0" * 64},
            "size": size,
            "upload-time": uploaded,
        }
        for name in names
    ]
    body = json.dumps({"meta": {"api-version": "1.1"}, "name": "acme", "versions": [version], "files": files})
    return Answer(body=body, content_type="application/vnd.pypi.simple.v1+json")


def asked_at(world: World, address: str, more: str = "") -> Context:
    path = world.project / "release.toml"
    text = path.read_text().replace(world.index, address)
    path.write_text(text.replace('name = "local"', f'name = "local"\n{more}'))
    return releasing(world)


@pytest.mark.parametrize(
    ("older", "met"),
    [(1_000_000, False), (100, False), (0, True)],
)
def test_a_size_that_changed_much_is_a_warning(world: World, distributions: list[Path], older: int, met: bool) -> None:
    release_commit(world)
    place_distributions(world, distributions)
    with serving(lambda _: listing("0.0.9", older)) as address:
        verdict = SIZE.ask(asked_at(world, address))

    assert verdict.met is met
    if not met:
        assert "; in 0.0.9 it had " in verdict.fact
        assert verdict.severity is None


def test_a_file_that_the_index_does_not_take_blocks(world: World, distributions: list[Path]) -> None:
    release_commit(world)
    folder = place_distributions(world, distributions)
    with (folder / distributions[0].name).open("ab") as file:
        file.truncate(2_000_001)
    with serving(lambda asked: Answer(404 if "acme" in asked.path else 200)) as address:
        verdict = SIZE.ask(asked_at(world, address, "largest = 2"))

    assert verdict.fact == f"{distributions[0].name} has 2 MB; local accepts 2 MB a file"
    assert verdict.severity is Severity.BLOCKING


def test_the_first_release_has_nothing_to_be_compared_with(world: World, distributions: list[Path]) -> None:
    release_commit(world)
    place_distributions(world, distributions)

    assert SIZE.ask(releasing(world)).met
    assert UPGRADE.ask(releasing(world)).fact == "there is no release to upgrade from"


@pytest.mark.parametrize(("days", "met"), [(14, False), (0, True), (40_000, True)])
def test_a_version_that_takes_no_more_files_is_found(world: World, days: int, met: bool) -> None:
    with serving(lambda _: listing("0.1.0", 10)) as address:
        verdict = AGE.ask(asked_at(world, address, f"days = {days}"))

    assert verdict.met is met
    if not met:
        fact = "local has accepted files of 0.1.0 since 2026-01-01; after 14 days it accepts no more"
        assert (verdict.fact, verdict.run) == (fact, "inv abort --spent")


def test_an_upgrade_from_what_does_not_install_is_found(world: World, shelf: Path, distributions: list[Path]) -> None:
    release_commit(world)
    place_distributions(world, distributions)
    (shelf / "acme-0.0.9-py3-none-any.whl").write_bytes(b"no wheel")

    verdict = UPGRADE.ask(releasing(world))

    assert verdict.met is False
    assert verdict.fact.startswith("from 0.0.9: it does not install on Python ")


def test_a_candidate_for_another_index_is_upgraded_from_the_last_final(
    world: World, shelf: Path, distributions: list[Path]
) -> None:
    path = world.project / "release.toml"
    text = path.read_text().replace('name = "local"', 'name = "local"\nstages = ["production"]')
    path.write_text(text)
    release_commit(world, "0.1.0rc1")
    place_distributions(world, distributions, "0.1.0rc1")
    (shelf / "acme-0.0.9-py3-none-any.whl").write_bytes(b"no wheel")
    ctx = releasing(world, "0.1.0rc1")
    assert ctx.indexes == ()

    verdict = UPGRADE.ask(ctx)

    assert verdict.fact.startswith("from 0.0.9: it does not install on Python ")
