"""Images: built by a real engine from the wheel alone, run as nobody, and pushed to a registry on loopback."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from release.adapters.image_registry import image_at
from release.adapters.tools.container_engine import find_engine
from release.base.errors import ReleaseError
from release.commands.packing.image import _moves, _push_once, build_image
from release.context import Context
from release.context_loader import load_context
from tests.support.images import BASE, engine_environment, engine_here, make_base
from tests.support.lines import final
from tests.support.registry import registry
from tests.support.world import World, render

DESCRIPTION = 'x, "y", \\ {{ z }} 🙂 a=b'
LABEL = "org.opencontainers.image."


@pytest.fixture
def project(tmp_path: Path) -> World:
    """A project that is also shipped as an image, committed."""
    answers = {"kind": "container", "forge": "github", "namespace": "octo-org", "description": DESCRIPTION}
    world = World(render(tmp_path / "acme", **answers), tmp_path / "acme.git", "", tmp_path / "home")
    world.git("init", "--quiet")
    world.commit("start")
    return world


def context(world: World, **more: str) -> Context:
    return load_context(world.project, world.environment(**more), write=False)


@pytest.mark.journey
def test_an_image_holds_the_wheel_runs_as_nobody_and_is_pushed(project: World, tmp_path: Path) -> None:
    engine = engine_here()
    with registry() as pushed, TemporaryDirectory(prefix="keelway-", dir="/var/tmp") as folder:  # images are large
        place = Path(folder)
        env = engine_environment(place, engine, pushed.place)
        make_base(place, engine, env)
        (project.project / ".env").write_text("TOKEN=of-the-host\n")
        project.commit("secrets are ignored", **{".gitignore": ".env\n"})

        commit = released(project)
        writing = load_context(project.project, project.environment(**env))
        build_image(writing, BASE, f"{pushed.place}/team/acme")
        project.write("Containerfile", f"FROM {BASE}\n")
        assert refused(project, env) == "the image runs as root: Containerfile runs it as the user root"
        reference = f"{pushed.place}/team/acme:0.1.0"
        with pytest.raises(ReleaseError) as replaced:  # another image of the version
            _push_once(context(project, **env), find_engine(env, 60), "2" * 64, reference, "0.1.0")
        served = image_at(reference, {})

    assert served is not None
    assert recorded(project) == [served.digest]
    assert replaced.value.why == f"it exists with {served.digest}, which is another image; a version is never replaced"
    manifest = json.loads(pushed.manifests["team/acme:0.1.0"])
    config = json.loads(pushed.blobs[manifest["config"]["digest"]])["config"]
    assert config["User"] == "65532:65532"
    assert {name: text for name, text in config["Labels"].items() if name.startswith(LABEL)} == {
        f"{LABEL}title": "acme",
        f"{LABEL}description": DESCRIPTION,
        f"{LABEL}version": "0.1.0",
        f"{LABEL}revision": commit,
        f"{LABEL}source": "https://github.com/octo-org/acme",
        f"{LABEL}licenses": "MIT",
    }
    listed = names_in(pushed.blobs[manifest["layers"][-1]["digest"]], tmp_path)
    assert any(name.endswith("site-packages/acme/cli.py") for name in listed)
    assert [name for name in listed if "/pip" in name or name.endswith((".whl", ".env", "Containerfile"))] == []


def released(world: World) -> str:
    """Release 0.1.0 by a tag, and return its commit."""
    world.git("init", "--quiet", "--bare", world.remote, cwd=world.project)
    world.git("remote", "add", "origin", world.remote)
    return final(world, "0.1.0")


def recorded(world: World) -> list[str]:
    """Return the digests of images that the remote has records of."""
    names = [name for name in world.remote_refs() if name.startswith("refs/keelway/images/0.1.0/")]
    refs = [name for name in names if not name.endswith("^{}")]
    texts = [world.git("for-each-ref", "--format=%(contents)", ref, cwd=world.remote) for ref in refs]
    return [text.rpartition("Digest: ")[2] for text in texts]


def names_in(layer: bytes, place: Path) -> list[str]:
    (place / "layer").write_bytes(layer)
    listed = subprocess.run(["tar", "-tzf", place / "layer"], capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


def refused(world: World, env: dict[str, str], push: str = "") -> str:
    with pytest.raises(ReleaseError) as caught:
        build_image(context(world, **env), "", push)
    return f"{caught.value.what}: {caught.value.why.splitlines()[0]}"


def test_only_the_tag_of_a_released_version_stays() -> None:
    assert [_moves(f"h.org/acme:{tag}", "1.2.0") for tag in ("latest", "1.2", "1.2.0")] == [True, True, False]
    assert _moves("h.org/acme:1.2.0.dev0", "1.2.0.dev0")


def test_without_an_engine_nothing_is_begun(project: World, tmp_path: Path) -> None:
    (tmp_path / "git").symlink_to("/usr/bin/git")

    told = refused(project, {"PATH": str(tmp_path)})

    assert told == "cannot build an image: none of podman, buildah, docker is on PATH"


def test_the_first_engine_of_three_is_taken(tmp_path: Path) -> None:
    """Each is looked for by its name; what else is on PATH does not matter."""
    for name in ("docker", "buildah", "podman"):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o755)
        assert find_engine({"PATH": str(tmp_path)}, 1).name == name


def engine_that_fails(place: Path) -> dict[str, str]:
    """Return variables with an engine that can nothing, and says so."""
    place.mkdir()
    (place / "git").symlink_to("/usr/bin/git")
    (place / "docker").write_text("#!/bin/sh\necho no daemon >&2\nexit 1\n")
    (place / "docker").chmod(0o755)
    return {"PATH": str(place)}


def test_an_engine_that_fails_is_told_by_its_own_words(project: World, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError) as caught:
        build_image(context(project, **engine_that_fails(tmp_path / "bin")), "", "")

    assert str(caught.value) == (
        "cannot build the image with docker\n"
        "  why: exit code 1\n"
        "       no daemon\n"
        "  run: nox -s image -- --base REFERENCE"
    )


def test_what_is_not_committed_is_not_pushed(project: World, tmp_path: Path) -> None:
    project.write("new.txt", "new\n")

    told = refused(project, engine_that_fails(tmp_path / "bin"), push="localhost/acme")

    assert told == "cannot push an image: uncommitted changes: ?? new.txt"


def test_without_a_containerfile_there_is_no_image(project: World, tmp_path: Path) -> None:
    (project.project / "Containerfile").unlink()

    told = refused(project, engine_that_fails(tmp_path / "bin"))

    assert told == "cannot build an image: there is no Containerfile"
