"""Records that a contributor pushes by plumbing: waivers, exceptions, approvals of people without a role."""

from __future__ import annotations

from release.approvals.stage_approvals import waivers
from release.branches.freezes import frozen_since, offenders
from release.gates.approvals_and_branches import APPROVED
from release.pipeline import take
from tests.forgeries.forging import MALLORY, tag_object
from tests.support.lines import configured, fix, frozen, here, released
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

    assert len(offenders(ctx, "0.2", str(frozen_since(ctx.git, "0.2", "HEAD")), "HEAD")) == 1


def test_an_exception_under_the_name_of_another_commit_is_void(repository: World) -> None:
    released(repository)
    frozen(repository)
    commit = fix(repository, "ONE = 1", "ONE = 11")
    name = f"exceptions/0.2/{'0' * 12}/ada-example.org"
    record(repository, name, commit, "Let it in\n\nReason: x", MALLORY)
    ctx = here(repository)

    assert len(offenders(ctx, "0.2", str(frozen_since(ctx.git, "0.2", "HEAD")), "HEAD")) == 1


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
