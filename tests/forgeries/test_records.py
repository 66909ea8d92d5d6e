"""Records that a contributor pushes by plumbing: waivers, exceptions, approvals of people without a role."""

from __future__ import annotations

import pytest

from release.approvals.stage_approvals import approvals
from release.approvals.waivers import waivers
from release.base.errors import ReleaseError
from release.branches.branch_protection import _recorded
from release.branches.freezes import frozen_since, offenders
from release.branches.hotfix_branches import restore_reason
from release.branches.process_overview import follow_ups
from release.commands.approve import approve, withdraw
from release.commands.freeze import thaw
from release.gates.approvals_and_branches import APPROVED
from release.pipeline import take
from tests.forgeries.forging import MALLORY, tag_object
from tests.support.lines import agreed, as_somebody, configured, final, fix, frozen, here, released
from tests.support.signing import signs_with
from tests.support.world import World

ROLES = '\n[[roles]]\nname = "qa"\nmembers = ["grace@example.org", "ada@example.org"]\n'
GRACE = ("Grace", "grace@example.org")


def record(world: World, name: str, commit: str, message: str, who: tuple[str, str]) -> None:
    tag_object(world, f"refs/keelway/{name}", name, commit, message, who)


def test_an_unsigned_waiver_in_the_name_of_an_approver_is_void_where_approvals_are_signed(repository: World) -> None:
    configured(repository, f'{ROLES}[[stages]]\nname = "production"\nroles = ["qa"]\nsigned = true\n')
    head = repository.commit("rules")
    repository.git("push", "--quiet", "origin", "main")
    name = "waivers/approved/2999-12-31/grace-example.org"
    message = "Waive approved\n\nGate: approved\nReason: x\nUntil: 2999-12-31\nRole: qa"
    record(repository, name, head, message, GRACE)

    assert waivers(here(repository)) == {}


def test_an_exception_by_somebody_without_the_role_is_void(repository: World) -> None:
    configured(repository, f'{ROLES}[[stages]]\nname = "feature-complete"\nroles = ["qa"]\n')
    released(repository)
    frozen(repository)
    commit = fix(repository, "ONE = 1", "ONE = 11")
    name = f"exceptions/0.2/{commit[:12]}/mallory-example.org"
    record(repository, name, commit, "Let it in\n\nReason: x", MALLORY)
    ctx = here(repository)

    assert len(offenders(ctx, "0.2", str(frozen_since(ctx, "0.2", "HEAD")), "HEAD")) == 1


def test_an_exception_under_the_name_of_another_commit_is_void(repository: World) -> None:
    released(repository)
    frozen(repository)
    commit = fix(repository, "ONE = 1", "ONE = 11")
    name = f"exceptions/0.2/{'0' * 12}/ada-example.org"
    record(repository, name, commit, "Let it in\n\nReason: x", MALLORY)
    ctx = here(repository)

    assert len(offenders(ctx, "0.2", str(frozen_since(ctx, "0.2", "HEAD")), "HEAD")) == 1


def test_people_count_only_with_a_role_where_there_are_roles(repository: World) -> None:
    configured(repository, f'{ROLES}[[stages]]\nname = "production"\npeople = 2\n')
    repository.note("feature", "New")
    head = repository.commit("rules")
    repository.git("push", "--quiet", "origin", "main")
    for who in (MALLORY, ("Eve", "eve@example.org")):
        name = f"approvals/production/anyone/{head[:12]}/{who[0].lower()}-example.org"
        record(repository, name, head, "Approve production\n\nStage: production", who)
    ctx = take(here(repository), "minor")

    assert APPROVED.ask(ctx).met is False


def test_only_the_approver_withdraws_an_approval(repository: World) -> None:
    signs_with(repository, "adas", "ada@example.org")
    configured(repository, f'{ROLES}[[stages]]\nname = "production"\nroles = ["qa"]\nsigned = true\n')
    head = repository.commit("rules")
    repository.git("push", "--quiet", "origin", "main")
    approve(here(repository), "production")
    [given] = approvals(here(repository), "production", head)
    name = given.record.name.replace("approvals/", "withdrawals/")
    record(repository, name, head, "Withdraw\n\nStage: production\nRole: qa", ("Ada", "ada@example.org"))
    signs_with(repository, "mallorys", "ada@example.org", listed=False)

    with pytest.raises(ReleaseError) as refused:
        withdraw(here(repository), "production")

    assert refused.value.why == "no key of ada@example.org in signers signed it"
    assert [each.void for each in approvals(here(repository), "production", head)] == [""]


def test_an_approval_that_was_withdrawn_does_not_count_when_it_is_pushed_again(repository: World) -> None:
    head = repository.git("rev-parse", "HEAD")
    approve(here(repository), "production")
    [given] = approvals(here(repository), "production", head)
    withdraw(here(repository), "production")
    repository.git("update-ref", f"refs/keelway/{given.record.name}", given.record.id, cwd=repository.remote)

    [again] = approvals(here(repository), "production", head)
    assert again.void.startswith("it was withdrawn, ")

    approve(here(repository), "production")
    assert [each.void for each in approvals(here(repository), "production", head)] == [""]


def test_a_thaw_counts_only_by_the_role_that_decides(repository: World) -> None:
    configured(repository, f'{ROLES}[[stages]]\nname = "feature-complete"\nroles = ["qa"]\n')
    released(repository)
    start = frozen(repository)
    repository.commit("Thaw release/0.2\n\nThawed: 0.2")
    name = f"thaws/0.2/{start[:12]}/mallory-example.org"
    record(repository, name, start, "Thaw release/0.2\n\nRole: qa", MALLORY)
    repository.git("push", "--quiet", "origin", "release/0.2")

    assert frozen_since(here(repository), "0.2", "HEAD") == start
    as_somebody(repository, *MALLORY)
    with pytest.raises(ReleaseError) as refused:
        thaw(here(repository), "0.2", agreed)
    assert "does not hold the role qa" in refused.value.why

    as_somebody(repository, "Ada Lovelace", "ada@example.org")
    thaw(here(repository), "0.2", agreed)
    assert frozen_since(here(repository), "0.2", "HEAD") is None


def test_records_around_a_release_count_only_by_who_holds_a_role(repository: World) -> None:
    """A false rule would have the owner's own rule lifted by `inv thaw`; a false follow-up would end a reminder."""
    configured(repository, ROLES)
    released(repository)
    commit = final(repository, "0.1.1", "Hotfix: outage")
    record(repository, "rules/0.2", commit, "Set the rule\n\nBranch: release/0.2", MALLORY)
    record(repository, "follow-ups/0.1.1", commit, "Follow up 0.1.1\n\nText: done", MALLORY)
    record(repository, "hotfixes/0.1.2", commit, "Hotfix 0.1.2\n\nReason: fun", GRACE)
    ctx = here(repository)

    restore_reason(ctx, "hotfix/0.1.2")

    assert _recorded(ctx) == {}
    assert [str(each.version) for each in follow_ups(ctx)] == ["0.1.1"]
    assert repository.run("git", "config", "--get-regexp", "reason").out == ""

    record(repository, "follow-ups/0.1.1", commit, "Follow up 0.1.1\n\nText: done", GRACE)
    assert follow_ups(here(repository)) == []
