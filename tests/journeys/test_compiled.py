"""A compiled package: a wheel for each of two Pythons, or no release at all; killed, it is finished elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.faults.killing import Kill, Running
from tests.support.making import clone_of
from tests.support.world import World, make_world, render

PYTHONS = ("3.11", "3.12")


def promising(project: Path) -> None:
    """Promise a wheel for two Pythons and for one that no machine has."""
    path = project / "release.toml"
    text = path.read_text(encoding="utf-8").replace('[wheels]\nplatforms = ["this"]\n', "")
    wanted = ", ".join(f'"{python}"' for python in (*PYTHONS, "3.99"))
    path.write_text(f'{text}\n[wheels]\nplatforms = ["this"]\npythons = [{wanted}]\n', encoding="utf-8")


@pytest.mark.journey
def test_a_compiled_package_has_a_wheel_for_each_python_or_is_not_released(room: Path, index: str) -> None:
    world = make_world(room, render(room / "rendered", kind="extension"), index, promising)
    world.note()
    world.git("push", "--quiet", "origin", "main")

    refused = world.inv("release", "minor", "--yes")

    assert refused.code == 1
    assert "3.99" in refused.text
    assert not world.files()
    assert "refs/tags/v0.1.0" not in world.remote_refs()

    config = (world.project / "release.toml").read_text(encoding="utf-8")
    assert world.inv("abort", "--yes").code == 0
    world.commit("promise what can be built", **{"release.toml": config.replace(', "3.99"', "")})
    world.git("push", "--quiet", "origin", "main")
    killed = Running(world, room / "log", "release", "minor", "--yes")
    assert killed.until(lambda: "refs/tags/v0.1.0" in world.remote_refs()), killed.text()
    killed.kill(Kill.POWER)
    elsewhere = clone_of(world)
    said = elsewhere.released("minor")

    assert "acme 0.1.0 is released" in said
    wheels = [name for name in world.files() if name.endswith(".whl")]
    assert [name.split("-")[2] for name in sorted(wheels)] == ["cp311", "cp312"]
    for python in PYTHONS:
        _installs(world, room / f"with-{python}", python)


def _installs(world: World, place: Path, python: str) -> None:
    """An installer of a Python gets the wheel for it: the sdist would be built from, and is not allowed."""
    uv = (sys.executable, "-m", "uv", "--no-config", "--no-python-downloads")
    found = world.context().interpreters.where(python)
    assert world.run(*uv, "venv", "--quiet", "--python", found, place).code == 0
    words = ("--python", place / "bin" / "python", "--no-build", "--index-url", f"{world.index}simple/", "acme==0.1.0")
    installed = world.run(*uv, "pip", "install", "--quiet", *words)
    assert installed.code == 0, installed.text
    ran = world.run(place / "bin" / "python", "-I", "-c", "import acme; print(acme.is_slug('a-b'))")
    assert ran.out == "True\n", ran.text
