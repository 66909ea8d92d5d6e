"""How a project that was there before is recognised: by git, and by what lies there."""

from __future__ import annotations

from pathlib import Path

import pytest

from release.template.project_detection import Layout
from tests.support.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty repository with a commit."""
    world = World(tmp_path / "acme", tmp_path / "acme.git", "", tmp_path / "home")
    world.project.mkdir()
    world.git("init", "--quiet")
    world.commit("start")
    return world


def found(world: World, backend: str = "") -> Layout:
    """Return the layout of the world's project, whose pyproject.toml says nothing but the build backend."""
    from release.adapters.git.git_repository import Git

    table = {"build-system": {"build-backend": backend}} if backend else {}
    return Layout(world.project, table, Git(world.project, world.environment()))


@pytest.mark.parametrize(
    ("backend", "files", "compiles"),
    [
        ("setuptools.build_meta", {"setup.py": "setup(ext_modules=[Extension('a', ['a.c'])])"}, True),
        ("setuptools.build_meta", {"setup.py": "setup(packages=['a'])"}, False),
        ("setuptools.build_meta", {"pyproject.toml": "[tool.setuptools]\next-modules = [{}]\n"}, True),
        ("setuptools.build_meta", {"pyproject.toml": "[tool.setuptools]\n"}, False),
        ("mesonpy", {"meson.build": "subdir('src')", "src/meson.build": "py.extension_module('a', 'a.c')"}, True),
        ("mesonpy", {"meson.build": "py.install_sources('a.py')"}, False),
        ("maturin", {"pyproject.toml": "[build-system]\n"}, True),
        ("scikit_build_core.build", {"pyproject.toml": "[build-system]\n"}, True),
        ("hatchling.build", {"pyproject.toml": "[tool.hatch.build.targets.wheel.hooks.mypyc]\n"}, True),
        ("hatchling.build", {"pyproject.toml": "[tool.hatch.build.hooks.vcs]\n"}, False),
        ("poetry.core.masonry.api", {"pyproject.toml": '[tool.poetry.build]\nscript = "build.py"\n'}, True),
        ("flit_core.buildapi", {"pyproject.toml": "[build-system]\n"}, False),
    ],
)
def test_what_compiles_modules_is_recognised(world: World, backend: str, files: dict[str, str], compiles: bool) -> None:
    world.commit("files", **files)

    assert found(world, backend).compiles() is compiles


def test_a_changelog_is_known_by_its_sections(world: World) -> None:
    """docs/versions.rst is more-itertools', docs/versionhistory.rst anyio's, whose headings are bold words."""
    bold = "Version history\n===============\n\n**1.2.0**\n\n- Two\n"
    world.commit("bold", **{"docs/versionhistory.rst": bold, "docs/versions.py": "", "releases.md": "# Releases\n"})
    unread = found(world).changelog(), found(world).unread_changelogs()
    lined = "===============\nVersion History\n===============\n\n1.2.0\n-----\n\n- Two\n"
    world.commit("lined", **{"docs/versions.rst": lined})

    assert unread == (None, ["releases.md", "docs/versionhistory.rst"])
    assert (found(world).changelog(), found(world).unread_changelogs()) == ("docs/versions.rst", [])


def test_without_a_remote_no_forge_is_known(world: World) -> None:
    layout = found(world)

    assert (layout.remotes(), layout.address(), layout.place(), layout.guessed_place()) == ([], "", None, None)


def test_the_remotes_address_says_which_forge(world: World) -> None:
    world.write(".gitlab-ci.yml", "x: 1\n")
    world.git("remote", "add", "upstream", "git@github.com:octo/acme.git")

    place = found(world).place()

    assert place is not None
    assert (place.kind, place.project) == ("github", "octo/acme")
    assert found(world).guessed_place() is None


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (".gitlab-ci.yml", "gitlab"),
        (".gitea/workflows/x.yml", "gitea"),
        (".forgejo/workflows/x.yml", "gitea"),
    ],
)
def test_where_the_address_does_not_say_it_the_only_ci_does(world: World, path: str, kind: str) -> None:
    world.git("remote", "add", "origin", "https://code.example.org/team/acme.git")
    assert found(world).guessed_place() is None
    world.write(path, "x: 1\n")

    place = found(world).guessed_place()

    assert found(world).place() is None
    assert place is not None
    assert (place.kind, place.project, place.home) == (kind, "team/acme", "https://code.example.org")
    world.write(".github/workflows/y.yml", "x: 1\n")
    assert found(world).guessed_place() is None


def test_workflows_that_several_forges_run_tell_nothing(world: World) -> None:
    world.git("remote", "add", "origin", "https://code.example.org/team/acme.git")
    world.write(".github/workflows/x.yml", "x: 1\n")

    assert found(world).guessed_place() is None
    assert found(world).pipelines() == [".github/workflows"]


def test_a_remote_on_disk_is_on_no_forge(world: World) -> None:
    world.write(".gitlab-ci.yml", "x: 1\n")
    world.git("remote", "add", "origin", world.remote)

    assert found(world).guessed_place() is None


@pytest.mark.parametrize("head", [True, False], ids=["the remote has a HEAD", "the remote's HEAD is of no branch"])
@pytest.mark.parametrize("main", ["main", "trunk"])
def test_a_topic_branch_is_not_the_one_that_gives_releases(world: World, main: str, head: bool) -> None:
    """The clone was made by `git init`: it has no refs/remotes/origin/HEAD."""
    world.git("init", "--quiet", "--bare", f"--initial-branch={main if head else 'gone'}", str(world.remote))
    world.git("branch", "--move", main)
    world.git("remote", "add", "origin", str(world.remote))
    world.git("switch", "--quiet", "--create", "adopt-it")
    world.git("push", "--quiet", "--set-upstream", "origin", main, "adopt-it")

    assert found(world).branch() == (main if head or main == "main" else "adopt-it")


def test_the_remotes_choice_may_have_slashes(world: World) -> None:
    world.git("init", "--quiet", "--bare", "--initial-branch=dev/next", str(world.remote))
    world.git("remote", "add", "my/fork", str(world.remote))
    world.git("push", "--quiet", "my/fork", "HEAD:dev/next")
    world.git("remote", "set-head", "my/fork", "dev/next")

    assert found(world).branch() == "dev/next"
