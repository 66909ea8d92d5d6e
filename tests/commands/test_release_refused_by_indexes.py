"""An index that has the version, does not take it or does not answer stops a release, which says what to run."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.making import ready, tagged
from tests.support.refusing import paste, refusal, without_run
from tests.support.serving import Answer, Request, serving
from tests.support.world import World, make_world


def test_a_version_that_the_index_has_already_is_refused(world: World, shelf: Path, distributions: list[Path]) -> None:
    ready(world)
    sdist = distributions[-1]
    (shelf / sdist.name).write_bytes(b"other bytes")
    served = world.files()

    assert refusal(world) == (
        "cannot release: version free\n"
        "  why: local has acme-0.1.0.tar.gz; an uploaded file cannot be replaced\n"
        "  run: inv release 0.2.0"
    )
    assert world.files() == served


def test_a_version_that_is_burned_on_the_index_is_refused(
    tmp_path: Path, rendered: Path, distributions: list[Path]
) -> None:
    """PyPI never takes a file name again that was deleted, and says so only to the upload."""
    links: list[str] = []

    def answer(request: Request) -> Answer:
        if request.method == "GET":
            known = request.path == "/simple/" or links
            return Answer(200, "<br>".join(links)) if known else Answer(404)
        name = re.findall(rb'filename="([^"]+)"', request.body)[0].decode()
        digest = re.findall(rb'name="sha256_digest"\r\n\r\n(\w+)', request.body)[0].decode()
        if "-0.1.0" in name:
            return Answer(400, reason="This filename has already been used, use a different version.")
        links.append(f'<a href="/files/{name}#sha256={digest}">{name}</a>')
        return Answer(200)

    with serving(answer) as address:
        world = make_world(tmp_path, rendered, address, unchecked)
        ready(world)
        tagged(world, distributions)

        message = refusal(world)

        assert without_run(message) == (
            "cannot upload acme 0.1.0 to local\n"
            "  why: it answered 400 This filename has already been used, use a different version."
        )
        paste(world, message)
        assert len(links) == 2


def unchecked(project: Path) -> None:
    """Let the releases of a project go without the proofs that need more of an index than its listing."""
    path = project / "release.toml"
    path.write_text("check = false\nverify = false\n" + path.read_text(encoding="utf-8"), encoding="utf-8")


def test_a_wrong_password_is_refused_and_the_right_one_finishes(world: World, distributions: list[Path]) -> None:
    ready(world)
    tagged(world, distributions)

    message = refusal(world, TWINE_PASSWORD="not the password")

    assert message == (
        "cannot upload acme 0.1.0 to local\n"
        "  why: it answered 403 Forbidden to ada, by the password from TWINE_PASSWORD\n"
        "  run: export TWINE_USERNAME=... TWINE_PASSWORD=...      (then the same command again)"
    )
    assert world.files() == {}
    world.released("minor")


def test_an_address_without_an_index_is_refused(tmp_path: Path, rendered: Path) -> None:
    with serving(lambda _: Answer(404)) as address:
        world = ready(make_world(tmp_path, rendered, address))

        assert refusal(world) == (
            "cannot release: version free\n"
            "  why: could not run: cannot read the index local: "
            f"{address}simple/ answered 404; there is no simple API\n"
            "  run: $EDITOR release.toml"
        )


def test_an_index_that_does_not_answer_is_refused(tmp_path: Path, rendered: Path) -> None:
    with serving(lambda _: Answer(404)) as address:
        pass
    world = ready(make_world(tmp_path, rendered, address))

    assert refusal(world) == (
        "cannot release: version free\n"
        "  why: could not run: cannot read the index local: "
        f"{address.split('/')[2]}: Connection refused\n"
        "  run: the same command again, when the service answers"
    )


def test_an_index_that_nobody_knows_is_refused(repository: World) -> None:
    ready(repository)
    repository.commit("an index", **{"release.toml": '[[index]]\nname = "house"\n'})

    assert refusal(repository) == (
        "cannot release: version free\n"
        "  why: could not run: cannot read the index house: "
        "release.toml does not say where installers read it (simple)\n"
        "  run: $EDITOR release.toml"
    )
