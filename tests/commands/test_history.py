"""`inv history` and `inv compare`, as typed: what is printed, and a way back whose commands work."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.support.past import Past, note
from tests.support.world import World

PYPROJECT = """\
[project]
name = "acme"
version = "{version}"
dependencies = [{dependencies}]

[tool.towncrier]
directory = "changelog.d"
filename = "CHANGELOG.md"
[tool.towncrier.fragment.feature]
[tool.towncrier.fragment.fix]
"""


@pytest.fixture
def past(repository: World) -> World:
    """1.0.0; 1.1.0 with a feature, an API without a function, other dependencies; its hotfix 1.1.1, for an outage."""
    shutil.rmtree(repository.project / ".git")
    past = Past(repository.project)
    before = PYPROJECT.format(version="1.0.0", dependencies='"six", "tomlkit>=0.11"')
    after = PYPROJECT.format(version="1.1.0", dependencies='"requests>=2", "tomlkit>=0.12"')
    code = {"src/acme/__init__.py": "def kept(): ...\ndef gone(): ...\n"}
    past.commit("start", 0, {"pyproject.toml": before, **code})
    past.release("1.0.0", 1)
    past.commit("add", 10, {**note("1.feature.md", "Read streams"), "pyproject.toml": after})
    text = {"src/acme/__init__.py": "def kept(): ...\n", **note("2.fix.md", "Close files")}
    past.commit("fix", 12, text, author="Bob <bob@example.org>", body="Co-authored-by: Cid <cid@example.org>")
    past.commit("bot", 12, {"x.txt": "x"}, author="renovate[bot] <renovate@example.org>")
    made = past.release("1.1.0", 31, gone=("1.feature.md", "2.fix.md"))
    past.commit(
        "mend", 32, {**note("3.fix.md"), "src/acme/__init__.py": "def kept(): 1\n"}, branch="hotfix/1.1.1", start=made
    )
    past.release("1.1.1", 32.5, branch="hotfix/1.1.1", body="Hotfix: outage", gone=("3.fix.md",))
    past.made()
    repository.git("reset", "--quiet", "--hard")
    repository.git("remote", "add", "origin", repository.remote)
    return repository


def test_the_versions_are_shown_with_what_became_of_them(past: World) -> None:
    ran = past.inv("history", "--at", "2026-06-30")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "  1.1.1  2026-02-02  hotfix  1 change     for outage\n"
        "  1.1.0  2026-01-31  minor   2 changes    failed: hotfix 1.1.1 (outage)\n"
        "  1.0.0  2026-01-01  major   1 change\n"
    )


def test_two_releases_are_compared(past: World) -> None:
    ran = past.inv("compare", "1.0.0", "1.1.0")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "acme 1.0.0 (2026-01-02) to 1.1.0 (2026-02-01): 30 days, 4 commits\n"
        "\n"
        "  changes       1 feature, 1 fix\n"
        "                feature: Read streams (1.feature.md)\n"
        "                fix: Close files (2.fix.md)\n"
        "  API           1 change that can break users\n"
        "                acme.gone: Public object was removed\n"
        "  dependencies  + requests>=2\n"
        "                - six\n"
        "                tomlkit>=0.11 is now tomlkit>=0.12\n"
        "  sizes         not compared\n"
        "  people        Ada Lovelace, Bob, Cid\n"
        "  fixes needed  1.1.0: hotfix 1.1.1 (outage)\n"
        "  not known     sizes: no index was asked\n"
    )
    facts = json.loads(past.inv("compare", "1.1.0", "1.0.0", "--json").out)
    assert (facts["older"]["version"], facts["newer"]["version"]) == ("1.0.0", "1.1.0")


def test_a_version_that_is_none_names_those_that_are(past: World) -> None:
    ran = past.inv("compare", "1.0.0", "9.9.9")

    assert (ran.code, ran.err.strip("\n")) == (
        1,
        "9.9.9 is no release that is known here\n  why: the newest finals are 1.1.1, 1.1.0, 1.0.0\n  run: inv history",
    )


BACK = """\
back to acme 1.0.0 from 1.1.1

1. users stay on 1.0.0 until a fix is out:
     python -m pip install acme==1.0.0

2. a fix (COMMIT on main) goes out as a higher version:
     inv hotfix --reason outage --pick COMMIT

3. without a fix, the older code goes out as a higher version:
     git restore --source=v1.0.0 --staged --worktree -- src
     git commit --message="Back to 1.0.0"
     inv note fix "Back to the code of 1.0.0"
     inv release patch

4. a service that runs from git starts the older code at once:
     git switch --detach v1.0.0
"""


def test_the_way_back_is_printed_with_commands_that_work(past: World) -> None:
    ran = past.inv("history", "--back-to", "1.0.0")

    assert (ran.code, ran.out, ran.err) == (0, BACK, "")
    facts = json.loads(past.inv("history", "--back-to", "1.0.0", "--json").out)
    assert [command for way in facts["ways"] for command in way["commands"]] == [
        line.strip() for line in ran.out.splitlines() if line.startswith("     ")
    ]
    lines = [line.strip() for line in ran.out.splitlines()]
    for line in lines:
        if line.startswith("git "):
            assert past.run("sh", "-c", line).code == 0, line
    code = (past.project / "src/acme/__init__.py").read_text()
    assert "def gone" in code  # the last command stands on the old release; the one before made the same code
    assert Path(past.project / "src").is_dir()
    assert past.git("show", "main:src/acme/__init__.py") == code.strip()


def test_there_is_no_way_back_to_the_newest(past: World) -> None:
    assert past.inv("history", "--back-to", "1.1.1").err.strip("\n").splitlines()[0] == "cannot go back to 1.1.1"


def test_on_an_index_the_way_back_begins_with_the_yanks(noted: World, shelf: Path) -> None:
    older = shelf / "acme-0.0.9-py3-none-any.whl"
    shutil.copy(next(shelf.glob("*.whl")), older)
    noted.git("tag", "--annotate", "--message", "older", "v0.0.9", "v0.1.0^")

    ran = noted.inv("history", "--back-to", "0.0.9")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[2:4] == [
        "1. installers choose 0.0.9 again once what is newer is yanked on local (pins still work):",
        '     inv yank 0.1.0 --reason "what is wrong"',
    ]
    assert noted.inv("yank", "0.1.0", "--reason", "what is wrong", "--dry-run").code == 0
