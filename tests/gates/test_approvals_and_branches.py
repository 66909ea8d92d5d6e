"""The gates of the process: each met, and each made to refuse, with its fact and its run line."""

from __future__ import annotations

import pytest

from release.approvals.decision_records import keep, me
from release.approvals.stage_approvals import approval_name
from release.engine.gate import Gate, Severity, Verdict
from release.gate_order import PROCESS, before_all
from release.gates.approvals_and_branches import APPROVED, CANDIDATE, FROZEN, MERGED_BACK, STAGES
from release.pipeline import take
from release.values.release import Release
from release.values.version_numbers import parse_version
from tests.support.lines import as_somebody, configured, fix, frozen, here, released
from tests.support.making import set_version, short
from tests.support.world import World

ROLES = '[[roles]]\nname = "qa"\nmembers = ["ada@example.org"]\n[[roles]]\nname = "rm"\nmembers = ["bo@example.org"]\n'


@pytest.fixture
def line(repository: World) -> World:
    """The line 0.2, frozen and checked out."""
    released(repository)
    frozen(repository)
    return repository


def asked(gate: Gate, world: World, version: str = "0.2.0") -> Verdict:
    ctx = here(world, write=False)
    return gate.ask(ctx.taking(Release("acme", parse_version(version), ctx.line, f"v{version}")))


def candidate(world: World, version: str = "0.2.0rc1") -> None:
    set_version(world, version)
    world.commit(f"Release acme {version}\n\nRelease: {version}")
    world.git("tag", "--annotate", "--message", version, f"v{version}")
    world.git("push", "--quiet", "origin", "HEAD", f"v{version}")


def test_freeze_is_met_while_only_fixes_came_in(line: World) -> None:
    since = short(line)
    fix(line, "ONE = 1", "ONE = 11", "One is eleven")

    fact = f"every commit since the freeze ({since}) is allowed on release/0.2"
    assert asked(FROZEN, line) == Verdict(True, fact)


def test_freeze_refuses_what_came_in_without_being_allowed(line: World) -> None:
    since = short(line)
    commit = fix(line, "ONE = 1", "ONE = 11")[:7]

    verdict = asked(FROZEN, line)

    assert verdict.met is False
    assert verdict.fact == (
        f"release/0.2 is frozen since {since} and has commits that are not allowed:\n"
        f"{commit} ONE = 1 is ONE = 11: it changes src/acme/extra.py without a fragment of docs, fix, security"
    )
    assert verdict.run.startswith(f'inv freeze --allow {commit} --reason "why it may enter"')


def test_freeze_is_met_after_a_thaw(line: World) -> None:
    fix(line, "ONE = 1", "ONE = 11")
    line.commit("Thaw release/0.2\n\nThawed: 0.2")

    assert asked(FROZEN, line) == Verdict(True, "release/0.2 is not frozen")


def test_stages_refuses_a_final_without_its_candidate(line: World) -> None:
    configured(line, '[[types]]\nname = "minor"\nstages = ["feature-complete", "candidate", "production"]\n')

    assert asked(STAGES, line) == Verdict(
        False,
        "a minor release requires feature-complete, candidate first; there is no candidate of 0.2.0",
        "inv release 0.2.0 --pre rc",
    )

    candidate(line)
    assert asked(STAGES, line) == Verdict(True, "a minor release: feature-complete, candidate done")
    assert asked(STAGES, line, "0.2.0rc2").met


def test_stages_refuses_a_final_from_a_line_that_was_not_frozen(repository: World) -> None:
    released(repository)
    configured(repository, '[[types]]\nname = "minor"\nstages = ["feature-complete", "production"]\n')

    assert asked(STAGES, repository) == Verdict(
        False, "a minor release is made from a frozen release branch, and main is not one", "inv freeze minor"
    )
    assert asked(STAGES, repository, "0.1.1") == Verdict(True, "a patch release")


def test_candidate_refuses_what_nobody_tested(line: World) -> None:
    candidate(line)
    assert asked(CANDIDATE, line) == Verdict(True, "the same as 0.2.0rc1, except version and notes")
    line.note("docs", "Say it")
    line.commit("a plan", **{"plans/0.3.toml": 'theme = "more"\n'})
    assert asked(CANDIDATE, line).met

    fix(line, "ONE = 1", "ONE = 11", "One is eleven")

    assert asked(CANDIDATE, line) == Verdict(
        False,
        "since 0.2.0rc1 these changed: src/acme/extra.py; that is untested",
        "inv release 0.2.0 --pre rc",
    )
    candidate(line, "0.2.0rc2")
    assert asked(CANDIDATE, line).met


def test_candidate_counts_a_mode_that_changed(line: World) -> None:
    candidate(line)
    (line.project / "src/acme/extra.py").chmod(0o755)
    line.commit("executable")

    assert asked(CANDIDATE, line).met is False


def approved(world: World, role: str, commit: str, condition: str = "") -> None:
    ctx = here(world)
    facts = {"Role": role, "Condition": condition, "Until": "2999-12-31" if condition else ""}
    keep(ctx, approval_name("production", role, commit, me(ctx.git)), commit, "Approve", facts)


def test_approved_names_the_roles_that_are_missing_and_what_is_void(line: World) -> None:
    configured(line, ROLES + '[[stages]]\nname = "production"\nroles = ["qa", "rm"]\n')
    head = line.git("rev-parse", "HEAD")
    approved(line, "qa", head)
    approved(line, "rm", head)

    verdict = asked(APPROVED, line)

    assert verdict.met is False
    assert verdict.fact.splitlines()[0] == f"production: the approval of {head[:7]} as rm is missing"
    assert verdict.fact.splitlines()[1].startswith("void: rm: Ada Lovelace <ada@example.org>, ")
    assert verdict.fact.endswith("ada@example.org does not hold the role rm")
    assert verdict.run == "inv approve production --as rm"

    as_somebody(line, "Bo", "bo@example.org")
    approved(line, "rm", head)
    assert asked(APPROVED, line).met


def test_approved_wants_different_people(line: World) -> None:
    both = ROLES.replace("bo@example.org", 'bo@example.org", "ada@example.org')
    configured(line, both + '[[stages]]\nname = "production"\nroles = ["qa", "rm"]\npeople = 2\n')
    head = line.git("rev-parse", "HEAD")
    approved(line, "qa", head)
    approved(line, "rm", head)

    assert asked(APPROVED, line).fact == f"production: 1 of 2 people have approved {head[:7]}"

    as_somebody(line, "Bo", "bo@example.org")
    approved(line, "rm", head)
    assert asked(APPROVED, line).met


def test_approved_warns_of_a_condition(line: World) -> None:
    configured(line, '[[stages]]\nname = "production"\npeople = 1\n')
    approved(line, "", line.git("rev-parse", "HEAD"), "docs are online")

    verdict = asked(APPROVED, line)

    assert (verdict.met, verdict.severity) == (False, Severity.WARNING)
    assert "docs are online (until 2999-12-31)" in verdict.fact


def test_merged_back_refuses_main_what_a_line_has_not_brought_back(line: World) -> None:
    commit = fix(line, "ONE = 1", "ONE = 11", "One is eleven")
    line.git("switch", "--quiet", "main")

    verdict = asked(MERGED_BACK, line, "0.3.0")

    assert verdict == Verdict(False, f"main lacks of release/0.2: {commit[:7]} One is eleven", "inv merge-back")
    line.git("cherry-pick", commit)
    line.git("push", "--quiet", "origin", "main")
    assert asked(MERGED_BACK, line, "0.3.0") == Verdict(True, "every fix is on main")


def test_a_project_that_never_freezes_is_asked_none_of_this(repository: World) -> None:
    released(repository)
    repository.note()
    ctx = take(here(repository), "auto")

    assert not {gate.name for gate in before_all(ctx)} & {gate.name for gate in PROCESS}
