"""The packaging tools, each by its own command line, in a rendered project."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from release.adapters.tools.packaging_tools import Tools
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from tests.support.world import HERE, World


def tools(world: World, timeout: float = 120.0, **more: str) -> Tools:
    return Tools(world.project, world.environment(**more), timeout)


@pytest.mark.parametrize(
    "version", ["0.1.0", "0.1.0a1", "0.1.0b2", "0.1.0rc12", "0.2.0.dev0", "1.0.0.post1", "10.20.30"]
)
def test_every_form_of_a_version_is_written(repository: World, version: str) -> None:
    tools(repository).bump(repository.project, version)

    assert f'\nversion = "{version}"\n' in (repository.project / "pyproject.toml").read_text(encoding="utf-8")
    assert repository.git("status", "--porcelain") == "M pyproject.toml"
    assert repository.git("tag", "--list") == ""


def test_versions_follow_each_other(repository: World) -> None:
    for version in ("0.1.0rc1", "0.1.0rc2", "0.1.0", "0.2.0.dev0", "0.1.1"):
        tools(repository).bump(repository.project, version)

        assert f'\nversion = "{version}"\n' in (repository.project / "pyproject.toml").read_text(encoding="utf-8")


def test_a_project_that_bump_my_version_cannot_read_is_told(repository: World) -> None:
    path = repository.project / "pyproject.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("parse = '", "parse = '(?P<x>"), encoding="utf-8")

    with pytest.raises(CommandFailed) as refusal:
        tools(repository).bump(repository.project, "0.1.0")

    assert refusal.value.what.startswith("command failed: bumpversion bump --new-version 0.1.0 ")


def test_notes_are_drafted_and_written(repository: World) -> None:
    repository.note("feature", "Something new")
    repository.note("fix", "Something mended")

    draft = tools(repository).draft_notes(repository.project, "0.1.0")
    tools(repository).write_notes(repository.project, "0.1.0")

    assert [line for line in draft.splitlines() if line][1:] == [
        "### Features",
        "- Something new",
        "### Fixes",
        "- Something mended",
    ]
    assert draft in (repository.project / "CHANGELOG.md").read_text(encoding="utf-8")
    assert [path.name for path in (repository.project / "changelog.d").iterdir()] == [".gitignore"]
    assert repository.git("diff", "--cached", "--name-only") == ""  # bump-my-version writes at the same time


def test_a_fragment_is_created_and_numbered_when_its_name_is_taken(repository: World) -> None:
    text = 'With "quotes", ünïcode ☕\nand two lines'

    first, second = (tools(repository).create_fragment(repository.project, "12.fix.md", text) for _ in range(2))

    assert [path.relative_to(repository.project).as_posix() for path in (first, second)] == [
        "changelog.d/12.fix.md",
        "changelog.d/12.fix.1.md",
    ]
    assert first.read_text(encoding="utf-8").strip() == text


def test_tools_that_were_loaded_ahead_are_the_ones_that_run(repository: World) -> None:
    repository.note()
    ahead = tools(repository)
    ahead.load("towncrier", "towncrier", "bumpversion")

    draft = ahead.draft_notes(repository.project, "0.1.0")
    ahead.bump(repository.project, "0.1.0")
    ahead.close()

    assert "- Something new" in draft
    assert ahead.draft_notes(repository.project, "0.1.0") == draft, "after the end it starts another"


def built(world: World, into: Path, epoch: int = 1_700_000_000) -> dict[str, str]:
    tools(world).build(world.project, into, epoch)
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in into.iterdir()
        if not path.name.startswith(".")
    }


def test_distributions_are_the_same_bytes_for_the_same_time(repository: World, tmp_path: Path) -> None:
    first = built(repository, tmp_path / "first")
    for path in (repository.project / "src").rglob("*.py"):
        path.touch()

    assert sorted(first) == ["acme-0.1.0.dev0-py3-none-any.whl", "acme-0.1.0.dev0.tar.gz"]
    assert built(repository, tmp_path / "with space") == first
    assert built(repository, tmp_path / "later", 1_800_000_000) != first


def test_a_build_that_fails_is_told(repository: World, tmp_path: Path) -> None:
    path = repository.project / "pyproject.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('readme = "README.md"', 'readme = "GONE.md"'))

    with pytest.raises(CommandFailed) as refusal:
        built(repository, tmp_path / "out")

    assert refusal.value.what.startswith("command failed: build ")
    assert "GONE.md" in refusal.value.why
    assert refusal.value.run == "nox -s build"


def test_a_build_requirement_that_cannot_be_had_is_told(repository: World, tmp_path: Path) -> None:
    path = repository.project / "pyproject.toml"
    needs = "acme-does-not-exist @ file:///nowhere/acme_does_not_exist-1-py3-none-any.whl"
    path.write_text(path.read_text(encoding="utf-8").replace('requires = ["hatchling"]', f'requires = ["{needs}"]'))

    with pytest.raises(CommandFailed):
        built(repository, tmp_path / "out")


@pytest.mark.parametrize("name", ["acme tools", "acme ☕"])
def test_a_project_is_built_wherever_it_lies(repository: World, tmp_path: Path, name: str) -> None:
    """Its constraints.txt, too, lies there; uv reads addresses of such files up to the next space."""
    repository.project.rename(tmp_path / name)
    moved = World(tmp_path / name, repository.remote, "", repository.home)

    assert len(built(moved, tmp_path / "out")) == 2


def test_uv_is_apart_from_the_settings_of_the_project(repository: World, tmp_path: Path) -> None:
    repository.write("uv.toml", "this is = no setting\n")
    repository.write("constraints.txt", "this is no constraint\n")
    constraints = str(repository.project / "constraints.txt")
    apart = tools(repository, UV_CONSTRAINT=constraints, UV_EXCLUDE_NEWER="no date")

    completed = apart.uv("venv", "--python", HERE, tmp_path / "venv", cwd=repository.project)

    assert completed.code == 0, completed.err


def test_a_command_of_an_environment_is_found_in_it(repository: World, tmp_path: Path) -> None:
    place = tmp_path / "venv"
    made = tools(repository).uv("venv", "--python", HERE, place, cwd=tmp_path)
    assert made.code == 0, made.err
    command = place / "bin" / "acme-command"
    command.write_text("#!/bin/sh\necho of the environment\n")
    command.chmod(0o755)

    shown = tools(repository).python(
        place / "bin" / "python", "python", "-c", "import sys; print(sys.prefix)", cwd=tmp_path
    )
    called = tools(repository).python(place / "bin" / "python", "acme-command", cwd=tmp_path)

    assert shown.out.strip() == str(place)
    assert called.out == "of the environment\n"


def test_a_smoke_command_that_is_not_installed_is_told(repository: World, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError) as refusal:
        tools(repository).python(tmp_path / "bin" / "python", "acme-does-not-exist", cwd=tmp_path)

    assert refusal.value.what == "cannot run acme-does-not-exist"


def test_a_command_of_the_owner_gets_its_words_as_they_are(repository: World) -> None:
    words = ["python", "-c", "import json, sys; print(json.dumps(sys.argv[1:]))", "$HOME", "a b", "`ls`"]

    assert json.loads(tools(repository).command(words, repository.project).out) == ["$HOME", "a b", "`ls`"]
