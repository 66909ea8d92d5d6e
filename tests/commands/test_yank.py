"""Yanking: told how, waited for until the index shows it, and told in the next notes, once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.serving import Answer, Request, serving
from tests.support.traces import traces
from tests.support.world import World, make_world

JSON = "application/vnd.pypi.simple.v1+json"


def showing(yanked: Callable[[], bool]) -> Callable[[Request], Answer]:
    """Return the answers of an index that has acme 0.1.0 (https://peps.python.org/pep-0691/)."""

    def answer(request: Request) -> Answer:
        if request.path != "/simple/acme/":
            return Answer(404)
        mark: object = "broken" if yanked() else False
        file = {"filename": "acme-0.1.0.tar.gz", "url": "/acme-0.1.0.tar.gz", "hashes": {"sha256": "0" * 64}}
        page = {"meta": {"api-version": "1.1"}, "name": "acme", "files": [file | {"yanked": mark}]}
        return Answer(200, json.dumps(page), JSON)

    return answer


def after(looks: int) -> Callable[[], bool]:
    """Return what is true when it was asked that often, as a page that a person changes meanwhile."""
    count = 0

    def yanked() -> bool:
        nonlocal count
        count += 1
        return count > looks

    return yanked


def notice(world: World) -> str:
    return (world.project / "changelog.d" / "+yanked-0.1.0.fix.md").read_text()


def test_a_person_is_told_how_and_the_index_is_waited_for(tmp_path: Path, rendered: Path) -> None:
    with serving(showing(after(3))) as address:
        world = make_world(tmp_path, rendered, address)

        ran = world.inv("yank", "0.1.0", "--reason", "it deletes files.")

    assert (ran.code, ran.err) == (0, ""), ran.text
    assert ran.out.splitlines() == [
        "release.toml has no command that yanks on local (yank in [[index]]); do it by hand:",
        f"  1. log in at {address}, or ask its administrators",
        "  2. have acme 0.1.0 yanked there (PEP 592), for the reason: it deletes files.",
        "waiting up to 600 s until local shows it; Ctrl-C stops, the same command continues",
        "  done    yank on local                       local shows 0.1.0 as yanked",
        "  done    write the notice                    "
        "changelog.d/+yanked-0.1.0.fix.md is committed; the notes of the next release mention it",
    ]
    assert notice(world) == "0.1.0 was yanked: it deletes files.\n"
    assert world.git("log", "-1", "--format=%s") == "note: 0.1.0 was yanked"
    assert world.git("status", "--porcelain") == ""


def test_a_yank_that_was_done_by_then_is_only_told(tmp_path: Path, rendered: Path) -> None:
    with serving(showing(after(0))) as address:
        world = make_world(tmp_path, rendered, address)
        assert world.inv("yank", "0.1.0", "--reason", "broken").code == 0
        head = world.git("rev-parse", "HEAD")

        ran = world.inv("yank", "0.1.0", "--reason", "broken")

    assert (ran.code, ran.out.splitlines()) == (
        0,
        [
            "  done    yank on local                       local shows 0.1.0 as yanked",
            "  done    write the notice                    the notes already mention it",
        ],
    )
    assert world.git("rev-parse", "HEAD") == head


def test_a_notice_that_a_changelog_has_is_not_written_again(tmp_path: Path, rendered: Path) -> None:
    with serving(showing(after(0))) as address:
        world = make_world(tmp_path, rendered, address)
        world.commit("told", **{"CHANGELOG.md": "# Changelog\n\n## 0.1.1\n\n- 0.1.0 was yanked: broken.\n"})

        assert world.inv("yank", "0.1.0", "--reason", "broken").code == 0

    assert not (world.project / "changelog.d" / "+yanked-0.1.0.fix.md").exists()


def yanking_by(world: World, *command: str) -> None:
    """Set the command that yanks; the index is waited for no second."""
    text = (world.project / "release.toml").read_text()
    text = text.replace('name = "local"', f'name = "local"\nyank = {json.dumps(command)}')
    world.commit("yank", **{"release.toml": f"timeout = 1\n{text}"})


def test_an_index_that_can_be_told_is_told_once(tmp_path: Path, rendered: Path) -> None:
    told = tmp_path / "told"
    with serving(showing(told.exists)) as address:
        world = make_world(tmp_path, rendered, address)
        body = "import sys; open(sys.argv[1], 'x').write('|'.join(sys.argv[2:]))"
        yanking_by(world, "python", "-c", body, str(told), "{project}", "{version}", "{reason}")
        words = ("yank", "0.1.0", "--reason", "it says {version} & $HOME; `ls`")

        tried, ran, again, after = (world.inv(*words, *more) for more in (["--dry-run"], [], [], ["--dry-run"]))

    row = "  done    yank on local                       local shows 0.1.0 as yanked"
    assert tried.out.splitlines()[0] == "  to do   yank on local                       by the command in release.toml"
    assert (ran.code, ran.err, ran.out.splitlines()[0]) == (0, "", row)
    assert told.read_text() == "acme|0.1.0|it says {version} & $HOME; `ls`"
    told_already = "  done    write the notice                    the notes already mention it"
    assert (again.code, again.out.splitlines()) == (0, [row, told_already])
    assert after.out.splitlines()[0] == row


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            "print('done')",
            "cannot see 0.1.0 as yanked on local\n"
            "  why: local shows 0.1.0 as not yanked; the command in release.toml succeeded\n"
            "  run: $EDITOR release.toml      (yank in [[index]])",
        ),
        (
            "import sys; sys.exit('the index says no')",
            "cannot yank acme 0.1.0 on local\n"
            "  why: exit code 1\n"
            "       the index says no\n"
            "  run: $EDITOR release.toml      (yank in [[index]])",
        ),
    ],
    ids=["does not yank", "fails"],
)
def test_a_command_that_leaves_it_as_it_is_is_told(tmp_path: Path, rendered: Path, body: str, told: str) -> None:
    with serving(showing(lambda: False)) as address:
        world = make_world(tmp_path, rendered, address)
        yanking_by(world, "python", "-c", body)
        before = traces(world)

        ran = world.inv("yank", "0.1.0", "--reason", "broken")

    assert (ran.code, ran.err.strip("\n")) == (1, told)
    assert traces(world) == before


def test_a_version_that_no_index_has_is_refused(world: World) -> None:
    ran = world.inv("yank", "9.9.9", "--reason", "broken")

    assert (ran.code, ran.err.strip("\n")) == (
        1,
        "cannot yank acme 9.9.9\n  why: local has no file of it\n  run: inv status",
    )


def test_yanking_without_an_index_is_refused(repository: World) -> None:
    ran = repository.inv("yank", "0.1.0", "--reason", "broken")

    assert (ran.code, ran.err.strip("\n")) == (
        1,
        "cannot yank acme 0.1.0\n  why: no index is configured\n  run: inv status",
    )


DONE = "done    yank on local                       local shows 0.1.0 as yanked"
TO_DO = "to do   yank on local                       by hand; release.toml has no command (yank in [[index]])"


@pytest.mark.parametrize(("looks", "row"), [(0, DONE), (9, TO_DO)])
def test_a_dry_run_tells_what_is_left_and_changes_nothing(tmp_path: Path, rendered: Path, looks: int, row: str) -> None:
    with serving(showing(after(looks))) as address:
        world = make_world(tmp_path, rendered, address)
        before = traces(world)

        ran = world.inv("yank", "0.1.0", "--reason", "broken", "--dry-run")

    assert ran.code == 0, ran.text
    assert [told.strip() for told in ran.out.splitlines()] == [
        row,
        "to do   write the notice                    changelog.d/+yanked-0.1.0.fix.md",
        "nothing was changed",
    ]
    assert traces(world) == before


def test_a_yank_that_nobody_does_in_time_is_told(tmp_path: Path, rendered: Path) -> None:
    with serving(showing(lambda: False)) as address:
        world = make_world(tmp_path, rendered, address)
        path = world.project / "release.toml"
        world.commit("soon", **{"release.toml": "timeout = 1\n" + path.read_text()})
        before = traces(world)

        ran = world.inv("yank", "0.1.0", "--reason", "it's broken")

    assert (ran.code, ran.err.strip("\n")) == (
        1,
        "cannot see 0.1.0 as yanked on local\n"
        "  why: local shows 0.1.0 as not yanked; release.toml has no command that does it (yank in [[index]])\n"
        """  run: inv yank 0.1.0 --reason 'it'"'"'s broken'      (after it was yanked there, or yank is configured)""",
    )
    assert traces(world) == before


@pytest.mark.parametrize("reason", [[], ["--reason", " "]])
def test_a_yank_without_a_reason_is_refused(world: World, reason: list[str]) -> None:
    ran = world.inv("yank", "0.1.0", *reason)

    assert (ran.code, ran.err.strip("\n")) == (
        1,
        "cannot yank 0.1.0\n"
        "  why: the reason is shown to its users, and none was given\n"
        '  run: inv yank 0.1.0 --reason "what is wrong with it"',
    )
