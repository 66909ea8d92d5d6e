"""Which releases failed, by which evidence; that a patch follows is none by itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from packaging.version import Version

from release.adapters.git.git_repository import Git
from release.insight.failed_releases import Evidence, failures
from release.insight.release_history import Served
from tests.insight.test_changes import NOTES, read
from tests.support.past import Past, at, note


@pytest.fixture
def past(tmp_path: Path) -> Past:
    """1.0.0, and 1.1.0 on day 10, which changed a.py."""
    past = Past(tmp_path / "acme")
    past.commit("start", 0, {"a.py": "a", "b.py": "b"})
    past.release("1.0.0", 1)
    past.commit("change", 9, {"a.py": "changed", **note("1.feature.md")})
    past.release("1.1.0", 10, gone=("1.feature.md",))
    return past


def found(past: Past, served: dict[Version, Served] | None = None) -> dict[str, Evidence]:
    root = past.made()
    history = read(root, served=served)
    return {str(version): each for version, each in failures(Git(root, os.environ), history, NOTES).items()}


def patch(past: Past, day: float, files: dict[str, str], name: str = "2.fix.md") -> None:
    past.commit("patch", day - 1, {**files, **note(name)})
    past.release("1.1.1", day, gone=(name,))


def test_a_patch_within_a_week_that_fixes_what_the_release_changed(past: Past) -> None:
    patch(past, 14, {"a.py": "fixed"})

    text = "1.1.1 fixes a.py, which it changed: 2.fix.md"
    assert found(past) == {"1.1.0": Evidence(text, at(13), Version("1.1.1"), at(14))}


@pytest.mark.parametrize(
    ("day", "files", "name"),
    [
        (17.1, {"a.py": "fixed"}, "2.fix.md"),
        (14, {"b.py": "fixed"}, "2.fix.md"),
        (14, {"a.py": "more"}, "2.feature.md"),
        (14, {"CHANGELOG.md": "words"}, "2.fix.md"),
    ],
    ids=["later", "another file", "a feature", "only the changelog"],
)
def test_another_patch_is_no_failure(past: Past, day: float, files: dict[str, str], name: str) -> None:
    patch(past, day, files, name)

    assert found(past) == {}


def test_without_fragments_the_subject_says_whether_it_is_a_fix(past: Past) -> None:
    past.commit("Fix the change", 11, {"a.py": "fixed"})
    past.release("1.1.1", 12)

    assert found(past)["1.1.0"].text == "1.1.1 fixes, by its subject, a.py, which it changed: Fix the change"


def test_a_hotfix_is_a_failure_of_the_release_that_it_starts_from_once(past: Past) -> None:
    past.commit("Fix", 11, {"a.py": "fixed", **note("2.fix.md")}, branch="hotfix/1.1.1", start=past.heads["main"])
    past.release("1.1.1", 11.5, branch="hotfix/1.1.1", body="Hotfix: outage", gone=("2.fix.md",))

    assert found(past) == {"1.1.0": Evidence("hotfix 1.1.1 (outage)", at(11), Version("1.1.1"), at(11.5))}


@pytest.mark.parametrize("noted", [True, False])
def test_a_yanked_release_failed_and_is_open_until_a_higher_one(past: Past, noted: bool) -> None:
    if noted:
        past.commit("note: 1.1.0 was yanked", 20, note("+yanked-1.1.0.fix.md"))
    served = {Version("1.0.0"): Served(None, yanked=False), Version("1.1.0"): Served(None, yanked=True)}

    assert found(past, served) == {"1.1.0": Evidence("yanked", at(20) if noted else None, None, None)}
    past.release("1.1.1", 30, gone=("+yanked-1.1.0.fix.md",) if noted else ())
    served[Version("1.1.1")] = Served(None, yanked=False)
    mended = Evidence("yanked", at(20) if noted else None, Version("1.1.1"), at(30))
    assert found(past, served) == {"1.1.0": mended}
