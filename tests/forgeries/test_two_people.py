"""Where release.toml wants two people, an exception, a waiver and a skipped gate need one who asks, one who grants."""

from __future__ import annotations

from dataclasses import replace

import pytest

from release.approvals.decision_records import me
from release.approvals.stage_approvals import waiver_name
from release.approvals.two_people import ask_for
from release.approvals.waivers import waivers
from release.base.errors import ReleaseError
from release.branches.freezes import frozen_since, offenders
from release.commands.approve import ask_to_waive, waive
from release.commands.freeze_check import allow, ask
from release.commands.release import release
from tests.forgeries.forging import tag_object
from tests.support.lines import agreed, as_somebody, fix, frozen, here, released
from tests.support.world import World

RULES = """
two_people = true

[[roles]]
name = "qa"
members = ["ada@example.org", "grace@example.org"]

[[stages]]
name = "feature-complete"
roles = ["qa"]

[[gates]]
name = "links"
run = ["true"]
"""
ADA, GRACE = ("Ada Lovelace", "ada@example.org"), ("Grace Hopper", "grace@example.org")
ALONE = "two people decide about that, and only ada@example.org asked for it"


def configure(world: World) -> None:
    """Put the rules above the tables of release.toml."""
    path = world.project / "release.toml"
    first, rest = RULES.split("\n\n", 1)
    path.write_text(f"{first}\n{path.read_text(encoding='utf-8')}\n{rest}", encoding="utf-8")


def test_an_exception_is_asked_for_by_one_and_granted_by_another(
    repository: World, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(repository)
    released(repository)
    start = frozen(repository)
    commit = fix(repository, "ONE = 1", "ONE = 11")

    def kept_out() -> int:
        ctx = here(repository)
        assert frozen_since(ctx, "0.2", "HEAD") == start
        return len(offenders(ctx, "0.2", start, "HEAD"))

    ask(here(repository), commit, "users wait")  # who asks oneself grants nothing
    with pytest.raises(ReleaseError) as refused:
        allow(here(repository), commit, "users wait")
    assert refused.value.why == ALONE
    assert refused.value.run == f'inv freeze --ask {commit} --line 0.2 --reason "why"      (by another person)'

    name = f"exceptions/0.2/{commit[:12]}/ada-example.org"
    tag_object(repository, f"refs/keelway/{name}", name, commit, "Let it in\n\nReason: x\nRole: qa", ADA)
    moved = f"asked/exceptions/0.2/{commit[:12]}/grace-example.org"
    tag_object(repository, f"refs/keelway/{moved}", name, commit, "Ask\n\nReason: x", GRACE)
    assert kept_out() == 1  # an ask under another name than its own is none

    as_somebody(repository, *GRACE)
    capsys.readouterr()
    ask(here(repository), commit, "users wait")
    said = capsys.readouterr().out
    assert f"another person grants it: inv freeze --allow {commit[:12]} --line 0.2 --reason 'users wait'" in said
    as_somebody(repository, *ADA)
    allow(here(repository), commit, "users wait")
    assert kept_out() == 0


def test_a_gate_is_waived_and_skipped_only_by_two(repository: World) -> None:
    configure(repository)
    repository.note("feature", "New")
    repository.commit("rules")
    repository.git("push", "--quiet", "origin", "main")
    until = "2999-12-31"

    with pytest.raises(ReleaseError) as refused:
        waive(here(repository), "links", "no network", until)
    assert refused.value.why == ALONE
    skipping = replace(here(repository).choice, skip=frozenset({"links"}))
    with pytest.raises(ReleaseError) as refused:
        release(replace(here(repository), choice=skipping), "minor", None, agreed)
    assert refused.value.what == 'cannot skip the gate "links"'
    assert refused.value.why == "two people decide about it, so no waiver counts"

    as_somebody(repository, *GRACE)
    ask_to_waive(here(repository), "links", "no network", until)
    as_somebody(repository, *ADA)
    waive(here(repository), "links", "no network", until)
    told = "waived by Ada Lovelace <ada@example.org> until 2999-12-31: no network, requested by Grace Hopper"
    assert waivers(here(repository)) == {"links": f"{told} <grace@example.org>"}

    as_somebody(repository, *GRACE)  # as version 0.2.0 asked, by the name that the gate had
    ctx, head = here(repository), repository.git("rev-parse", "HEAD")
    asked = waiver_name("markdown", "main", until, me(ctx.git))
    ask_for(ctx, asked, head, "waive markdown", {"Gate": "markdown", "Reason": "it is ours", "Until": until})
    as_somebody(repository, *ADA)
    waive(here(repository), "notes markdown", "it is ours", until)
    assert "requested by Grace Hopper" in waivers(here(repository))["notes markdown"]
