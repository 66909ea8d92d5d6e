"""The ways of a release where the release process is installed: by an address over http, by a version from an index."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.version import Version

from tests.faults.killing import Kill, Running
from tests.faults.worlds import elsewhere
from tests.support.git_server import git_server
from tests.support.installed import render_installed, requirement, template_repository
from tests.support.layouts import LAYOUTS, plant
from tests.support.owner import Owner, succeeded
from tests.support.world import CONFIG, HERE, REPOSITORY, World, make_world
from tests.template.test_adoption import check, configure, mending

pytestmark = pytest.mark.journey


def first_commit(project: Path, index: str) -> Owner:
    """Do the first lines of the README in a rendered project."""
    world = World(project, project.parent / "acme.git", index, project.parent / "home")
    world.git("init", "--quiet", "--bare", world.remote, cwd=project.parent)
    owner = Owner(world)
    for words in ("init --quiet --initial-branch=main", "add --all", "commit --quiet --message=start"):
        owner.types("git", *words.split())
    owner.types("git", "remote", "add", "origin", world.remote)
    owner.types("git", "push", "--quiet", "--set-upstream", "origin", "main")
    return owner


def test_a_small_project_is_green_and_released(room: Path, index: str) -> None:
    """Day one, with an address over http."""
    template = template_repository(room)
    template.git("clone", "--quiet", "--bare", template.project, room / "served/keelway.git")
    with git_server(room / "served") as server:
        project = render_installed(
            f"git+{server.address}keelway.git", room / "acme", {"index": index, "python_min": "3.11"}
        )
        assert requirement(project).startswith(f"keelway @ git+{server.address}keelway.git@")
        assert len([path for path in project.rglob("*") if path.is_file()]) <= 25
        owner = first_commit(project, index)
        path = project / "release.toml"
        path.write_text(f'python = ["{HERE}"]\n' + path.read_text())
        owner.types("git", "commit", "--quiet", "--all", "--message=one Python")

        assert succeeded(owner.types("nox", "-s", "lint", "types", f"tests-{HERE}")) == [
            "lint",
            "types",
            f"tests-{HERE}",
        ]
        owner.types("nox", "-s", "dev")
        owner.types("inv", "note", "feature", "Add the first thing")
        owner.types("nox", "-s", "release", "--", "minor", "--yes")
        status = json.loads(owner.types("inv", "status", "--json"))
        assert (status["release"], status["complete"]) == ("0.1.0", True)
        assert "the release process: keelway 0.3.0 (git+" in owner.types("inv", "doctor")
        tag = owner.world.git("tag", "--list", "--format=%(contents)", "v0.1.0")
        assert f"\nEngine: keelway 0.3.0 (git+{server.address}keelway.git@" in tag
        assert owner.changes() == ""


def itself(place: Path, index: str) -> World:
    """Return this repository as its working tree is, with a remote and an index; its own tests are left out."""
    world = World(place / "keelway", place / "keelway.git", index, place / "home")
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    for name in filter(None, listing.stdout.split("\0")):
        if (REPOSITORY / name).exists():
            (world.project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, world.project / name, follow_symlinks=False)
    path = world.project / "release.toml"
    asked = CONFIG.replace('[[gates]]\nname = "reproducible"\nseverity = "off"\n', "").format(upload=index)
    path.write_text(path.read_text(encoding="utf-8").replace("index = []\n", "") + asked, encoding="utf-8")
    world.git("init", "--quiet")
    world.git("init", "--quiet", "--bare", world.remote, cwd=place)
    world.commit("start")
    world.git("remote", "add", "origin", world.remote)
    world.git("push", "--quiet", "--set-upstream", "origin", "main")
    return world


def test_this_repository_releases_itself_to_an_index_and_a_project_takes_it_from_there(
    room: Path, index: str, shelf: Path
) -> None:
    keelway = itself(room / "itself", index)
    table = tomllib.loads((keelway.project / "pyproject.toml").read_text(encoding="utf-8"))
    version = Version(table["project"]["version"]).base_version

    ran = keelway.run(sys.executable, "-m", "invoke", "release", version, "--yes", "--verbose")

    assert ran.code == 0, ran.text
    assert re.search(r"ok +reproducible +built twice, byte for byte the same", ran.out), ran.text
    names = {f"keelway-{version}{end}" for end in ("-py3-none-any.whl", ".tar.gz")}
    assert {path.name for path in shelf.iterdir()} == names
    answers = {"index": index, "engine": "installed-by-version"}
    project = render_installed(keelway.project, room / "acme", answers, f"v{version}")
    assert requirement(project) == f"keelway=={version} ; python_version >= '3.11'"
    owner = first_commit(project, index)

    text = owner.types("nox", "-s", "preflight", "--", "--help", UV_INDEX=f"{index}simple/")

    assert "inv[oke] [--core-opts] preflight" in text
    ours = (
        project / f".nox/preflight-{HERE}"
        if (project / f".nox/preflight-{HERE}").exists()
        else project / ".nox/preflight"
    )
    told = subprocess.run([ours / "bin/inv", "version"], cwd=project, capture_output=True, text=True, check=True)
    assert told.stdout == f"acme 0.1.0.dev0\nreleased by keelway {version}\n"


def test_a_project_that_was_there_adopts_it_and_is_released(room: Path, index: str) -> None:
    """Nothing of it is in the repository but what names it: not in a noxfile of the owner's either."""
    template = template_repository(room)
    layout = LAYOUTS["uv_build, src, noxfile and tasks of its own"]
    world = plant(layout, room, index)
    owner = Owner(world)
    render_installed(template.project, world.project, {"kind": "existing"})
    owner.types("nox", "-f", "release-noxfile.py", "-s", "adopt", "--", "--yes")
    added = set(world.git("status", "--porcelain", "-uall").replace("?? ", "").split("\n"))
    assert {each for each in added if "release" in each} == {
        "release.toml",
        "release-constraints.py",
        "release-noxfile.py",
    }
    assert (
        (world.project / "noxfile.py")
        .read_text()
        .endswith('\n# ---- For the release process. ----\n__import__("runpy").run_path("release-noxfile.py")\n')
    )
    told = owner.world.run(
        sys.executable, "-m", "ruff", "check", "--select=ALL", "--ignore=PGH004", "--no-cache", "."
    ).text
    assert "release-" not in told, told
    configure(world)
    before = world.commit("adopt")
    owner.types("nox", "-s", "inv", "--", "note", mending(world), "It says hello")
    owner.types("git", "push", "--quiet", "origin", layout.branch)

    owner.types("nox", "-s", "release", "--", "patch", "--yes")

    assert "released by keelway 0.3.0 (git+file:" in owner.types("nox", "-s", "inv", "--", "version")
    check(world, layout, world.git("rev-parse", f"{before}^{{commit}}"))


@pytest.fixture
def installed(tmp_path: Path, rendered_installed: Path, index: str) -> World:
    """A world whose project installs the release process."""
    (tmp_path / "engine").symlink_to(rendered_installed.parent / "engine")
    return make_world(tmp_path, rendered_installed, index)


def test_a_killed_release_is_finished_in_a_fresh_clone(installed: World, tmp_path: Path) -> None:
    installed.note()
    installed.git("push", "--quiet", "origin", "main")
    running = Running(installed, tmp_path / "log")
    assert running.until((installed.remote / "refs/tags/v0.1.0").exists), running.text()
    running.kill(Kill.POWER)

    fresh = elsewhere(installed)
    ended = fresh.inv("release", "--yes")

    assert ended.code == 0, ended.text
    assert len(installed.files()) == 2
    assert "\nEngine: keelway 0.3.0 (git+file:" in fresh.git("tag", "--list", "--format=%(contents)", "v0.1.0")
    assert fresh.remote_refs()["refs/heads/main"] == fresh.git("rev-parse", "HEAD")
