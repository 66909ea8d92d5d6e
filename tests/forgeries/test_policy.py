"""The commit that wants approval does not say who approves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from release.gate_order import before_all
from release.gates.approvals_and_branches import APPROVED
from release.pipeline import take
from tests.forgeries.forging import contributor
from tests.support.lines import QA_APPROVES, configured, final, here, reopened
from tests.support.world import World

FORMS: dict[str, Callable[[str], str]] = {
    "no roles": lambda text: text.replace(QA_APPROVES, ""),
    "another member": lambda text: text.replace("grace@example.org", "mallory@example.org"),
    "a deputy": lambda text: text.replace(
        'members = ["grace@example.org"]', 'members = ["grace@example.org"]\ndeputies = ["mallory@example.org"]'
    ),
    "no demand": lambda text: text.replace('roles = ["qa"]', "roles = []"),
    "the gate off": lambda text: f'{text}\n[[gates]]\nname = "approvals"\nseverity = "off"\n',
    "the gate off by its old name": lambda text: f'{text}\n[[gates]]\nname = "approved"\nseverity = "off"\n',
    "the gate a warning": lambda text: f'{text}\n[[gates]]\nname = "approved"\nseverity = "warning"\n',
    "the gate for another stage": lambda text: f'{text}\n[[gates]]\nname = "approvals"\nstage = "alpha"\n',
    "without the gate": lambda text: text.replace('roles = ["qa"]', 'roles = ["qa"]\nwithout = ["approved"]'),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_change_of_the_rules_needs_approval_under_the_old_ones(repository: World, form: str) -> None:
    configured(repository, QA_APPROVES)
    repository.commit("rules")
    final(repository, "0.1.0")
    reopened(repository, "0.1.0", "0.2.0.dev0")
    there = contributor(repository)
    text = (there.project / "release.toml").read_text(encoding="utf-8")
    there.commit("looser", **{"release.toml": FORMS[form](text), "changelog.d/1.feature.md": "New.\n"})
    there.git("push", "--quiet", "origin", "main")
    repository.git("pull", "--quiet", "--ff-only")
    if form in ("another member", "a deputy"):
        forge_approval(repository)

    ctx = take(here(repository), "minor")
    asked = {gate.name: gate for gate in before_all(ctx)}

    assert APPROVED.name in asked
    assert asked[APPROVED.name].severity is APPROVED.severity
    verdict = asked[APPROVED.name].ask(ctx)
    assert verdict.met is False
    assert "as qa is missing" in verdict.fact


def forge_approval(world: World) -> None:
    """Let Mallory, whom the new rules name, approve."""
    from tests.forgeries.forging import MALLORY, tag_object

    head = world.git("rev-parse", "HEAD")
    name = f"approvals/production/qa/{head[:12]}/mallory-example.org"
    message = "Approve production\n\nStage: production\nRole: qa"
    tag_object(world, f"refs/keelway/{name}", name, head, message, MALLORY)


def _moved_tag(world: World) -> None:
    world.git("tag", "--force", "--annotate", "--message", "acme 0.1.0", "v0.1.0")
    world.git("push", "--quiet", "--force", "origin", "v0.1.0")


def _older_version_on_a_later_commit(world: World) -> None:
    world.git("tag", "--annotate", "--message", "acme 0.0.1", "v0.0.1")
    world.git("push", "--quiet", "origin", "v0.0.1")


def _newer_version(world: World) -> None:
    world.git("tag", "--annotate", "--message", "acme 0.1.9", "v0.1.9")
    world.git("push", "--quiet", "origin", "v0.1.9")


def _no_tag(world: World) -> None:
    world.git("push", "--quiet", "origin", ":refs/tags/v0.1.0")


TAGS = (_moved_tag, _older_version_on_a_later_commit, _newer_version, _no_tag)


@pytest.mark.parametrize("form", TAGS, ids=lambda form: form.__name__)
def test_a_tag_on_looser_rules_does_not_make_them_those_of_the_last_release(
    repository: World, form: Callable[[World], None]
) -> None:
    """In a fresh clone, as CI has it, which knows no other tags than those of the remote."""
    configured(repository, QA_APPROVES)
    repository.commit("rules")
    final(repository, "0.1.0")
    reopened(repository, "0.1.0", "0.2.0.dev0")
    there = contributor(repository)
    text = (there.project / "release.toml").read_text(encoding="utf-8")
    there.commit("looser", **{"release.toml": FORMS["another member"](text), "changelog.d/1.feature.md": "New.\n"})
    there.git("push", "--quiet", "origin", "main")
    form(there)
    fresh = replace(repository, project=repository.clone("fresh"))
    forge_approval(fresh)

    verdict = APPROVED.ask(take(here(fresh, write=False), "0.2.0"))

    assert verdict.met is False
    assert "as qa is missing" in verdict.fact
