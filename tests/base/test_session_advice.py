"""Advice names sessions that the project has; where it has not, what does the same there."""

from __future__ import annotations

from pathlib import Path

import pytest

from release import sessions
from release.base import session_advice
from release.base.session_advice import as_there, learn, sessions_in
from tests.support.world import REPOSITORY

OWN = '''\
import nox


@nox.session(python=["3.12"])
def tests(session):
    """Test."""


@nox.session(name="type-check")
def check(session):
    """Check."""


__import__("release.sessions")
'''


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose advice is printed."""
    monkeypatch.setattr(session_advice, "_place", [])
    learn(tmp_path)
    return tmp_path


def test_the_sessions_of_a_noxfile_are_read_without_running_it(project: Path, rendered: Path) -> None:
    assert sessions_in(project / "noxfile.py") == frozenset()
    (project / "noxfile.py").write_text(OWN)
    assert sessions_in(project / "noxfile.py") == frozenset({"tests", "type-check", *sessions.__all__})
    assert {"dev", "build", "audit", "tests", "release", "preflight"} <= (sessions_in(rendered / "noxfile.py") or set())
    for text in ("def (", OWN.replace('"type-check"', "NAME")):  # nothing is known of it
        (project / "noxfile.py").write_text(text)
        assert sessions_in(project / "noxfile.py") is None


def test_advice_is_for_the_project_that_is_there(project: Path) -> None:
    advice = (
        "nox -s dev && . .venv/bin/activate, nox -s release -- minor, nox -s build, nox -s tests-3.12, nox -s image"
    )

    assert as_there(advice) == (
        "python -m pip install -r release/requirements.txt, nox -f release/noxfile.py -s release -- minor, "
        "python -m build, python -m pytest, nox -f release/noxfile.py -s inv -- image"
    )
    (project / "noxfile.py").write_text(OWN)
    assert as_there("nox -s release, nox -s tests-3.12, nox -s audit") == (
        "nox -s release, nox -s tests-3.12, python -m pip_audit ."
    )
    (project / "noxfile.py").write_text("def (")
    assert as_there(advice) == advice


def test_what_else_is_advised_is_installed_by_what_a_project_without_dev_is_told() -> None:
    needed = (REPOSITORY / "template/release/requirements.txt").read_text().splitlines()

    assert {"build", "pip-audit", "invoke"} <= set(needed)
