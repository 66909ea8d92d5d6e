"""The gates of a planned release: each met and each made to refuse; none without a plan, and no day holds a hotfix."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from release.base.errors import ReleaseError
from release.context import Context
from release.engine.gate import Gate, Severity, Verdict
from release.gates.planned_release_gates import (
    ACTIONS,
    CALENDAR,
    CHECKS,
    SCOPE,
    SOAK,
    SUPPORTED,
    concerning,
)
from release.planning.moment import today
from release.values.release import Release
from release.values.version_numbers import parse_version
from tests.support.lines import configured, here
from tests.support.world import World


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


def context(world: World, version: str, stage: str = "") -> Context:
    ctx = here(world, write=False)
    return ctx.taking(Release("acme", parse_version(version), ctx.line, f"v{version}", stage))


def asked(gate: Gate, world: World, version: str = "0.2.0") -> Verdict:
    return gate.ask(context(world, version))


def planned(world: World, text: str, name: str = "0.2") -> None:
    world.commit("a plan", **{f"plans/{name}.toml": text})


ITEM = '[[item]]\nid = "parser"\ntitle = "A parser"\n'


def test_without_a_plan_there_are_none(repository: World) -> None:
    configured(repository, "\n[calendar]\nsoak = 7\nend_of_life = 100\n")

    assert concerning(context(repository, "0.2.0")) == ()


def test_a_plan_of_another_release_only_warns_of_actions(repository: World) -> None:
    planned(repository, ITEM, "0.3")

    assert concerning(context(repository, "0.2.0")) == (ACTIONS,)


def test_no_day_and_no_scope_holds_a_hotfix(repository: World) -> None:
    planned(repository, ITEM, "0.2.1")

    assert concerning(context(repository, "0.2.1")) == (CALENDAR, SCOPE, CHECKS, ACTIONS)
    assert concerning(context(repository, "0.2.1", "hotfix")) == (ACTIONS,)


def test_a_plan_that_cannot_be_read_is_said_and_holds_no_hotfix(repository: World) -> None:
    planned(repository, ITEM, "next")

    assert concerning(context(repository, "0.2.0")) == (SCOPE,)
    assert concerning(context(repository, "0.2.1", "hotfix")) == ()
    with pytest.raises(ReleaseError, match=r"cannot read plans/next\.toml"):
        asked(SCOPE, repository)
    out = repository.inv("status").out
    assert '"next" is no version; a plan is called plans/1.3.toml' in out


def test_calendar_warns_before_the_day_and_refuses_when_strict(repository: World) -> None:
    planned(repository, f"date = {in_days(5)}\n{ITEM}")
    fact = f"production of 0.2 is due on {in_days(5)}, in 5 days; today is {today()}"
    assert asked(CALENDAR, repository) == Verdict(False, fact, "inv calendar 0.2", severity=Severity.WARNING)
    alpha = _alpha(repository)
    fact = f"alpha of 0.2 was due on {alpha}, {(today() - alpha).days} days ago"
    assert asked(CALENDAR, repository, "0.2.0a1").fact == fact

    configured(repository, f'\n[calendar]\nstrict = true\nquiet = ["{today()}"]\n')
    repository.commit("strict")
    refused = Verdict(False, f"{today()} is a quiet day", "inv calendar 0.2", severity=Severity.BLOCKING)
    assert asked(CALENDAR, repository) == refused


def _alpha(world: World) -> date:
    row = next(row for row in world.inv("calendar").out.splitlines() if row.startswith("  alpha"))
    return date.fromisoformat(row.split()[2])


def test_scope_refuses_an_open_must_and_warns_of_a_should(repository: World) -> None:
    planned(repository, f"{ITEM}must = true\n" + ITEM.replace("parser", "docs") + 'should = true\nby = "production"\n')
    fact = "production of 0.2 must have: parser\nthey are still open"
    run = 'inv scope 0.2      (or inv defer parser --to 0.3 --reason "why it has to wait")'
    assert asked(SCOPE, repository) == Verdict(False, fact, run)
    assert asked(SCOPE, repository, "0.2.0a1").met is True

    repository.commit("Parse\n\nItem: parser")
    warned = Verdict(False, "still open, but should be in: docs", "inv scope 0.2", severity=Severity.WARNING)
    assert asked(SCOPE, repository) == warned
    repository.commit("Write\n\nItem: docs")
    assert asked(SCOPE, repository) == Verdict(True, "no must or should of 0.2 due by production is open")


def test_checks_refuse_until_people_answered(repository: World) -> None:
    planned(repository, '[[check]]\nname = "tried it"\nstage = "beta"\n')
    repository.git("push", "--quiet", "origin", "main")
    fact = '"tried it" is not answered: before beta, by anyone'
    assert asked(CHECKS, repository) == Verdict(False, fact, 'inv check "tried it" --passed')
    assert asked(CHECKS, repository, "0.2.0a1") == Verdict(True, "no check is due")

    assert repository.inv("check", "tried it", "--failed", "--note=it crashed").code == 0
    assert '"tried it" failed: Ada Lovelace <ada@example.org>, ' in asked(CHECKS, repository).fact
    assert repository.inv("check", "tried it", "--passed").code == 0
    assert asked(CHECKS, repository) == Verdict(True, "1 check by people passed")


def test_actions_warn_when_they_are_overdue(repository: World) -> None:
    planned(repository, f'[[action]]\ntext = "thank"\nowner = "Bo"\ndue = {in_days(-1)}\n', "0.1")
    fact = f"overdue:\nthank (due {in_days(-1)}, Bo)"
    assert asked(ACTIONS, repository) == Verdict(False, fact, "$EDITOR plans/0.1.toml")
    assert ACTIONS.severity is Severity.WARNING

    planned(repository, '[[action]]\ntext = "thank"\ndone = true\n', "0.2")
    assert asked(ACTIONS, repository) == Verdict(True, "no action is overdue")


def test_supported_warns_of_a_patch_after_the_end_of_support(repository: World) -> None:
    planned(repository, f"date = {in_days(-60)}\n[dates]\nend_of_life = {in_days(-2)}\n")
    fact = f"support of 0.2 ended on {in_days(-2)}; today is {today()}"
    run = "$EDITOR plans/0.2.toml      (dates.end_of_life)"
    assert asked(SUPPORTED, repository, "0.2.3") == Verdict(False, fact, run)
    assert SUPPORTED in concerning(context(repository, "0.2.3"))
    assert SUPPORTED not in concerning(context(repository, "0.2.0"))

    planned(repository, f"date = {in_days(-60)}\n[dates]\nend_of_life = {in_days(2)}\n")
    assert asked(SUPPORTED, repository, "0.2.3") == Verdict(True, f"0.2 is supported until {in_days(2)}")


def test_supported_warns_of_a_patch_with_more_than_its_series_gets(repository: World) -> None:
    planned(repository, f"date = {in_days(-60)}\n[dates]\nsecurity_only = {in_days(-9)}\n")
    repository.note("security", "Refuse it")
    assert asked(SUPPORTED, repository, "0.2.3") == Verdict(True, "0.2 gets security only")
    repository.note("fix", "Mend it")
    fact = f"0.2 gets security only since {in_days(-9)}; this release has fix"
    run = "$EDITOR plans/0.2.toml      (dates.security_only)"
    assert asked(SUPPORTED, repository, "0.2.3") == Verdict(False, fact, run)

    planned(repository, f"date = {in_days(-60)}\n[dates]\nfixes_only = {in_days(-9)}\n")
    assert asked(SUPPORTED, repository, "0.2.3").met is True
    repository.note("feature", "Something new")
    assert "fixes only since" in asked(SUPPORTED, repository, "0.2.3").fact


def test_supported_needs_no_plan_where_the_configuration_says_it(repository: World) -> None:
    configured(repository, "\n[calendar]\nseries = 1\n")
    for tag in ("v0.1.0", "v0.2.0"):
        repository.commit(tag)
        repository.git("tag", "--annotate", f"--message={tag}", tag)
    fact = "support of 0.1 ended: only the newest 1 series get fixes"
    assert asked(SUPPORTED, repository, "0.1.1") == Verdict(False, fact, "$EDITOR release.toml      (calendar.series)")
    assert SUPPORTED in concerning(context(repository, "0.1.1"))
    assert SUPPORTED not in concerning(context(repository, "0.2.1"))


def test_soak_time_refuses_a_final_right_after_its_candidate(repository: World) -> None:
    configured(repository, "\n[calendar]\nsoak = 7\n")
    repository.commit("a candidate")
    repository.git("tag", "--annotate", "--message=rc", "v0.2.0rc1")
    made = date.fromisoformat(repository.git("show", "--no-patch", "--format=%cs", "HEAD"))

    verdict = asked(SOAK, repository)

    assert SOAK in concerning(context(repository, "0.2.0"))
    assert SOAK not in concerning(context(repository, "0.2.0rc2"))
    assert verdict.met is False
    assert verdict.fact.startswith("0.2.0rc1 is out for ")
    assert abs((date.fromisoformat(verdict.fact.split()[-1]) - made).days - 7) <= 1


@pytest.mark.parametrize("gate", [CALENDAR, SCOPE, CHECKS])
def test_a_release_that_is_not_planned_passes(repository: World, gate: Gate) -> None:
    assert asked(gate, repository).met is True


def test_a_planned_release_shows_in_status_and_preflight(repository: World) -> None:
    before = repository.inv("status").out
    assert "planned" not in json.loads(repository.inv("status", "--json").out)
    planned(repository, f"date = {in_days(60)}\n{ITEM}must = true\n", "0.1")
    repository.git("push", "--quiet", "origin", "main")

    out = repository.inv("status").out
    more = [row for row in out.splitlines() if row not in before.splitlines()]
    assert [row.split()[0] for row in more] == ["yellow", "next"]
    assert " plan of 0.1 " in more[0] and "not enough history" in more[0]
    ran = repository.inv("preflight", "--version=minor", "--only=scope,calendar")
    assert "0.1 must have: parser" in ran.out
