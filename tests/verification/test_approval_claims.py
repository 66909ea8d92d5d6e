"""Who approved a release is judged at the time of its tag, by the rules that it was made under."""

from __future__ import annotations

from packaging.version import Version

from release.approvals.stage_approvals import judged_at
from release.current_release import of_version
from release.verification.approval_claims import claims
from release.verification.claims import subject_of
from tests.forgeries.forging import tag_object
from tests.support.lines import QA_APPROVES, configured, final, here
from tests.support.signing import signs_with
from tests.support.world import World

ADA, QA = ("Ada Lovelace", "ada@example.org"), ("Grace Hopper", "grace@example.org")
BEFORE, AFTER = 1795000000, 1795400000  # 2026-11-18 and 2026-11-23


def found(world: World, at: int, text: str = "") -> list[tuple[str, str]]:
    """Tag the release at a time, and return what is claimed of its approvals."""
    commit = world.git("rev-parse", "v0.1.0^{commit}")
    tag_object(world, "refs/tags/v0.1.0", "v0.1.0", commit, f"acme 0.1.0\n\n{text}", ADA, at)
    subject = subject_of(of_version(here(world, write=False), Version("0.1.0")))
    return [(each.standing.value, each.fact) for each in claims(subject)]


def approved(world: World, kind: str = "approvals", until: str = "2026-11-20", at: int = BEFORE) -> None:
    base = world.git("rev-parse", "v0.1.0^{commit}^")
    name = f"{kind}/production/qa/{base[:12]}/grace-example.org"
    text = f"Approve production\n\nStage: production\nRole: qa\nUntil: {until}"
    tag_object(world, f"refs/keelway/{name}", name, base, text, QA, at)


def test_an_approval_that_ended_counts_for_a_tag_from_before_its_end_alone(repository: World) -> None:
    """One world: each case replaces the tag, or a record."""
    configured(repository, QA_APPROVES)
    final(repository, "0.1.0")
    base = repository.git("rev-parse", "v0.1.0^{commit}^")[:7]
    missing = f"production: the approval of {base} as qa is missing"

    assert found(repository, BEFORE) == [("wrong", missing)]
    left_out = "Left out: approvals"
    assert found(repository, BEFORE, left_out) == [("not proven", f"{missing}\nthe tag says: {left_out}")]
    waived = "Waived: approved: waived by Grace Hopper <grace@example.org> until 2026-11-20: away"  # as 0.2.0 wrote
    assert found(repository, BEFORE, waived) == [("not proven", f"{missing}\nthe tag says: {waived}")]
    assert found(repository, AFTER, waived) == [("wrong", missing)]

    approved(repository)
    assert found(repository, BEFORE) == [("proven", "qa: Grace Hopper <grace@example.org>, 2026-11-18 11:06 UTC")]
    [(standing, fact)] = found(repository, AFTER)
    assert (standing, fact.splitlines()[1].rpartition(": ")[2]) == ("wrong", "it ended on 2026-11-20")

    approved(repository, "withdrawals", "", AFTER)
    assert found(repository, BEFORE)[0][0] == "proven"


def test_where_a_stage_asks_for_nothing_nothing_is_claimed(repository: World) -> None:
    final(repository, "0.1.0")

    assert found(repository, BEFORE) == []


def test_the_date_of_a_tag_is_believed_before_the_upload_only_when_the_tag_is_signed(repository: World) -> None:
    signs_with(repository, "adas", ADA[1])
    final(repository, "0.1.0")

    assert judged_at(of_version(here(repository), Version("0.1.0"))) is None

    repository.git("tag", "--sign", "--force", "--message", "acme 0.1.0", "v0.1.0", "v0.1.0^{commit}")
    repository.git("push", "--quiet", "--force", "origin", "v0.1.0")
    made = int(repository.git("for-each-ref", "--format=%(taggerdate:unix)", "refs/tags/v0.1.0"))
    at = judged_at(of_version(here(repository), Version("0.1.0")))
    assert at is not None
    assert at.timestamp() == made
