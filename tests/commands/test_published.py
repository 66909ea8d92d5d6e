"""`inv published` and `inv builds`: whether all places agree on the last releases, and whether the builds do."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from release.monitoring.builds import Measure
from tests.support.world import World


def test_all_places_agree_on_a_good_release(noted: World) -> None:
    ran = noted.inv("published")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "  ok      0.1.0                               tag, local, CHANGELOG.md\n\n1 of 1 releases agree everywhere\n"
    )


def test_what_is_missing_somewhere_is_named_with_a_command(noted: World, shelf: Path) -> None:
    next(shelf.glob("*.tar.gz")).unlink()
    noted.git("tag", "--annotate", "--message", "only here", "v0.0.9", "v0.1.0^")

    ran = noted.inv("published")

    assert ran.code == 1
    assert ran.out.splitlines() == [
        "  no      0.1.0                               tag, CHANGELOG.md",
        "          local: acme-0.1.0.tar.gz is not there",
        "          run: inv verify 0.1.0",
        "  no      0.0.9                               nowhere",
        f"          tag: {noted.git('rev-parse', '--short=7', 'v0.1.0^')} here, not on origin",
        "          run: git ls-remote origin v0.0.9",
        "          local: no file of it is there",
        "          run: inv verify 0.0.9",
        "          CHANGELOG.md: has no section of it",
        "          run: git log --oneline -- CHANGELOG.md",
        "",
        "0 of 2 releases agree everywhere",
    ]
    assert [each["agrees"] for each in json.loads(noted.inv("published", "--json").out)["releases"]] == [False, False]
    assert len(noted.inv("published", "--last", "1").out.splitlines()) == 5


def test_an_index_that_does_not_answer_is_no_agreement(noted: World) -> None:
    path = noted.project / "release.toml"
    path.write_text(path.read_text().replace(noted.index, "http://127.0.0.1:9/"))

    ran = noted.inv("published")

    assert ran.code == 1
    assert "          local: not known: cannot read the index local: 127.0.0.1:9: Connection refused" in ran.out


def place(shelf: Path, version: str, size: int, files: int = 3) -> None:
    """Put a wheel and an sdist of a version onto the index, the sdist of about so many bytes."""
    with zipfile.ZipFile(shelf / f"acme-{version}-py3-none-any.whl", "w") as wheel:
        for number in range(files):
            wheel.writestr(f"acme/{number}.py", "x" * 100)
    with tarfile.open(shelf / f"acme-{version}.tar.gz", "w:gz", compresslevel=0) as sdist:
        member = tarfile.TarInfo("acme/data")
        member.size = size
        sdist.addfile(member, io.BytesIO(b"x" * size))


@pytest.mark.parametrize(("size", "files", "marked"), [(51_000, 3, []), (500_000, 9, ["sdist", "wheel", "files"])])
def test_a_build_that_is_unlike_the_ones_before_it_is_marked(
    world: World, shelf: Path, size: int, files: int, marked: list[str]
) -> None:
    for number in range(5):
        place(shelf, f"1.{number}.0", 50_000 + 500 * number)
    place(shelf, "1.5.0", size, files)

    ran = world.inv("builds")

    assert (ran.code, ran.err) == (0, "")
    rows = ran.out.splitlines()
    assert rows[0] == "acme 1.5.0 beside the releases before it"
    unusual = [row.split("  ")[1:] for row in rows if row.startswith("  warn")]
    assert len(unusual) == len(marked), ran.out
    assert all("outside of" in row for row in rows if row.startswith("  warn"))


def test_too_few_releases_mark_nothing(noted: World) -> None:
    ran = noted.inv("builds")

    assert ran.code == 0
    assert all(row.endswith("0 before it, too few to judge") for row in ran.out.splitlines()[2:])


def test_one_outlier_among_the_five_moves_the_limits_little() -> None:
    before = (100.0, 101.0, 99.0, 100.0, 900.0)

    assert not Measure("size", "bytes", 102, before).unusual
    assert Measure("size", "bytes", 200, before).unusual
