"""Status and notes: read from the world, the same wherever one stands, and nothing is changed by looking."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from release.commands.approve import approve
from tests.support.lines import here
from tests.support.making import clone_of, place_distributions, ready, release_commit, short, tag, tagged
from tests.support.traces import bytes_below
from tests.support.world import World


def status(world: World) -> str:
    ran = world.inv("status")
    assert ran.code == 0, ran.text
    return ran.out.strip("\n")


def test_status_before_the_first_release(repository: World) -> None:
    assert status(repository) == (
        "acme: there is no release from main yet\n"
        "\n"
        'next: nothing to release; inv note fix "what changed" records a change'
    )


def test_status_knows_the_releases_that_were_made_before(repository: World) -> None:
    repository.git("tag", "v1.2.0")
    repository.git("tag", "v1.10.0rc1")
    repository.git("tag", "nightly-2026.11")
    repository.commit("adopt")
    repository.git("branch", "later")
    repository.git("tag", "v9.0.0", repository.git("commit-tree", "-m", "elsewhere", "HEAD^{tree}"))

    head = repository.git("rev-parse", "--short=7", "v1.10.0rc1^{commit}")
    first = status(repository).splitlines()[0]

    assert first == f"acme: v1.10.0rc1 ({head}) is the newest release; it was not made with inv"


def test_status_tells_what_would_come_next(repository: World) -> None:
    ready(repository)
    repository.note("fix", "Something mended")

    assert status(repository).splitlines()[-1] == "next: 0.1.0, by 2 fragments; nox -s release makes it"


def test_status_of_a_release_in_hand(world: World, shelf: Path, distributions: list[Path]) -> None:
    commit = tagged(world, distributions)
    shutil.copy(distributions[0], shelf)

    assert status(world) == (
        "acme 0.1.0 is in progress\n"
        f"  done    commit version and changelog        {commit[:7]} on main\n"
        f"  done    build the distributions             2 in dist/0.1.0-{commit[:12]}\n"
        f"  done    tag and push                        v0.1.0 is {commit[:7]} on origin\n"
        "  to do   upload to local                     1 of 2 files are on local\n"
        "  to do   open the line again                 main is still 0.1.0\n"
        "\n"
        "next: nox -s release finishes it"
    )
    unanswered = world.inv("status", http_proxy="http://127.0.0.1:9", no_proxy="")
    assert unanswered.code == 0, unanswered.text
    rows = status(world).splitlines()
    host = urlsplit(world.index).netloc
    why = f"the proxy 127.0.0.1:9 (http_proxy), by which {host} is asked: Connection refused"
    assert unanswered.out.strip("\n").splitlines() == [
        f"  unknown upload to local                     {why}" if "upload to" in row else row for row in rows
    ]


def test_status_tells_a_conflict(repository: World) -> None:
    theirs = clone_of(repository, "another")
    there = theirs.commit("theirs")
    theirs.git("push", "--quiet", "origin", tag(theirs))
    ours = release_commit(repository)

    rows = status(repository).splitlines()
    row = next(line for line in rows if "tag and push" in line)
    assert row == f"  conflict tag and push                        v0.1.0 is {there[:7]} on origin, ours is {ours[:7]}"
    assert rows[-1] == "next: inv abort"


def test_status_is_the_same_for_people_and_machines_in_a_fresh_clone(world: World) -> None:
    ready(world)
    world.released("minor")
    ready(world)
    elsewhere = clone_of(world)

    text, machines = status(world), world.inv("status", "--json").out

    assert text.splitlines()[0] == "acme 0.1.0 is released"
    assert text.splitlines()[-1] == "next: 0.2.0, by 1 fragment; nox -s release makes it"
    here, there = json.loads(machines), json.loads(elsewhere.inv("status", "--json").out)
    assert here["steps"][1].pop("fact").startswith("2 in dist/0.1.0-")
    assert there["steps"][1].pop("fact") == "not needed: every index has every file"
    assert here == there
    ran = elsewhere.inv("status", http_proxy="http://127.0.0.1:9", no_proxy="")
    rows = ran.out.strip("\n").splitlines()
    assert (ran.code, rows[0]) == (0, "acme 0.1.0 may be complete: not every service that shows it answered")
    assert [row[:9].strip() for row in rows[1:-2]] == ["done", "unknown", "done", "unknown", "done"]
    assert rows[-1] == "next: inv status      (after it answers again)"


def test_a_remote_that_does_not_answer_is_unknown_and_the_rest_is_shown(world: World) -> None:
    ready(world)
    world.released("minor")
    ready(world)
    before = status(world).splitlines()
    away = world.remote.rename(world.remote.with_name("away.git"))

    rows = status(world).splitlines()

    away.rename(world.remote)
    found = rows.index(next(row for row in rows if row.startswith("  unknown origin ")))
    assert rows[:found] == before[:-2]
    assert "not appear to be a git repository" in rows[found]
    assert rows[found + 1].strip().startswith("branches and tags are shown as of the last fetch")
    assert rows[-1] == "next: inv status      (after it answers again)"


def test_a_clone_that_has_not_heard_of_what_others_pushed_is_told_so(repository: World) -> None:
    """The release of another clone, and an approval: both are on the remote alone."""
    ready(repository)
    other = clone_of(repository)
    other.released("minor")
    approve(here(other), "production")
    repository.git("status")
    before = bytes_below(repository.project)

    rows = status(repository).splitlines()

    assert rows[-3:] == [
        f"  {'warn':<7} {'main':<34}  origin has commits that are not in this clone; their effects are not shown above",
        "",
        "next: git fetch --tags origin && inv status",
    ]
    assert json.loads(repository.inv("status", "--json").out)["behind"]
    assert bytes_below(repository.project) == before
    repository.run("bash", "-c", "git fetch --quiet --tags origin")
    assert status(repository).splitlines()[0] == "acme 0.1.0 is released"


def test_status_for_machines(repository: World) -> None:
    ready(repository)
    repository.released("minor")
    released, opened = short(repository, "v0.1.0^{}"), short(repository)

    assert json.loads(repository.inv("status", "--json").out) == {
        "line": "main",
        "release": "0.1.0",
        "tag": "v0.1.0",
        "complete": True,
        "steps": [
            {"name": "commit version and changelog", "state": "done", "fact": f"{released} on main"},
            {"name": "tag and push", "state": "done", "fact": f"v0.1.0 is {released} on origin"},
            {"name": "open the line again", "state": "done", "fact": f"main is 0.2.0.dev0 since {opened}"},
        ],
        "announcements": {},
        "fragments": 0,
        "next": "0.1.1",
        "behind": False,
        "frozen": [],
        "branches": [],
        "hotfixes": [],
        "debts": [],
        "waived": {},
        "follow_ups": [],
    }


def test_status_works_from_a_folder_of_the_project_and_on_another_branch(repository: World) -> None:
    ready(repository)
    repository.released("minor")
    expected = status(repository)
    repository.git("switch", "--quiet", "--create", "topic")
    repository.commit("a topic")

    ran = repository.inv("--search-root", repository.project.as_posix(), "status", cwd=repository.project / "src")

    assert ran.out.strip("\n") == expected


def test_the_journal_decides_nothing(repository: World) -> None:
    ready(repository)
    repository.released("minor")
    expected = status(repository)

    shutil.rmtree(repository.project / ".release")

    assert status(repository) == expected


def test_the_release_of_another_line_is_not_in_hand(repository: World) -> None:
    repository.git("switch", "--quiet", "--create", "other")
    release_commit(repository, "9.0.0")
    repository.git("switch", "--quiet", "main")

    assert status(repository).splitlines()[0] == "acme: there is no release from main yet"


def test_the_draft_of_the_notes_is_printed_and_nothing_is_written(repository: World) -> None:
    ready(repository)
    repository.note("fix", "Something mended")
    head = repository.git("rev-parse", "HEAD")

    ran = repository.inv("notes")

    lines = [line for line in ran.out.splitlines() if line]
    assert lines[0].startswith("## 0.1.0 (")
    assert lines[1:] == ["### Features", "- Something new", "### Fixes", "- Something mended"]
    assert repository.git("status", "--porcelain") == ""
    assert repository.git("rev-parse", "HEAD") == head


def test_what_was_built_and_not_tagged_is_told(world: World, distributions: list[Path]) -> None:
    commit = release_commit(world)
    place_distributions(world, distributions)

    rows = status(world).splitlines()

    assert rows[2].endswith(f"2 in dist/0.1.0-{commit[:12]}")
    assert rows[3].endswith("v0.1.0 is not on origin")
    assert rows[4].endswith("v0.1.0 is not in this clone")


def test_the_live_status_follows_a_release_to_its_end(repository: World) -> None:
    """It is seen twice at least: in progress, and complete; then it ends by itself, and says what comes after it."""
    ready(repository)
    release_commit(repository)
    words = [sys.executable, "-m", "invoke", "status", "--watch", "--every", "1"]
    env = repository.environment(PYTHONUNBUFFERED="1")
    with subprocess.Popen(words, cwd=repository.project, env=env, stdout=subprocess.PIPE, text=True) as live:
        assert live.stdout
        first = live.stdout.readline()
        repository.released("auto")
        rest = live.stdout.read()

    assert first == "acme 0.1.0 is in progress\n"
    assert "UTC; checking again; Ctrl-C ends only this view" in rest
    assert "acme 0.1.0 is released\n" in rest
    assert rest.rstrip().endswith("no release is in progress; inv watch 0.1.0 --follow watches the release")
    assert live.returncode == 0


def test_the_live_status_ends_at_once_where_no_release_is_in_progress(repository: World) -> None:
    ran = repository.inv("status", "--watch")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(status(repository))
    assert ran.out.endswith("UTC; no release is in progress\n")
