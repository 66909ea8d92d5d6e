"""The proof: the index serves the very bytes, and an installer gets the version from it."""

from __future__ import annotations

import shutil
from pathlib import Path

from release.engine.gate import Verdict
from release.gates.published_files import BYTES, INSTALLABLE
from tests.support.making import record, releasing, tagged
from tests.support.serving import Answer, Request, serving
from tests.support.world import HERE, World, make_world


def shelved(world: World, shelf: Path, distributions: list[Path]) -> World:
    tagged(world, distributions)
    for file in distributions:
        shutil.copy(file, shelf)
    return world


def test_bytes_is_met_when_the_index_serves_what_was_built(
    world: World, shelf: Path, distributions: list[Path]
) -> None:
    shelved(world, shelf, distributions)

    assert BYTES.ask(releasing(world)) == Verdict(True, "local serves the files that were built")


def test_bytes_is_met_without_an_index(repository: World) -> None:
    tagged(repository)

    assert BYTES.ask(releasing(repository)) == Verdict(True, "no index is configured")


def test_bytes_refuses_a_file_that_is_not_there(world: World, shelf: Path, distributions: list[Path]) -> None:
    shelved(world, shelf, distributions)
    sdist = distributions[1]
    (shelf / sdist.name).unlink()

    fact = f"local does not serve {sdist.name}"
    assert BYTES.ask(releasing(world)) == Verdict(False, fact, "inv status")


def test_bytes_refuses_other_bytes_under_the_right_hash(
    tmp_path: Path, rendered: Path, distributions: list[Path]
) -> None:
    """A listing is only a promise."""
    ours = {file.name: record([file]).split()[2] for file in distributions}

    def answer(request: Request) -> Answer:
        if request.path.endswith("/"):
            return Answer(200, "".join(f'<a href="/{name}#sha256={sha}">{name}</a>' for name, sha in ours.items()))
        return Answer(200, "other bytes", "application/octet-stream")

    with serving(answer) as address:
        world = make_world(tmp_path, rendered, address)
        tagged(world, distributions)
        other = tmp_path / "other"
        other.write_bytes(b"other bytes")
        wheel = distributions[0].name

        fact = f"local serves {wheel} with sha256 {record([other]).split()[2]}, the tag records {ours[wheel]}"
        assert BYTES.ask(releasing(world)) == Verdict(False, fact, "inv status")


def test_installable_is_met_when_an_installer_gets_the_version(
    world: World, shelf: Path, distributions: list[Path]
) -> None:
    shelved(world, shelf, distributions)

    assert INSTALLABLE.ask(releasing(world)) == Verdict(True, "acme==0.1.0 installs from the index and runs")


def test_installable_is_met_in_a_clone_that_has_built_nothing(
    world: World, shelf: Path, distributions: list[Path]
) -> None:
    shelved(world, shelf, distributions)
    shutil.rmtree(world.project / "dist")

    assert INSTALLABLE.ask(releasing(world)).met


def test_installable_is_met_whatever_cool_down_the_owner_uses(
    world: World, shelf: Path, distributions: list[Path]
) -> None:
    shelved(world, shelf, distributions)
    world.write("uv.toml", 'exclude-newer = "2020-01-01T00:00:00Z"\n')

    assert INSTALLABLE.ask(releasing(world, UV_EXCLUDE_NEWER="2020-01-01T00:00:00Z")).met


def test_installable_refuses_when_no_installer_gets_the_version(
    world: World, shelf: Path, distributions: list[Path]
) -> None:
    shelved(world, shelf, distributions)

    verdict = INSTALLABLE.ask(releasing(world, "99.0.0"))

    assert verdict.met is False
    assert verdict.fact.startswith(f"acme==99.0.0 from local: it does not install on Python {HERE}\nexit code 1\n")
    assert verdict.run == "nox -s build"


def test_installable_refuses_what_does_not_run_when_it_comes_from_the_index(
    world: World, shelf: Path, distributions: list[Path]
) -> None:
    world.commit(
        "smoke",
        **{
            "release.toml": 'smoke = ["python", "-c", "raise SystemExit(7)"]\n'
            + (world.project / "release.toml").read_text()
        },
    )
    shelved(world, shelf, distributions)

    assert INSTALLABLE.ask(releasing(world)) == Verdict(
        False,
        f"acme==0.1.0 from local: it does not run on Python {HERE}: python -c raise SystemExit(7)\nexit code 7",
        "nox -s tests",
    )
