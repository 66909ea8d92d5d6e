"""The journal: one line an event, on the disk at once, without secrets, out of git's sight."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from packaging.version import Version

from release.base.journal import Journal
from release.base.redact import HIDDEN, learn
from release.values.release import Release
from tests.support.world import World


def events(root: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (root / ".release" / "journal.jsonl").read_text().splitlines()]


def test_an_event_is_a_line_with_its_time(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    before = datetime.now(UTC).replace(microsecond=0)

    journal.write("begin", step="tag and push", release=Release("acme", Version("1.2.0"), "main", "v1.2.0"))
    journal.write("done", seconds=0.25, met=None)

    first, second = events(tmp_path)
    assert before <= datetime.fromisoformat(str(first.pop("at"))) <= datetime.now(UTC)
    assert first == {"event": "begin", "step": "tag and push", "release": "acme 1.2.0"}
    assert {name: second[name] for name in ("event", "seconds", "met")} == {
        "event": "done",
        "seconds": 0.25,
        "met": None,
    }


def test_events_are_added_to_those_of_earlier_commands(tmp_path: Path) -> None:
    Journal(tmp_path).write("first")
    Journal(tmp_path).write("second")

    assert [event["event"] for event in events(tmp_path)] == ["first", "second"]


def test_no_secret_is_written(tmp_path: Path) -> None:
    learn('secret-of-the "journal"')

    Journal(tmp_path).write("gate", fact='it said secret-of-the "journal"')

    assert "secret-of-the" not in (tmp_path / ".release" / "journal.jsonl").read_text()


def test_a_line_stays_json_when_a_secret_is_hidden(tmp_path: Path) -> None:
    learn("plain-secret-of-the-journal")

    Journal(tmp_path).write("gate", fact="a\nb: plain-secret-of-the-journal")

    assert events(tmp_path)[0]["fact"] == f"a\nb: {HIDDEN}"


def test_without_a_place_nothing_is_written(tmp_path: Path) -> None:
    Journal(None).write("begin")

    assert list(tmp_path.iterdir()) == []


def test_git_does_not_see_it_whatever_the_project_ignores(repository: World) -> None:
    (repository.project / ".gitignore").unlink()
    repository.commit("no ignores")

    Journal(repository.project).write("begin")

    assert repository.git("status", "--porcelain", "--untracked-files=all") == ""
