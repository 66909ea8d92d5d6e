"""Approvals and waivers: which count, and the tricks by which others would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from release.approvals.decision_records import Person, drop, keep, last_day, me, records
from release.approvals.stage_approvals import approval_name, approvals
from release.approvals.waivers import waivers
from release.base.errors import ReleaseError
from tests.support.lines import another, as_somebody, configured, here
from tests.support.world import World

ADA, GRACE = Person("Ada Lovelace", "ada@example.org"), Person("Grace", "grace@example.org")
RULES = """
[[roles]]
name = "quality"
members = ["Grace@Example.org"]

[[roles]]
name = "manager"
members = ["ada@example.org"]

[[stages]]
name = "production"
roles = ["quality", "manager"]
"""
TODAY = datetime.now(UTC).date()
TOMORROW, YESTERDAY = (TODAY + timedelta(days=1)).isoformat(), (TODAY - timedelta(days=1)).isoformat()


def prepared(world: World, rules: str = RULES) -> str:
    """Configure roles, and return the commit that is to be approved."""
    path = world.project / "release.toml"
    path.write_text(f'signers = "signers"\n{path.read_text(encoding="utf-8")}{rules}', encoding="utf-8")
    commit = world.commit("rules")
    world.git("push", "--quiet", "origin", "main")
    return commit


def approve(world: World, commit: str, role: str = "manager", *, sign: bool = False, **facts: str) -> str:
    """Record an approval as whoever git knows, without the checks of the command, and return its name."""
    ctx = here(world)
    name = approval_name("production", role, commit, me(ctx.git))
    keep(ctx, name, commit, "Approve production", {"Stage": "production", "Role": role} | facts, sign=sign)
    return name


def why_void(world: World, commit: str) -> list[str]:
    return [each.void for each in approvals(here(world), "production", commit)]


def test_an_approval_counts_for_its_commit_and_for_no_other(repository: World) -> None:
    commit = prepared(repository)
    approve(repository, commit)
    assert why_void(repository, commit) == [""]

    later = repository.commit("one more")

    assert why_void(repository, later) == [f"it is of {commit[:7]}, and {later[:7]} is what would be released"]


def test_an_approval_is_seen_from_every_clone_and_leaves_no_ref_in_any(repository: World) -> None:
    commit = prepared(repository)
    approve(repository, commit)
    other = another(repository)

    [found] = approvals(here(other), "production", commit)

    assert (found.role, found.void, found.record.by) == ("manager", "", ADA)
    for world in (repository, other):
        assert "keelway" not in world.git("for-each-ref")
        assert world.git("tag", cwd=world.project) == ""


def test_a_deputy_decides_as_a_member_does_and_is_marked(repository: World) -> None:
    deputy = 'members = ["grace@example.org"]\ndeputies = ["ADA@example.org"]'
    commit = prepared(repository, RULES.replace('members = ["Grace@Example.org"]', deputy))

    approve(repository, commit, "quality")
    approve(repository, commit, "manager")

    found = {each.role: each for each in approvals(here(repository), "production", commit)}
    assert [each.void for each in found.values()] == ["", ""]
    assert str(found["quality"]).startswith("quality (deputy): Ada Lovelace <ada@example.org>, ")
    assert str(found["manager"]).startswith("manager: Ada Lovelace <ada@example.org>, ")


def test_an_address_is_compared_without_regard_to_its_case(repository: World) -> None:
    commit = prepared(repository)
    as_somebody(repository, "Grace", "GRACE@example.org")
    approve(repository, commit, "quality")

    assert why_void(repository, commit) == [""]


def test_who_does_not_hold_the_role_does_not_approve_in_it(repository: World) -> None:
    commit = prepared(repository)
    as_somebody(repository, "Mallory", "mallory@example.org")
    approve(repository, commit)

    assert why_void(repository, commit) == ["mallory@example.org does not hold the role manager"]


def test_a_record_that_was_moved_to_another_role_does_not_count(repository: World) -> None:
    commit = prepared(repository)
    name = approve(repository, commit)
    moved = approval_name("production", "quality", commit, GRACE)
    repository.git("update-ref", f"refs/keelway/{moved}", f"refs/keelway/{name}", cwd=repository.remote)

    assert why_void(repository, commit) == ["", f"it was made under another name than {moved}"]


def test_a_ref_on_a_commit_is_no_approval(repository: World) -> None:
    commit = prepared(repository)
    name = approval_name("production", "manager", commit, ADA)
    repository.git("update-ref", f"refs/keelway/{name}", commit, cwd=repository.remote)

    assert why_void(repository, commit) == ["its object is not a readable git tag"]


def test_a_conditional_approval_ends(repository: World) -> None:
    commit = prepared(repository)
    approve(repository, commit, Condition="docs are online", Until=YESTERDAY)

    assert why_void(repository, commit) == [f"it ended on {YESTERDAY}"]


def test_an_approval_that_was_withdrawn_is_gone_everywhere(repository: World) -> None:
    commit = prepared(repository)
    approve(repository, commit)
    ctx = here(repository)
    [record] = records(ctx, "approvals/")

    drop(ctx, record)

    assert why_void(another(repository), commit) == []


def test_what_somebody_else_has_replaced_meanwhile_is_not_deleted(repository: World) -> None:
    commit = prepared(repository)
    name = approve(repository, commit)
    ctx = here(repository)
    [record] = records(ctx, "approvals/")
    repository.git("update-ref", f"refs/keelway/{name}", commit, cwd=repository.remote)

    with pytest.raises(ReleaseError, match="cannot delete refs/keelway/approvals"):
        drop(ctx, record)


# Waivers


def waive(world: World, gate: str, until: str, role: str = "", commit: str = "HEAD") -> None:
    ctx = here(world)
    slugged = gate.replace(" ", "-")
    facts = {"Gate": gate, "Reason": "known", "Until": until, "Role": role}
    keep(
        ctx, f"waivers/{slugged}/{until}/{me(ctx.git).slug}", ctx.git.read("rev-parse", commit), f"Waive {gate}", facts
    )


def test_a_waiver_counts_until_its_day_is_over(repository: World) -> None:
    today = datetime.now(UTC).date().isoformat()  # a run of the tests may go on past midnight
    waive(repository, "risky code", today)
    waive(repository, "api", YESTERDAY)

    told = f"waived by Ada Lovelace <ada@example.org> until {today}: known"
    assert waivers(here(repository)) == {"risky code": told}


def test_a_waiver_counts_on_the_line_that_it_was_made_on(repository: World) -> None:
    repository.git("switch", "--quiet", "--create", "elsewhere")
    repository.commit("elsewhere")
    waive(repository, "api", TOMORROW)
    repository.git("switch", "--quiet", "main")

    assert waivers(here(repository)) == {}


def test_where_there_are_roles_a_waiver_is_given_in_one_that_is_held(repository: World) -> None:
    prepared(repository)
    waive(repository, "api", TOMORROW)
    waive(repository, "size", TOMORROW, "quality")
    assert waivers(here(repository)) == {}

    waive(repository, "licences", TOMORROW, "manager")

    assert list(waivers(here(repository))) == ["licences"]


@pytest.mark.parametrize("text", ["soon", "2026-13-01", YESTERDAY, "20991231"])
def test_a_day_is_one_to_come(text: str) -> None:
    with pytest.raises(ReleaseError, match=f'cannot use the day "{text}"'):
        last_day(text)


def test_who_git_does_not_know_decides_nothing(repository: World) -> None:
    configured(repository, "")
    repository.git("config", "user.useConfigOnly", "true")
    (repository.home / ".gitconfig").write_text("[user]\nname = x\n")
    ctx = here(repository)  # writes .gitconfig anew
    (repository.home / ".gitconfig").write_text("[user]\nname = x\n")

    with pytest.raises(ReleaseError, match="git identity is not configured"):
        me(ctx.git)
