"""The upload: hashes decide what is ours, and only what is missing is sent."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from release.base.errors import ReleaseError
from release.context import Context
from release.engine.step import Seen, absent, conflict, done
from release.steps.upload import upload_to
from tests.support.making import place_distributions, record, release_commit, releasing, tag, tagged
from tests.support.serving import Answer, Request, serving
from tests.support.world import World, make_world

SPENT = "inv abort --spent && inv release patch      (abandons 0.1.0; what is published stays)"


def observed(ctx: Context) -> Seen:
    return upload_to(ctx.indexes[0]).observe(ctx)


def test_it_is_to_do_without_a_tag(world: World) -> None:
    release_commit(world)

    assert observed(releasing(world)) == absent("v0.1.0 is not in this clone")


def test_it_is_to_do_while_the_index_has_nothing(world: World, distributions: list[Path]) -> None:
    tagged(world, distributions)

    assert observed(releasing(world)) == absent("0 of 2 files are on local")


def test_it_has_begun_when_the_index_has_one_of_two(world: World, shelf: Path, distributions: list[Path]) -> None:
    tagged(world, distributions)
    shutil.copy(distributions[0], shelf)

    assert observed(releasing(world)) == absent("1 of 2 files are on local", begun=True)


def test_it_is_done_when_the_index_has_every_file(world: World, shelf: Path, distributions: list[Path]) -> None:
    tagged(world, distributions)
    for file in distributions:
        shutil.copy(file, shelf)

    assert observed(releasing(world)) == done("2 files are on local")


def test_it_is_done_although_dist_is_lost(world: World, shelf: Path, distributions: list[Path]) -> None:
    tagged(world, distributions)
    shutil.rmtree(world.project / "dist")
    for file in distributions:
        shutil.copy(file, shelf)

    assert observed(releasing(world)) == done("2 files are on local")


@pytest.mark.parametrize("begun", [False, True])
def test_other_bytes_on_the_index_are_a_conflict(
    world: World, shelf: Path, distributions: list[Path], begun: bool
) -> None:
    tagged(world, distributions)
    wheel, sdist = distributions
    (shelf / sdist.name).write_bytes(b"other bytes")
    if begun:
        shutil.copy(wheel, shelf)
    theirs, ours = record([shelf / sdist.name]).split()[2], record([sdist]).split()[2]

    assert observed(releasing(world)) == conflict(
        f"{sdist.name} is on local with sha256 {theirs[:8]}.., the built file has {ours[:8]}..; "
        "an uploaded file cannot be replaced",
        SPENT,
        begun=begun,
    )


def test_a_file_that_the_release_did_not_make_is_a_conflict(
    world: World, shelf: Path, distributions: list[Path]
) -> None:
    tagged(world, distributions)
    (shelf / "acme-0.1.0-cp313-cp313-win_amd64.whl").write_bytes(b"theirs")

    assert observed(releasing(world)) == conflict(
        "local has acme-0.1.0-cp313-cp313-win_amd64.whl, which is not a file of this release", SPENT
    )


def test_a_tag_that_records_no_distributions_is_a_conflict(world: World, distributions: list[Path]) -> None:
    release_commit(world)
    place_distributions(world, distributions)
    world.git("push", "--quiet", "origin", "main", tag(world))

    assert observed(releasing(world)) == conflict(
        "the tag v0.1.0 records no distributions: another tool made it", "inv abort"
    )


def test_files_of_another_version_are_none_of_its_business(
    world: World, shelf: Path, distributions: list[Path]
) -> None:
    tagged(world, distributions)
    (shelf / "acme-0.1.0rc1.tar.gz").write_bytes(b"a candidate")
    (shelf / "acme-0.1.10.tar.gz").write_bytes(b"another one")

    assert observed(releasing(world)) == absent("0 of 2 files are on local")


def test_every_file_reaches_the_index(world: World, distributions: list[Path]) -> None:
    tagged(world, distributions)
    ctx = releasing(world)

    upload_to(ctx.indexes[0]).do(ctx)

    rows = (row.split() for row in record(distributions).splitlines()[2:])
    assert world.files() == {name: sha256 for sha256, name in rows}
    assert observed(ctx) == done("2 files are on local")


def test_only_the_missing_file_is_sent_after_a_stop_between_the_two(
    distributions: list[Path], tmp_path: Path, rendered: Path
) -> None:
    links, sent = [link(distributions[0])], []

    def answer(request: Request) -> Answer:
        if request.method == "POST":
            sent.append(uploaded(request))
            links.append(sent[-1])
        return Answer(200, "".join(links))

    with serving(answer) as address:
        world = make_world(tmp_path, rendered, address)
        tagged(world, distributions)
        ctx = releasing(world)
        upload_to(ctx.indexes[0]).do(ctx)

    assert sent == [link(distributions[1])]


def test_a_file_that_is_listed_later_is_waited_for(distributions: list[Path], tmp_path: Path, rendered: Path) -> None:
    links: list[str] = []
    looks = 0

    def answer(request: Request) -> Answer:
        nonlocal looks
        if request.method == "POST":
            links.append(uploaded(request))
            return Answer(200)
        looks += bool(links)
        return Answer(200, "".join(links) if looks > 2 else "<html></html>")

    with serving(answer) as address:
        world = make_world(tmp_path, rendered, address)
        tagged(world, distributions)
        ctx = releasing(world)
        upload_to(ctx.indexes[0]).do(ctx)

    assert len(links) == 2
    assert looks == 3


def test_files_that_are_never_listed_are_told(distributions: list[Path], tmp_path: Path, rendered: Path) -> None:
    sent: list[str] = []

    def answer(request: Request) -> Answer:
        if request.method == "POST":
            sent.append(uploaded(request))
        return Answer(200, "<html></html>")

    with serving(answer) as address:
        world = make_world(tmp_path, rendered, address)
        tagged(world, distributions)
        ctx = releasing(world)
        with pytest.raises(ReleaseError) as refusal:
            upload_to(ctx.indexes[0]).do(ctx)

    wheel, sdist = (file.name for file in distributions)
    assert str(refusal.value) == (
        "cannot see acme 0.1.0 on local\n"
        f"  why: {wheel}, {sdist} is not listed yet\n"
        "  run: the same command again, when the service answers"
    )
    assert len(sent) == 2, "nothing is sent twice while its listing is waited for"


def test_a_refused_password_says_where_to_give_another(world: World, distributions: list[Path]) -> None:
    tagged(world, distributions)
    ctx = releasing(world, TWINE_PASSWORD="not the password")

    with pytest.raises(ReleaseError) as refusal:
        upload_to(ctx.indexes[0]).do(ctx)

    assert str(refusal.value) == (
        "cannot upload acme 0.1.0 to local\n"
        "  why: it answered 403 Forbidden to ada, by the password from TWINE_PASSWORD\n"
        "  run: export TWINE_USERNAME=... TWINE_PASSWORD=...      (then the same command again)"
    )
    assert world.files() == {}


def test_it_is_a_one_way_door(world: World) -> None:
    step = upload_to(releasing(world).indexes[0])

    assert (step.one_way, step.public, step.undo) == (True, True, None)


def link(file: Path) -> str:
    """Return the row of a file in a listing."""
    return f'<a href="/{file.name}#sha256={record([file]).split()[2]}">{file.name}</a>'


def uploaded(request: Request) -> str:
    """Return the row for the file that a request of twine sends."""
    name = re.findall(rb'filename="([^"]+)"', request.body)[0].decode()
    digest = re.findall(rb'name="sha256_digest"\r\n\r\n(\w+)', request.body)[0].decode()
    return f'<a href="/{name}#sha256={digest}">{name}</a>'


def test_a_wheel_that_was_exchanged_after_the_tag_is_not_uploaded(
    world: World, shelf: Path, distributions: list[Path]
) -> None:
    commit = tagged(world, distributions)
    wheel = next(file for file in distributions if file.suffix == ".whl")
    place = world.project / "dist" / f"0.1.0-{commit[:12]}"
    (place / wheel.name).write_bytes(b"exchanged")

    with pytest.raises(ReleaseError) as refused:
        upload_to(releasing(world).indexes[0]).do(releasing(world))

    assert refused.value.what == f"cannot upload {wheel.name}"
    assert refused.value.run.startswith(f"rm -r {place.relative_to(world.project)} ")
    assert list(shelf.iterdir()) == []
