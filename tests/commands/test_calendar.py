"""The calendar of a planned release: its days, how they move, what was reached, and the file for calendars."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
import vobject

from release.config.planning_config import CalendarConfig
from release.planning.dates.working_days import WorkingDays
from tests.support.planning import START, commit_on, fragment_on, history, plan_on
from tests.support.world import World

PLAN = """\
theme = "streaming, at last; or Ströme"
date = 2027-03-02
[dates]
candidate = 2027-02-20
[[item]]
id = "parser"
title = "A parser, of its own"
must = true
owner = "owner@example.org"
"""


@pytest.fixture
def planned(repository: World) -> World:
    day = history(repository, 1)
    plan_on(repository, day, PLAN)
    return repository


def shown(world: World, *words: str) -> str:
    ran = world.inv("calendar", *words)
    assert ran.code == 0, ran.text
    return ran.out


def test_the_calendar_is_read_whole(planned: World) -> None:
    quiet = '[calendar]\nquiet = ["2027-02-16", "2027-02-15"]\nend_of_life = 365\n'
    config = (planned.project / "release.toml").read_text() + quiet
    commit_on(planned, date(2027, 1, 4), "quiet", {"release.toml": config})
    fragment_on(planned, date(2027, 2, 8), "parser.feature.md")
    commit_on(planned, date(2027, 2, 15), "a beta")
    planned.git("tag", "--annotate", "--message=b", "v1.3.0b1")
    plan = planned.git("log", "--format=%h", "--abbrev=7", "--grep=plan 1.3")

    assert (
        shown(planned, "--at=2027-02-22")
        == f"""\
1.3: streaming, at last; or Ströme
final planned for 2027-03-02, in 8 days; as of 2027-02-22, plan of {plan}

  alpha             Tue 2027-02-02  passed by 1 item done, 2027-02-08
  feature-complete  Tue 2027-02-09  done by 1 item done, 2027-02-08
  beta              Fri 2027-02-12  done by v1.3.0b1, 2027-02-15
  candidate         Sat 2027-02-20  late by 2 days; in the plan; this is a Saturday
  production        Tue 2027-03-02  in 8 days
  support           Tue 2027-03-09  in 15 days; watched closely until then
  end-of-life       Wed 2028-03-01  in 373 days; no fixes after that

a day ends Anywhere on Earth (UTC-12)
"""
    )


def states(world: World, at: str) -> dict[str, str]:
    return {each["stage"]: each["state"] for each in json.loads(shown(world, "--json", f"--at={at}"))["stages"]}


def test_a_past_day_shows_what_was_reached_then(planned: World) -> None:
    before = shown(planned, "--at=2027-02-14")
    assert "not made" in before
    commit_on(planned, date(2027, 2, 15), "an alpha and a beta")
    planned.git("tag", "v1.3.0a1")
    planned.git("tag", "--annotate", "--message=b", "v1.3.0b1")

    assert shown(planned, "--at=2027-02-14") == before
    assert states(planned, "2027-02-14")["beta"] == "ahead"
    assert states(planned, "2027-02-15")["beta"] == "done"
    assert states(planned, "2027-02-16")["candidate"] == "ahead"


def test_without_a_date_the_forecast_gives_one_and_no_file(repository: World, tmp_path: Path) -> None:
    plan_on(repository, history(repository, 12), '[[item]]\ntitle = "x"\n')

    out = shown(repository, f"--at={START + timedelta(days=90)}")

    assert "\nno date is planned: counted from the day by which all is done with 85 %\n" in out
    assert "late" not in out
    ran = repository.inv("calendar", f"--ics={tmp_path / 'acme.ics'}")
    assert (ran.code, ran.err.strip("\n")) == (
        1,
        "cannot write the calendar of 1.3\n  why: plans/1.3.toml has no date, and a forecast moves each day\n"
        "  run: $EDITOR plans/1.3.toml",
    )


def test_without_a_date_and_a_history_there_is_no_calendar(repository: World) -> None:
    plan_on(repository, history(repository, 1), '[[item]]\ntitle = "x"\n')

    ran = repository.inv("calendar")

    assert (ran.code, ran.err.strip("\n")) == (
        1,
        "cannot make the calendar of 1.3\n"
        "  why: plans/1.3.toml has no date, and there is not enough history for a forecast\n"
        "  run: $EDITOR plans/1.3.toml",
    )


def written(world: World, place: Path) -> bytes:
    assert shown(world, f"--ics={place}") == f"{place} has 6 days of 1.3\n"
    return place.read_bytes()


def events_in(text: bytes) -> dict[str, Any]:
    return {str(each["UID"]): each for each in icalendar.Calendar.from_ical(text).walk("VEVENT")}


def test_the_file_has_the_same_bytes_and_two_readers_agree(planned: World, tmp_path: Path) -> None:
    first = written(planned, tmp_path / "acme.ics")

    assert written(planned, tmp_path / "again.ics") == first
    assert max(map(len, first.split(b"\r\n"))) <= 75 and first.count(b"\n") == first.count(b"\r\n")
    events = events_in(first)
    complete = events["1.3-feature-complete@acme.keelway"]
    assert (complete.decoded("DTSTART"), complete.decoded("DTEND")) == (date(2027, 2, 9), date(2027, 2, 10))
    assert str(complete["SUMMARY"]) == "acme 1.3: feature-complete (streaming, at last; or Ströme)"
    assert str(complete["DESCRIPTION"]) == "due by then:\nparser: A parser, of its own (owner@example.org)"
    other = {each.uid.value: each for each in vobject.readOne(first.decode()).vevent_list}
    assert {uid: (each.dtstart.value, each.summary.value) for uid, each in other.items()} == {
        uid: (each.decoded("DTSTART"), str(each["SUMMARY"])) for uid, each in events.items()
    }


def test_a_day_that_moves_keeps_its_event_with_a_higher_sequence(planned: World, tmp_path: Path) -> None:
    uid = "1.3-production@acme.keelway"

    def event() -> Any:
        return events_in(written(planned, tmp_path / "acme.ics"))[uid]

    before = event()
    plan_on(planned, date(2026, 9, 1), PLAN.replace("2027-03-02", "2027-04-06"))

    assert event()["SEQUENCE"] == before["SEQUENCE"] + 1
    assert (event().decoded("DTSTART"), before.decoded("DTSTART")) == (date(2027, 4, 6), date(2027, 3, 2))
    assert str(event().decoded("DTSTAMP")) == "2026-09-01 12:00:00+00:00"


def test_holidays_leap_days_and_the_turn_of_the_year() -> None:
    working = WorkingDays(CalendarConfig(holidays="US-CA", quiet=("12-28/01-02", "02-29")))

    assert working.off(date(2026, 12, 25)) == "Christmas Day"
    assert working.before(date(2027, 1, 3)) == date(2026, 12, 24)
    assert working.after(date(2026, 12, 25)) == date(2027, 1, 4)
    assert (working.quiet(date(2028, 2, 29)), working.quiet(date(2028, 2, 28))) == (True, False)
    assert WorkingDays(CalendarConfig()).off(date(2026, 12, 25)) == ""


WRONG = [
    ("alpha = 7", "calendar.alpha\n  why: 7 days before the final is later than feature_complete"),
    ("fixes_only = 9\nend_of_life = 8", "fixes_only\n  why: 9 days after the final is later than end_of_life"),
    ("support = -1", "calendar.support\n  why: -1 is not a number of days"),
    ('holidays = "Bavaria"', 'calendar.holidays\n  why: "Bavaria" is not a country such as DE, or US-CA'),
    ('quiet = ["soon"]', 'calendar.quiet[0]\n  why: "soon" is not a day such as 2026-12-24, or a span'),
    ('quiet = ["2027-01-03/2026-12-20"]', 'quiet[0]\n  why: "2027-01-03/2026-12-20" is not a day'),
    ('holidays = "XX"', "cannot use the holidays of XX\n  why: Country XX not available"),
]


@pytest.mark.parametrize(("text", "why"), WRONG)
def test_a_calendar_that_cannot_be_is_refused(planned: World, text: str, why: str) -> None:
    planned.write("release.toml", (planned.project / "release.toml").read_text() + f"[calendar]\n{text}\n")
    planned.commit("another calendar")

    ran = planned.inv("calendar")

    assert ran.code == 1
    assert why in ran.err
