"""What is sent of a planned release: once by each channel that has the topic, over real HTTP, whoever sends it."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date, timedelta

import pytest

from release.planning.moment import today
from tests.support.channels import listening, paths
from tests.support.lines import released
from tests.support.making import clone_of
from tests.support.serving import Answer, Request
from tests.support.world import World

# What apprise loads for pictures is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:.*imghdr.*:DeprecationWarning")

ROLES = """
[[roles]]
name = "quality"
members = ["grace@example.org"]
deputies = ["ada@example.org"]

[[stages]]
name = "production"
roles = ["quality"]
"""


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


PLAN = f"""\
date = {in_days(30)}
lead = "ada@example.org"
[[item]]
id = "parser"
title = "A parser of its own"
must = true
owner = "owner@example.org"
by = "alpha"
[[item]]
id = "guide"
title = "A guide"
by = "candidate"
[[check]]
name = "plugin authors tried it"
stage = "alpha"
who = "quality"
[[action]]
text = "freeze the documentation earlier"
owner = "quality"
due = {in_days(-3)}
"""
CALENDAR = "[calendar]\nalpha = 28\nfeature_complete = 0\nbeta = 0\ncandidate = 7\n"


@pytest.fixture
def planned(repository: World) -> World:
    path = repository.project / "release.toml"
    path.write_text(path.read_text() + CALENDAR + ROLES)
    repository.commit("a plan", **{"plans/0.1.toml": PLAN})
    repository.git("push", "--quiet", "origin", "main")
    return repository


def messages(heard: list[Request]) -> list[dict[str, str]]:
    return [json.loads(each.body) for each in heard]


def sent(world: World, *words: str) -> str:
    ran = world.inv(*words)
    assert ran.code == 0, ran.text
    return ran.out


def records(world: World) -> list[str]:
    found = (ref.partition("refs/keelway/bulletins/")[2] for ref in world.remote_refs())
    return sorted(name for name in found if name and not name.endswith("^{}"))


def test_the_status_update_of_a_week_is_sent_once_whoever_sends_it(planned: World) -> None:
    year, week, _ = today().isocalendar()
    with listening(planned, "chat", "boss", "news", chat='"team"', boss='"management", "notices"') as heard:
        dry = sent(planned, "health", "--announce", "--dry-run")
        assert (heard, records(planned)) == ([], [])
        sent(planned, "health", "--announce")
        again = sent(planned, "health", "--announce")
        other = clone_of(planned)
        shutil.copy(planned.project / "release.toml", other.project)
        sent(other, "health", "--update=team", "--announce")

    assert paths(heard) == ["/chat", "/boss"]
    team, management = messages(heard)
    assert team["title"] == management["title"] == f"acme 0.1: week {week} of {year}"
    assert team["message"].strip() == sent(planned, "health", "--update=team").strip()
    assert team["message"] in dry
    assert [row.split()[0] for row in again.splitlines()] == ["done", "done"]
    place = f"0.1/{year}-W{week:02}"
    assert records(planned) == sorted(
        f"{place}/{audience}/{channel}/{word}"
        for audience, channel in (("team", "chat"), ("management", "boss"))
        for word in ("begun", "told")
    )


def test_a_channel_that_may_have_got_it_is_asked_again_only_by_name(planned: World) -> None:
    down = Answer(status=500)
    with listening(planned, "chat", "boss", answer=down, chat='"team"', boss='"management"') as heard:
        ran = planned.inv("health", "--announce")
        second = planned.inv("health", "--announce")

    assert (ran.code, second.code) == (1, 1)
    assert paths(heard) == ["/chat", "/boss"]
    assert "may have arrived anyway\n  run: inv health 0.1 --announce --again chat" in ran.err
    assert (
        "whether it arrived is unknown\n  run: inv health 0.1 --announce --again chat      (if it did not" in second.err
    )
    text = (planned.project / "release.toml").read_text()
    with listening(planned, "more", more='"team"') as heard:
        place = (planned.project / "release.toml").read_text().rpartition("json://")[2].partition("/")[0]
        planned.write("release.toml", text.replace(text.rpartition("json://")[2].partition("/")[0], place))
        sent(planned, "health", "--announce", "--again=chat")
    assert paths(heard) == ["/chat"]


def rows(text: str) -> list[list[str]]:
    return [row.split()[:2] for row in text.splitlines() if row.startswith("  ")]


def test_who_has_to_act_by_when_is_read_from_plan_roles_and_calendar(planned: World) -> None:
    found = json.loads(sent(planned, "due", "--json"))["duties"]
    alpha = next(each["day"] for each in found if each["what"].startswith("must parser"))

    assert [(each["state"], each["day"], each["who"], each["what"]) for each in found] == [
        ("overdue", f"{in_days(-3)}", "quality", "action: freeze the documentation earlier"),
        ("due", alpha, "ada@example.org", "release the alpha"),
        ("due", alpha, "owner@example.org", "must parser: A parser of its own"),
        ("due", alpha, "quality", "check: plugin authors tried it"),
        ("later", found[4]["day"], "ada@example.org", "release the candidate"),
        ("later", found[4]["day"], None, "could guide: A guide"),
        ("later", f"{in_days(30)}", "ada@example.org", "release the final"),
        ("later", f"{in_days(30)}", "quality", "approve the final"),
    ]
    assert found[0]["addresses"] == ["grace@example.org", "ada@example.org"]
    text = sent(planned, "due")
    assert "  overdue  " in text and " quality (grace@example.org; ada@example.org, deputy)  action: " in text
    assert re.search(r"  quality \(grace@example.org\) +check: plugin authors tried it\n", text)
    assert text.endswith("\nnext: $EDITOR plans/0.1.toml\n")
    own = json.loads(sent(planned, "due", "--who=OWNER@example.org", "--json"))["duties"]
    assert [each["what"] for each in own] == ["must parser: A parser of its own"]
    assert len(json.loads(sent(planned, "due", "--who=ada@example.org", "--json"))["duties"]) == 6


def test_each_command_of_a_duty_is_one_that_a_test_pastes(planned: World) -> None:
    for each in json.loads(sent(planned, "due", "--json"))["duties"]:
        if each["run"].startswith("inv "):
            more = () if each["run"].startswith("inv scope") else ("--dry-run",)
            ran = planned.run("bash", "-c", " ".join([each["run"], *more]))
            assert "Usage" not in ran.text and "No idea what" not in ran.text, each["run"]
            assert ran.code in (0, 1), ran.text


def test_the_same_notice_is_sent_once_and_another_one_when_something_changes(planned: World) -> None:
    with listening(planned, "chat", chat='"notices"') as heard:
        sent(planned, "due", "--announce")
        sent(planned, "due", "--announce")
        assert len(heard) == 1
        planned.commit("Parse\n\nItem: parser")
        planned.git("push", "--quiet", "origin", "main")
        sent(planned, "due", "--announce")
        planned.commit("done", **{"plans/0.1.toml": '[[item]]\ntitle = "x"\n'})
        planned.git("push", "--quiet", "origin", "main")
        assert "nothing is overdue, or due within 7 days; nothing was sent" in sent(planned, "due", "--announce")

    first, second = messages(heard)
    assert (first["title"], second["title"]) == ("acme 0.1: 4 to do", "acme 0.1: 3 to do")
    assert (
        f"Overdue:\n- {in_days(-3)}, quality (grace@example.org; ada@example.org, deputy): action: " in first["message"]
    )
    assert "must parser" in first["message"] and "must parser" not in second["message"]


def test_between_two_plans_a_schedule_sends_nothing(planned: World) -> None:
    planned.git("rm", "--quiet", "-r", "plans")
    planned.git("commit", "--quiet", "--message=no plan")
    with listening(planned, "chat", chat='"notices", "team"') as heard:
        for words in ("due", "health"):
            said = sent(planned, words, "--announce")
            assert said == "main has no plan of a release that is still to come; nothing was sent\n"
            assert "nothing is planned" in planned.inv(words).err
    assert heard == []


def test_the_day_of_a_release_is_announced_before_it_with_what_it_has(planned: World) -> None:
    with listening(planned, "list", list='"upcoming"') as heard:
        sent(planned, "announce", "--ahead")
        sent(planned, "announce", "0.1", "--ahead")
        words = ("announce", "0.1.1", "--ahead", f"--date={in_days(2)}", "--text=It fixes a vulnerability (high).")
        sent(planned, *words)

    planned_one, fix = messages(heard)
    day = in_days(30)
    assert planned_one["title"] == f"acme 0.1 is planned for {day}"
    assert planned_one["message"].startswith(f"acme 0.1 is planned for {day:%A}, {day}.\n\nBefore that:\n- alpha: ")
    assert "\nPlanned:\n- A parser of its own\n\nDay and contents may change." in planned_one["message"]
    assert "guide" not in planned_one["message"]
    day = in_days(2)
    text = f"acme 0.1.1 is planned for {day:%A}, {day}.\n\nIt fixes a vulnerability (high)."
    assert (fix["title"], fix["message"].strip()) == (f"acme 0.1.1 is planned for {day}", text)


REFUSED = [
    (("announce", "0.1.0", "--ahead"), "0.1.0 is released already\n  run: inv announce 0.1.0"),
    (
        ("announce", "0.9", "--ahead"),
        "there is no plan for it, and no date was given\n  run: inv announce 0.9 --ahead --date",
    ),
    (("announce", "0.9", "--ahead", "--date=soon"), '"soon" is not a day such as 2027-03-02'),
    (("announce", "0.9", "--ahead", f"--date={in_days(-1)}"), f"{in_days(-1)} is in the past; today is {in_days(0)}"),
    (("announce", "0.9", "--ahead", f"--date={in_days(1)}"), "no channel of release.toml has the topic upcoming"),
    (("health", "0.2", "--announce"), "no channel of release.toml has the topic team or management or customers"),
    (("health", "0.2", "--announce", "--update=press"), 'there is no audience "press"'),
    (("due", "0.2", "--announce"), "no channel of release.toml has the topic notices"),
    (("due", "0.2", "--announce", "--at=2026-11-01"), "--at shows another day than today\n  run: inv due --announce"),
]


def test_what_cannot_be_announced_is_refused_before_anything_is_sent(repository: World) -> None:
    released(repository)
    repository.commit("a plan", **{"plans/0.2.toml": f"date = {in_days(30)}\n" + '[[item]]\ntitle = "x"\n'})
    for words, text in REFUSED:
        ran = repository.inv(*words)
        assert ran.code == 1, words
        assert text in ran.err
    with listening(repository, "chat", chat='"team"') as heard:
        ran = repository.inv("health", "--announce")
        assert ", from which it was computed, is not on origin\n  run: git push origin main" in ran.err
        repository.git("push", "--quiet", "origin", "main")
        assert "there is no channel news with this topic" in repository.inv("health", "--announce", "--again=news").err
    assert (heard, records(repository)) == ([], [])
