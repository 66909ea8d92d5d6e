"""`inv metrics`, as typed: the whole table, what it says of failures, and where it refuses."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.support.past import Past, note
from tests.support.world import World

TABLE = """\
acme: 6 final releases from 2025-06-30 to 2026-06-30, times of the tags

  release frequency         1.1 in 30 days                                      n 6
  between releases          median 30 days, 85 % within 30 days                 n 5
  between minor releases    too few to judge                                    n 4     at most 30 days
  between major releases    too few to judge                                    n 0     at most 91 days
  lead time                 median 11 days, 85 % within 11 days                 n 9     under 28 days: met
  waiting for a release     oldest 20 days, median 20 days                      n 1
  freeze to final           too few to judge                                    n 0
  last feature to final     median 11 days, 85 % within 11 days                 n 5
  failed releases           1 of 6, 17 % (90 % interval: 3 to 49 %)             n 6
  recovery time             too few to judge                                    n 1
  unplanned releases        1 of 6, 17 % (90 % interval: 3 to 49 %)             n 6
  released and not yanked   6 of 6, 100 % (90 % interval: 74 to 100 %)          n 6     over 98 %: met
  hotfixes within 48 hours  1, 0.17 a release                                   n 6     under 0.5 a release: met

failed:
  1.2.0  hotfix 1.2.1 (outage)
         seen 2026-03-13; mended by 1.2.1 after 12.0 hours
"""


@pytest.fixture
def past(repository: World) -> World:
    """A project with half a year of releases: a minor each month, and a hotfix of 1.2.0."""
    shutil.rmtree(repository.project / ".git")
    past = Past(repository.project)
    for number in range(5):
        day = 30 * number + 1
        past.commit(f"feature {number}", day - (day and 1), note(f"{number}.feature.md"))
        if number in (2, 3, 4):
            past.commit(f"fix {number}", day + 1, note(f"{number}0.fix.md"))
        made = past.release(f"1.{number}.0", day + 10, gone=(f"{number}.feature.md", f"{number}0.fix.md"))
        if number == 2:
            past.commit("fix the outage", day + 10.5, note("99.fix.md"), branch="hotfix/1.2.1", start=made)
            past.release("1.2.1", day + 11, branch="hotfix/1.2.1", body="Hotfix: outage", gone=("99.fix.md",))
    past.commit("waits", 161, note("7.fix.md"))
    past.made()
    repository.git("reset", "--quiet")
    repository.git("remote", "add", "origin", repository.remote)
    return repository


def test_the_metrics_are_printed_beside_their_targets(past: World) -> None:
    ran = past.inv("metrics", "--at", "2026-06-30")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == TABLE


def test_the_facts_for_machines_are_the_same_bytes_for_a_past_day(past: World) -> None:
    first, again = (
        past.inv("metrics", "--at", "2026-06-30", "--json"),
        past.inv("metrics", "--at", "2026-06-30", "--json"),
    )

    assert first.out == again.out
    facts = json.loads(first.out)
    assert facts["failed"] == [
        {
            "version": "1.2.0",
            "evidence": "hotfix 1.2.1 (outage)",
            "seen": "2026-03-13T12:00:00+00:00",
            "mended": "2026-03-14T00:00:00+00:00",
            "by": "1.2.1",
        }
    ]
    by_key = {each["key"]: each for each in facts["metrics"]}
    assert by_key["lead_time"] == {
        "key": "lead_time",
        "name": "lead time",
        "n": 9,
        "enough": True,
        "unit": "days",
        "values": {"median": 11.0, "p85": 11.0},
        "target": "under 28 days",
        "met": True,
        "text": "median 11 days, 85 % within 11 days",
    }
    assert (by_key["minors"]["values"], by_key["minors"]["met"]) == ({}, None)  # four are too few
    assert by_key["recovery_time"]["values"] == {"open": 0}


def test_a_target_that_is_missed_says_so(past: World) -> None:
    with (past.project / "release.toml").open("a") as file:
        file.write("\n[metrics]\nlead_time = 3\nminor = 10\n")

    rows = past.inv("metrics", "--at", "2026-06-30").out.splitlines()

    assert next(row for row in rows if row.startswith("  lead time")).endswith("n 9     under 3 days: missed")


def test_releases_come_from_the_index_where_there_is_one(noted: World) -> None:
    """What was uploaded counts; a tag without files does not."""
    noted.git("tag", "--annotate", "--message", "never uploaded", "v0.0.9", "HEAD")

    ran = noted.inv("metrics")

    lines = ran.out.splitlines()
    assert (ran.code, ran.err) == (0, "")
    assert lines[0].startswith("acme: 1 final release from ")
    assert lines[0].endswith(", times from local")
    assert lines[-1] == "not counted, for local has no files of them: 0.0.9"


def test_an_index_that_does_not_answer_is_no_empty_history(noted: World) -> None:
    text = (noted.project / "release.toml").read_text()
    (noted.project / "release.toml").write_text(text.replace(noted.index, "http://127.0.0.1:9/"))

    ran = noted.inv("metrics")

    assert (ran.code, ran.err.strip("\n")) == (
        1,
        "cannot read the index local\n"
        "  why: 127.0.0.1:9: Connection refused\n"
        "  run: inv metrics --offline      (takes the tags as the releases)",
    )
    assert noted.inv("metrics", "--offline").code == 0


def test_a_project_without_a_release_is_refused(repository: World) -> None:
    ran = repository.inv("metrics")

    assert ran.code == 1
    assert ran.err.strip("\n").splitlines()[0] == "there is no release to look at"
    assert (
        ran.err.splitlines()[-1] == "  run: git fetch --tags origin      (tag in release.toml says how they are named)"
    )


def test_a_day_that_is_none_is_refused(past: World) -> None:
    assert past.inv("metrics", "--at", "yesterday").err.strip("\n") == (
        'cannot use --at "yesterday"\n'
        "  why: it is neither a day (2026-11-30) nor a commit of this clone\n"
        "  run: git log --oneline"
    )
