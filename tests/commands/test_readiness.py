"""Readiness shows go or no go with what a go was worth; a runbook has only commands that exist, with today's values."""

from __future__ import annotations

import json
import re
import shlex
from datetime import date, timedelta

import pytest

from release.commands.planning.runbook import KINDS
from tests.support.lines import released
from tests.support.planning import commit_on, fragment_on, history, plan_on
from tests.support.world import World


def final_on(world: World, day: date, version: str) -> None:
    commit_on(world, day, f"release {version}")
    world.git("tag", "--annotate", f"--message={version}", f"v{version}")


def test_readiness_counts_finals_that_were_planned_and_green(repository: World) -> None:
    day = history(repository, 12, 2, date(2026, 1, 5))
    for number in range(1, 7):
        plan_on(
            repository,
            day,
            f'date = {day + timedelta(days=9)}\n[[item]]\nid = "i{number}"\ntitle = "x"\n',
            f"1.{number}",
        )
        fragment_on(repository, day + timedelta(days=1), f"i{number}.feature.md")
        final_on(repository, day + timedelta(days=9), f"1.{number}.0")
        day += timedelta(days=10)
    final_on(repository, day + timedelta(days=0), "1.6.1")
    repository.git("push", "--quiet", "--force", "--tags", "origin", "main")

    ran = repository.inv("readiness")

    assert "\nproduction: " in ran.out
    assert ran.out.endswith(
        "\nconfidence of a go, from this project's own history:\n"
        "  of 6 finals that were planned and Green, 1 needed a fix within 48 h: 3 to 49 % (90 % interval)\n"
        "  of 7 finals of this project, 1 needed a fix within 48 h: 3 to 44 % (90 % interval)\n"
        "\nthe launch checklist: inv runbook release\n"
    )
    found = json.loads(repository.inv("readiness", "--json").out)
    assert found["go"] == (ran.code == 0)
    assert found["confidence"][0] == {"of": "that were planned and Green", "finals": 6, "fixed_within_48_h": 1}


def test_without_a_history_it_says_so(repository: World) -> None:
    assert (
        "  of 0 finals of this project, 0 needed a fix within 48 h: too few to judge\n"
        in repository.inv("readiness").out
    )


CHECKLIST = """\
# Launch checklist: acme 0.1.1 (production)

## Before

- [ ] `inv test-plan`: nothing is missing
- [ ] `inv readiness production`: go
- [ ] `inv approve production --as quality`, by who holds that role
- [ ] `inv rehearse`: the same steps, thrown away

## Release: `inv release 0.1.1`

- [ ] commit version and changelog
- [ ] tag and push
- [ ] open the line again

## After

- [ ] `inv verify 0.1.1`
- [ ] `inv watch 0.1.1`: keep
- [ ] `inv status`

## If it stops

- [ ] `inv release 0.1.1` again: it continues where it stopped, here or in a fresh clone
- [ ] `inv abort` undoes it while no irreversible step was made
- [ ] after that: `inv yank 0.1.1 --reason "why"` and `inv hotfix --reason outage`
"""


@pytest.fixture
def with_a_final(repository: World) -> World:
    roles = '\n[[roles]]\nname = "quality"\nmembers = ["ada@example.org"]\n'
    roles += '[[stages]]\nname = "production"\nroles = ["quality"]\n'
    released(repository)
    repository.write("release.toml", (repository.project / "release.toml").read_text() + roles)
    repository.commit("roles")
    return repository


def test_the_launch_checklist_has_the_steps_of_the_pipeline(with_a_final: World) -> None:
    ran = with_a_final.inv("runbook")

    assert (ran.code, ran.out) == (0, CHECKLIST)


# What a command is pasted with, so that the world stays as it is; each other one is pasted as it is printed.
TRIED = ("release", "approve", "hotfix", "follow-up", "yank", "freeze", "thaw", "merge-back", "abort", "check", "watch")


@pytest.mark.journey
def test_every_command_of_every_runbook_can_be_pasted(with_a_final: World) -> None:
    """Those that change something as a dry run; the parser takes each, and none ends in a bug or a wrong option."""
    world = with_a_final
    plan = '[[item]]\ntitle = "x"\n[[check]]\nname = "tried it"\nstage = "beta"\nwho = "quality"\n'
    types = '[[types]]\nname = "minor"\nstages = ["feature-complete", "candidate", "production"]\n'
    world.write("release.toml", (world.project / "release.toml").read_text() + types)
    world.commit("a plan", **{"plans/0.2.toml": plan})
    world.git("push", "--quiet", "origin", "main")
    shown = {kind: world.inv("runbook", kind) for kind in KINDS}
    assert {kind: ran.code for kind, ran in shown.items()} == dict.fromkeys(KINDS, 0)
    before = "- [ ] feature-complete: `inv runbook freeze`\n- [ ] candidate: `inv runbook candidate`\n"
    assert before in shown["minor"].out
    assert '- [ ] `inv check "tried it" --passed`, by quality\n' in shown["minor"].out
    found = {command for ran in shown.values() for command in re.findall(r"`((?:inv|git) [^`]+)`", ran.out)}
    last = sorted(command for command in found if command.startswith("git push"))
    for command in sorted(found - set(last)):
        pasted = _as_pasted(command)
        simple = pasted.startswith("inv ") and not re.search(r"[&|;<>$`]", pasted)
        ran = world.inv(*shlex.split(pasted)[1:]) if simple else world.run("bash", "-c", pasted)
        said = f"{command}: {ran.code}\n{ran.text}"
        assert ran.code in (0, 1) and "Traceback" not in ran.text, said
        assert not re.search(r"No idea what|did not receive|Usage: ", ran.text), said
        assert ran.code == 0 or "\n  run: " in ran.text or "no go" in ran.text, said
    assert len(last) == 1 and world.run("bash", "-c", last[0]).code == 0
    assert "refs/tags/v0.1.0" not in world.remote_refs()


def _as_pasted(command: str) -> str:
    words = shlex.split(command)
    if words[:2] == ["inv", "rehearse"]:
        return f"{command} --help > /dev/null"  # a test of its own rehearses
    pasted = command.replace("COMMIT", "HEAD").replace("A..B", "HEAD~1..HEAD")
    return f"{pasted} --dry-run" if words[1] in TRIED and "--check" not in words else pasted


def test_an_unknown_runbook_names_those_that_there_are(repository: World) -> None:
    assert repository.inv("runbook", "party").err.strip("\n") == (
        'cannot write the runbook\n  why: there is no runbook "party"; runbooks: release, major, minor, '
        "patch, alpha, beta, candidate, freeze, hotfix, yank, half-upload, wrong-tag, lost-key, maintainer\n"
        "  run: inv runbook release"
    )
    assert "there is no release from this branch\n  run: inv runbook release" in repository.inv("runbook", "yank").err
