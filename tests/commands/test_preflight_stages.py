"""A preflight asks the gates of one stage: of a pre-release, of a freeze, of the hotfix in hand."""

from __future__ import annotations

import pytest

from release.base.errors import ReleaseError
from release.commands.hotfix import hotfix
from release.commands.preflight import PreflightResult, preflight, show
from release.gate_order import FREEZE
from tests.support.lines import fix, here, wanted
from tests.support.world import World


def names(findings: PreflightResult) -> list[str]:
    return [answer.gate.name for answer in findings.answers]


@pytest.mark.parametrize(("stage", "version"), [("alpha", "0.1.1a1"), ("candidate", "0.1.1rc1")])
def test_a_stage_asks_for_its_version(
    ready: World, stage: str, version: str, capsys: pytest.CaptureFixture[str]
) -> None:
    preflight(here(ready, write=False), "patch", stage, ["working tree"])

    assert capsys.readouterr().out.splitlines()[0] == f"acme {version} from main: what could stop it"


def test_the_stage_feature_complete_asks_what_a_freeze_asks(ready: World, capsys: pytest.CaptureFixture[str]) -> None:
    findings = preflight(here(ready, write=False), "auto", "feature-complete")
    show(findings)

    assert names(findings) == [gate.name for gate in FREEZE]
    assert capsys.readouterr().out.endswith("\ngo: inv freeze\n")


def test_the_stage_hotfix_is_that_of_the_hotfix_in_hand(ready: World, capsys: pytest.CaptureFixture[str]) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")

    def not_yet(text: str) -> None:
        raise ReleaseError("stopped")

    with pytest.raises(ReleaseError):
        hotfix(here(ready), wanted(commit), not_yet)

    findings = preflight(here(ready, write=False), "auto", "hotfix", ["working tree", "branch"])
    show(findings)

    out = capsys.readouterr().out
    assert "\nacme 0.1.1 from hotfix/0.1.1: what could stop it\n" in out
    assert "  ok      branch                              on hotfix/0.1.1" in out


def test_without_a_hotfix_in_hand_there_is_none_to_check(ready: World) -> None:
    with pytest.raises(ReleaseError) as refusal:
        preflight(here(ready, write=False), "auto", "hotfix")

    assert str(refusal.value) == (
        "cannot check the hotfix\n  why: no hotfix is in progress\n  run: inv hotfix --reason outage --pick COMMIT"
    )


def test_what_is_no_stage_is_refused(ready: World) -> None:
    with pytest.raises(ReleaseError) as refusal:
        preflight(here(ready, write=False), "auto", "final")

    assert str(refusal.value) == (
        'cannot check the stage "final"\n'
        "  why: it is none of feature-complete, alpha, beta, candidate, production, hotfix\n"
        "  run: inv preflight"
    )


def test_what_is_asked_of_the_index_after_the_upload_is_not_asked_with_a_forge_either(world: World) -> None:
    """It could not be there yet."""
    path = world.project / "release.toml"
    forge = '\n[forge]\nkind = "github"\napi = "http://127.0.0.1:9"\nproject = "octo/acme"\n'
    path.write_text(path.read_text(encoding="utf-8") + forge, encoding="utf-8")

    with pytest.raises(ReleaseError) as refusal:
        preflight(here(world, write=False), "minor", "production", ["install from index"])

    assert "install from index" in refusal.value.what
