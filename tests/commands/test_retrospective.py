"""`inv retrospective`: what happened around a release is read from git, the draft is written once, actions live on."""

from __future__ import annotations

import json
import shutil

import pytest

from release.gates.planned_release_gates import ACTIONS
from tests.support.past import Past, note
from tests.support.world import World

PLAN = """\
theme = "streaming"
date = {date}
[[item]]
id = "parser"
title = "A parser | of its own"
must = true
[[item]]
id = "themes"
title = "Themes"
[[risk]]
id = "abi"
text = "numpy 3 changes the ABI"
chance = {chance}
outcome = "{outcome}"
"""


def plan(day: str, chance: float = 0.3, outcome: str = "") -> dict[str, str]:
    return {"plans/1.1.toml": PLAN.format(date=day, chance=chance, outcome=outcome)}


def fragments(past: Past) -> None:
    """A change a week before there is a plan, so that there is enough history for a forecast."""
    for week in range(8):
        past.commit(f"change {week}", 7 * week, note(f"+old{week}.fix.md"))


@pytest.fixture
def past(repository: World) -> World:
    """1.0.0 and a plan of 1.1 (days since 2026-01-01: made on day 60, its date moved on day 80, released on day 100).

    Its parser is done, the other item is not; frozen on day 90, a candidate on day 95, a hotfix two days after it.
    """
    shutil.rmtree(repository.project / ".git")
    past = Past(repository.project)
    fragments(past)
    past.release("1.0.0", 57)
    past.commit("plan", 60, plan("2026-04-06"))
    past.commit("parse", 70, note("parser.feature.md"))
    past.commit("plan again", 80, plan("2026-04-11", 0.9))
    past.commit("else", 82, note("else.fix.md"))
    past.commit("Freeze release/1.1", 90, body="Frozen: 1.1")
    candidate = past.commit("Release acme 1.1.0rc1", 95, body="Release: 1.1.0rc1")
    past.tag("v1.1.0rc1", 95, candidate)
    made = past.release("1.1.0", 100, gone=("parser.feature.md", "else.fix.md"))
    past.commit("mend", 101, note("3.fix.md"), branch="hotfix/1.1.1", start=made)
    past.release("1.1.1", 102, branch="hotfix/1.1.1", body="Hotfix: outage", gone=("3.fix.md",))
    past.commit("plan, afterwards", 110, plan("2026-04-11", 0.9, "materialised"))
    past.made()
    repository.git("reset", "--quiet", "--hard")
    repository.git("remote", "add", "origin", repository.remote)
    return repository


AT = "--at=2026-06-30"


def commits(world: World) -> dict[str, str]:
    """Return {subject: short commit} of the main branch."""
    rows = world.git("log", "--abbrev=7", "--format=%h %s", "main").splitlines()
    return {subject: commit for commit, _, subject in (row.partition(" ") for row in rows)}


def test_a_planned_release_is_shown_beside_what_was_planned_first(past: World) -> None:
    ran = past.inv("retrospective", "1.1", AT)

    assert (ran.code, ran.err) == (0, "")
    of = commits(past)
    assert (
        ran.out
        == f"""\
acme 1.1.0: retrospective

  2026-02-26  release before  v1.0.0
  2026-03-01  plan            2 items, final on 2026-04-06 ({of["plan"]})
  2026-03-11  first change    parser.feature.md ({of["parse"]})
  2026-03-21  plan            final on 2026-04-06 becomes final on 2026-04-11 ({of["plan again"]})
  2026-03-23  last change     else.fix.md ({of["else"]})
  2026-03-31  freeze          {of["Freeze release/1.1"]:<57}  2026-03-23, 8 days late
  2026-04-05  candidate       v1.1.0rc1                                                  2026-03-30, 6 days late
  2026-04-10  final           v1.1.0                                                     2026-04-06, 4 days late
  2026-04-11  failed          hotfix 1.1.1 (outage)
  2026-04-12  hotfix          v1.1.1 (outage)

planned, predicted, or the release before; and what came:
  date of the final         2026-04-06                                          2026-04-10, 4 days late
  forecast of 2026-03-01    50 % by 2026-03-18, 85 % by 2026-04-05              2026-04-10
  scope                     2 items                                             1 of them done, 50 %
  unplanned changes         none                                                1
  risk abi                  30 %                                                materialised
  health before the final   Red: date (1 % for 2026-04-11; 85 % by 2026-05-17)  released
  changes                   1.0.0: 8 fix                                        1 feature, 1 fix
  lead time                 1.0.0: median 32.5 days                             median 24.0 days
  since the release before  1.0.0: the first release                            43 days
  fixes needed              none                                                hotfix 1.1.1 (outage)

the agenda as a draft: inv retrospective 1.1 --write
"""
    )
    facts = json.loads(past.inv("retrospective", "1.1", AT, "--json").out)
    assert (facts["planned"], facts["failed"]) == (True, "hotfix 1.1.1 (outage)")
    assert [each["late"] for each in facts["events"] if each["what"] == "final"] == [4]


def recorded(world: World, name: str, target: str, message: str, under: str = "") -> None:
    """Put a record on the remote, of a commit that it gets with it."""
    world.git("tag", "--annotate", "--message", message, name, target)
    world.git("push", "--quiet", "origin", f"refs/tags/{name}:refs/keelway/{under or name}")
    world.git("tag", "--delete", name)


def test_decisions_are_in_the_timeline_and_forged_ones_are_not(past: World) -> None:
    ada = f"approvals/candidate/lead/{past.git('rev-parse', 'v1.1.0~1^{commit}')[:12]}/ada-example.org"
    recorded(past, ada, "v1.1.0~1", "Approve candidate\n\nStage: candidate\nRole: lead")
    recorded(past, "watch/1.1.0", "v1.1.0^{commit}", "Watch\n\nVerdict: take back\nEvidence: page: none")
    recorded(past, "other", "v1.1.0^{commit}", "Waive\n\nGate: audit", under="waivers/audit/2026-12-31/x")
    recorded(past, "watch/1.0.0", "v1.0.0^{commit}", "Watch\n\nVerdict: keep")  # of another release

    facts = json.loads(past.inv("retrospective", "1.1", "--json").out)

    of, rows = commits(past), [(each["what"], each["fact"]) for each in facts["events"][-2:]]
    assert rows == [
        ("approval", f"stage candidate; role lead: Ada Lovelace, of {of['Release acme 1.1.0rc1']}"),
        ("watch", f"verdict take back; evidence page: none: Ada Lovelace, of {of['Release acme 1.1.0']}"),
    ]
    assert not {"waiver", "approval", "watch"} & {
        each["what"] for each in json.loads(past.inv("retrospective", "1.1", AT, "--json").out)["events"]
    }


def test_a_release_without_a_plan_has_what_its_history_says(past: World) -> None:
    ran = past.inv("retrospective", "1.0.0", AT, "--offline")

    assert (ran.code, ran.err) == (0, "")
    rows = ran.out.splitlines()
    assert [row[14:].split("  ")[0] for row in rows[2:5]] == ["first change", "last change", "final"]
    assert rows[6:] == [
        "planned, predicted, or the release before; and what came:",
        "  changes       the first release  8 fix",
        "  fixes needed  none               none",
        "",
        "the agenda as a draft: inv retrospective 1.0 --write",
    ]


BAD = """- freeze was 8 days late (2026-03-31)
- candidate was 6 days late (2026-04-05)
- final was 4 days late (2026-04-10)
- forecast of 2026-03-01: expected 50 % by 2026-03-18, 85 % by 2026-04-05; came 2026-04-10
- scope: expected 2 items; came 1 of them done, 50 %
- risk abi: expected 30 %; came materialised
- fixes needed: expected none; came hotfix 1.1.1 (outage)
-
"""


def test_the_draft_is_written_once_and_the_plan_stays_readable(past: World) -> None:
    assert past.inv("retrospective", "1.1", "--write", "--dry-run").out == (
        "plans/1.1.md would be committed\nnothing was changed\n"
    )
    assert not (past.project / "plans/1.1.md").exists()

    ran = past.inv("retrospective", "1.1", "--write")

    assert (ran.code, ran.text) == (0, "plans/1.1.md is committed; next: $EDITOR plans/1.1.md\n")
    text = (past.project / "plans/1.1.md").read_text()
    assert [row for row in text.splitlines() if row.startswith("#")] == [
        "# acme 1.1.0: retrospective",
        "## 1. What happened",
        "## 2. What was predicted, and what came",
        "## 3. What went well, and should stay",
        "## 4. What did not go well, and why",
        "## 5. What was a surprise, or luck",
        "## 6. Actions of earlier retrospectives that are open",
        "## 7. Actions",
    ]
    assert BAD in text
    assert past.git("show", "--format=%s", "--name-only") == "Draft the retrospective of 1.1\n\nplans/1.1.md"
    again = past.inv("retrospective", "1.1", "--write")
    assert (again.code, again.err.strip("\n")) == (
        1,
        "cannot write plans/1.1.md\n  why: it already exists, and its content would be lost\n"
        "  run: inv retrospective 1.1 --markdown",
    )
    assert past.inv("retrospective", "1.1", "--markdown").out.strip() == text.strip()
    assert past.inv("scope", "1.1").code == 0  # a draft beside the plans is no plan


ACTION = ("--action=freeze | earlier", "--owner=ada@example.org")


@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_an_action_goes_into_the_plan_the_next_plan_takes_it_over_and_a_gate_warns(past: World, version: str) -> None:
    """Also where the release had no plan: it gets one that holds nothing else."""
    ran = past.inv("retrospective", version, *ACTION, "--due=2026-08-01")

    assert ran.code == 0, ran.text
    assert ran.out.endswith(f"plans/{version}.toml is committed; the next plan takes over the action\n")
    added = '[[action]]\ntext = "freeze | earlier"\nowner = "ada@example.org"\ndue = 2026-08-01\n'
    assert (past.project / f"plans/{version}.toml").read_text().endswith(added)
    assert past.inv("plan", "1.2").out.startswith("plans/1.2.toml is committed, with 1 that older plans left")
    assert added in (past.project / "plans/1.2.toml").read_text()
    verdict = ACTIONS.ask(past.context())
    assert (verdict.met, verdict.fact) == (
        False,
        "overdue:\nfreeze | earlier (due 2026-08-01, ada@example.org)",
    )
    assert verdict.run == "$EDITOR plans/1.2.toml"
    assert (
        "freeze \\| earlier | ada@example.org | 2026-08-01 | open"
        in past.inv("retrospective", "1.1.1", "--markdown").out
    )
    assert json.loads(past.inv("retrospective", version, "--json").out)["planned"] is (version == "1.1")


def test_an_action_needs_an_owner_and_a_day(past: World) -> None:
    run = 'run: inv retrospective 1.1 --action "what is to be done" --owner ada@example.org --due 2027-04-01'
    ran = past.inv("retrospective", "1.1", "--action=freeze earlier")
    assert ran.code == 1
    assert ran.err.strip("\n").splitlines()[1:] == [
        "  why: an action needs a text, an owner and a due date",
        f"  {run}",
    ]
    assert (
        past.run("sh", "-c", f"{run.removeprefix('run: ').replace('inv', 'python -m invoke', 1)} --dry-run").code == 0
    )
    assert '"soon" is not a date' in past.inv("retrospective", "1.1", *ACTION, "--due=soon").err
    past.inv("retrospective", "1.1", *ACTION, "--due=2027-04-01")
    twice = past.inv("retrospective", "1.1", *ACTION, "--due=2027-04-02")
    assert 'why: plans/1.1.toml has an action "freeze | earlier" already' in twice.err
