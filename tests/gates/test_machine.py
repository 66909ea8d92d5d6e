"""The gates of the machine: settings that send uploads elsewhere, disks that are full, clocks that are wrong."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from release.context import Context
from release.engine.gate import Severity, Verdict
from release.gates.machine import CLOCK, DISK, TOOLS, UPLOADS_ARRIVE
from tests.support.making import releasing
from tests.support.serving import Answer, serving
from tests.support.world import World


def to_pypi(world: World, **env: str) -> Context:
    """Return a context of a project that publishes to PyPI, of which only addresses are asked here."""
    world.write("release.toml", "")
    clean = {"http_proxy": "", "https_proxy": "", "HTTP_PROXY": "", "HTTPS_PROXY": "", "all_proxy": "", "ALL_PROXY": ""}
    return releasing(world, **(clean | {"PIP_INDEX_URL": "", "UV_INDEX_URL": "", "UV_DEFAULT_INDEX": ""} | env))


def test_uploads_go_where_they_are_meant_to(repository: World) -> None:
    assert UPLOADS_ARRIVE.ask(to_pypi(repository)) == Verdict(True, "no proxy, no other index")


def test_an_address_in_the_environment_stands_in_the_way(repository: World) -> None:
    verdict = UPLOADS_ARRIVE.ask(to_pypi(repository, TWINE_REPOSITORY_URL="http://127.0.0.1:9/"))

    assert verdict.fact.startswith("uploads to pypi would go to http://127.0.0.1:9/, not to http")
    assert (verdict.met, verdict.severity, verdict.run) == (False, Severity.BLOCKING, "unset TWINE_REPOSITORY_URL")


def test_a_section_of_pypirc_stands_in_the_way(repository: World) -> None:
    repository.environment()  # makes the home
    (repository.home / ".pypirc").write_text("[pypi]\nrepository = http://127.0.0.1:9/\nusername = ada\n")

    verdict = UPLOADS_ARRIVE.ask(to_pypi(repository))

    assert verdict.fact.startswith("uploads to pypi would go to http://127.0.0.1:9/, not to http")
    assert (verdict.met, verdict.severity, verdict.run) == (False, Severity.BLOCKING, "$EDITOR ~/.pypirc")


@pytest.mark.parametrize(("seconds", "met"), [("Sat, 01 Jan 2000 00:00:00 GMT", False), ("", True)])
def test_the_clock_is_compared_with_that_of_the_index(world: World, seconds: str, met: bool) -> None:
    with serving(lambda _: Answer(headers={"Date": seconds} if seconds else {})) as address:
        path = world.project / "release.toml"
        path.write_text(path.read_text().replace(world.index, address))
        verdict = CLOCK.ask(releasing(world))

    assert verdict.met is met
    if not met:
        assert "here and 2000-01-01 00:00 (UTC) on local" in verdict.fact


def test_tools_are_compared_with_what_is_held(repository: World) -> None:
    assert TOOLS.ask(releasing(repository)).met

    repository.write("constraints.txt", "twine==0.1\nuv==0.0.1 ; python_version < '3'\n# a remark\n")

    verdict = TOOLS.ask(releasing(repository))
    assert verdict.fact.startswith("twine is ") and verdict.fact.endswith(", constraints.txt has ==0.1")
    assert verdict.run == "nox -s dev && . .venv/bin/activate"


def test_a_disk_has_room(repository: World, tmp_path: Path) -> None:
    assert DISK.ask(releasing(repository)).met


@pytest.mark.parametrize(("line", "met"), [("index-url = https://example.org/simple", False), ("timeout = 9", True)])
def test_a_configuration_of_pip_that_points_elsewhere_is_found(repository: World, line: str, met: bool) -> None:
    ctx = releasing(repository)
    place = repository.home / ".config" / "pip" / "pip.conf"
    place.parent.mkdir(parents=True)
    place.write_text(f"[global]\n{line}\n")

    verdict = UPLOADS_ARRIVE.ask(ctx)

    assert verdict.met is met
    if not met:
        told = "sets index-url: pip uses another index or a proxy"
        assert (verdict.fact, verdict.run) == (f"{place} {told}", f"$EDITOR {place}")


def test_a_temporary_folder_without_room_is_named(repository: World, monkeypatch: pytest.MonkeyPatch) -> None:
    full, root = Path("/proc"), releasing(repository)  # the system says that nothing is free there
    monkeypatch.setattr(tempfile, "tempdir", str(full))

    verdict = DISK.ask(root)

    assert (verdict.met, verdict.fact) == (False, "0.0 GB are free in /proc; builds need 0.5 GB")
    assert verdict.run == "df -h /proc      (or export TMPDIR=...)"
