"""What an index answers, and what a tag names, in spite of which `inv verify` would call a release proven."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from release.current_release import of_version
from release.values.version_numbers import parse_version
from release.verification import index_claims, tag_claims
from release.verification.claims import Claim, Proof, Subject, subject_of
from tests.forgeries.forging import EVIL, tag_object
from tests.support.lines import here, released
from tests.support.making import set_version, tagged, told
from tests.support.serving import Answer, Request, serving
from tests.support.world import World

JSON = "application/vnd.pypi.simple.v1+json"
EVIL_FILE = "evil"
EVIL_SHA = hashlib.sha256(EVIL_FILE.encode()).hexdigest()
Row = dict[str, Any]


@contextmanager
def listing(world: World, rows: list[Row], blobs: dict[str, bytes]) -> Iterator[None]:
    """Let an index list these rows as JSON, and serve these bytes."""

    def answer(request: Request) -> Answer:
        if request.path.startswith("/simple/"):
            meta = {"meta": {"api-version": "1.1"}, "name": "acme", "versions": ["0.1.0"], "files": rows}
            return Answer(200, json.dumps(meta), JSON)
        found = blobs.get(request.path)
        return Answer(404) if found is None else Answer(200, found, "application/octet-stream")

    path = world.project / "release.toml"
    before = path.read_text(encoding="utf-8")
    with serving(answer) as address:
        path.write_text(re.sub(r'simple = ".*"', f'simple = "{address}simple/"', before), encoding="utf-8")
        yield
    path.write_text(before, encoding="utf-8")


def subject(world: World, version: str = "0.1.0") -> Subject:
    return subject_of(of_version(here(world, write=False), parse_version(version)))


def row(file: Path, **more: object) -> Row:
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    return {"filename": file.name, "url": f"/files/{file.name}", "hashes": {"sha256": sha256}} | more


def extra(name: str) -> Row:
    return {"filename": name, "url": "/files/evil", "hashes": {"sha256": EVIL_SHA}}


def forms(wheel: Path, sdist: Path) -> Iterator[tuple[str, list[Row], dict[str, bytes]]]:
    """Yield what an index can list: (what is forged, the rows, {path: bytes})."""
    good, blobs = [row(wheel), row(sdist)], {f"/files/{each.name}": each.read_bytes() for each in (wheel, sdist)}
    blobs["/files/evil"] = EVIL_FILE.encode()
    twin = {**row(wheel), "url": "/files/evil", "hashes": {"sha256": EVIL_SHA}}
    yield "another file of the same name before it", [twin, *good], blobs
    yield "another file of the same name after it", [*good, twin], blobs
    for name in (
        "acme-0.1.0-1-py3-none-any.whl",
        "acme-0.1.0.tar.xz",
        "acme-0.1.0.zip",
        "Acme-0.1.0.tar.gz",
        "acme-0.1-py3-none-any.whl",
        "acme-0!0.1.0.tar.gz",
        "acme-0.1.0+1.tar.gz",  # which ==0.1.0 means, too, and which is higher
        "acme-0.1.0-py3-none-/../../any.whl",
        "acme-0.1.0-\x1b[2J-none-any.whl",
        "acme-0.1.0-\u202e-none-any.whl",
    ):
        yield f"one more: {name!r}", [*good, extra(name)], blobs
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(next(name for name in archive.namelist() if name.endswith("/METADATA")))
    apart = {f"/files/{wheel.name}.metadata": text.replace(b"Name: acme\n", b"Name: acme\nRequires-Dist: evil\n")}
    for key, value in (("core-metadata", True), ("core-metadata", {"sha256": EVIL_SHA}), ("dist-info-metadata", True)):
        yield f"other metadata, by {key}", [row(wheel, **{key: value}), row(sdist)], blobs | apart
    yield "a Python that nobody has", [row(wheel, **{"requires-python": ">=99"}), row(sdist)], blobs
    yield "other bytes", good, blobs | {f"/files/{wheel.name}": b"evil"}
    yield "another hash", [row(wheel, hashes={"sha256": EVIL_SHA}), row(sdist)], blobs


def test_an_index_that_lets_installers_have_something_else_is_wrong(world: World, distributions: list[Path]) -> None:
    tagged(world, distributions)
    wheel, sdist = distributions
    proven = []
    for form, rows, blobs in forms(wheel, sdist):
        with listing(world, rows, blobs):
            files = index_claims.claims(subject(world), world.home / "fetched")[0]
        proven += [] if files.standing is Proof.WRONG else [f"{form}: {files}"]
    assert proven == []

    same = {f"/files/{each.name}": each.read_bytes() for each in distributions}
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(next(name for name in archive.namelist() if name.endswith("/METADATA")))
    rows = [row(wheel, **{"core-metadata": True, "requires-python": ">= 3.10"}), row(sdist), row(sdist)]
    with listing(world, rows, same | {f"/files/{wheel.name}.metadata": metadata}):
        assert index_claims.claims(subject(world), world.home / "fetched")[0].standing is Proof.PROVEN


def begins(world: World, version: str = "0.2.0", files: Mapping[str, str] = {}, *, notes: bool = True) -> str:
    set_version(world, version)
    if notes:
        told(world, version)
    return world.commit("Release acme 0.2.0\n\nRelease: 0.2.0", **files)


def _code_in_the_release_commit(world: World) -> None:
    begins(world, files=EVIL)


def _another_version(world: World) -> None:
    begins(world, version="0.3.0")


def _no_notes(world: World) -> None:
    begins(world, notes=False)


def _empty(world: World) -> None:
    world.commit("Release acme 0.2.0\n\nRelease: 0.2.0")


def _the_merge_of_code(world: World) -> None:
    before, evil = world.git("rev-parse", "HEAD"), world.commit("evil", **EVIL)
    tree = world.git("rev-parse", f"{begins(world)}^{{tree}}")
    message = "Release acme 0.2.0\n\nRelease: 0.2.0"
    world.git("reset", "--quiet", "--hard", world.git("commit-tree", "-p", before, "-p", evil, "-m", message, tree))


def _a_mode(world: World) -> None:
    (world.project / "README.md").chmod(0o755)
    begins(world)


COMMITS: tuple[Callable[[World], None], ...] = (
    _code_in_the_release_commit,
    _another_version,
    _no_notes,
    _empty,
    _the_merge_of_code,
    _a_mode,
)


def claim(world: World, what: str) -> Claim:
    return next(each for each in tag_claims.claims(subject(world, "0.2.0")) if each.what == what)


def test_a_release_commit_with_more_than_version_and_notes_is_wrong(repository: World) -> None:
    """Whoever approved has seen the commit before it."""
    start = released(repository).git("rev-parse", "HEAD")
    proven = []
    for form in COMMITS:
        form(repository)
        repository.git("tag", "--force", "--annotate", "--message", "acme 0.2.0", "v0.2.0")
        repository.git("push", "--quiet", "--force", "origin", "HEAD:main", "v0.2.0")
        found = claim(repository, "commit")
        proven += [] if found.standing is Proof.WRONG else [f"{form.__name__}: {found}"]
        repository.git("reset", "--quiet", "--hard", start)
    assert proven == []


@pytest.mark.parametrize("at", [10**14, 10**30, -1])
def test_a_tag_of_no_time_is_judged_all_the_same(repository: World, at: int) -> None:
    released(repository)
    commit = begins(repository)
    repository.git("push", "--quiet", "origin", "HEAD:main")
    tag_object(repository, "refs/tags/v0.2.0", "v0.2.0", commit, "acme 0.2.0", ("Ada", "ada@example.org"), at=at)

    assert claim(repository, "commit").standing is Proof.PROVEN
