"""release/ in somebody else's repository: licensed, mapped, and not counted as that project's code."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from release import __version__
from tests.support.world import REPOSITORY, World

RELEASE = REPOSITORY / "template" / "release"


def test_the_map_names_every_folder_and_every_module_at_the_top() -> None:
    text = (RELEASE / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_./]+)`", text))

    folders = {f"{path.parent.name}/" for path in RELEASE.glob("*/__init__.py")}
    modules = {path.name for path in RELEASE.glob("*.py")} - {"__init__.py", "__main__.py", "noxfile.py"}
    assert folders - named == set()
    assert modules - named == set()


def test_no_folder_is_too_full_to_read_at_a_glance() -> None:
    full = {path: len(list(path.glob("*.py"))) for path in (RELEASE, *RELEASE.rglob("*")) if path.is_dir()}

    assert {path.name: count for path, count in full.items() if count > 26} == {}
    assert full[RELEASE] <= 13


def test_every_folder_says_what_it_is_for() -> None:
    for path in RELEASE.rglob("__init__.py"):
        assert re.match(r'"""[A-Z][^\n]+\."""', path.read_text(encoding="utf-8")), path


def test_a_forge_counts_none_of_it_and_collapses_its_diffs(repository: World) -> None:
    words = ("check-attr", "linguist-vendored", "linguist-generated", "--", "release/context.py", "src/acme/slug.py")

    assert repository.git(*words).splitlines() == [
        "release/context.py: linguist-vendored: set",
        "release/context.py: linguist-generated: set",
        "src/acme/slug.py: linguist-vendored: unspecified",
        "src/acme/slug.py: linguist-generated: unspecified",
    ]


def test_it_carries_its_own_licence(rendered: Path) -> None:
    assert (rendered / "release" / "LICENSE").read_text() == (REPOSITORY / "LICENSE").read_text()


def test_it_says_the_version_of_the_template() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert __version__ == project["version"]


def test_tasks_that_are_interrupted_under_nox_have_time_to_say_how_they_go_on() -> None:
    """Nox ends what it runs after 0.3 s: then nothing says that the same command continues."""
    for path in (RELEASE / "sessions.py", RELEASE.parent / "noxfile.py.jinja"):
        calls = re.findall(r"session\.run\((?:\"inv\"|\*command).*", path.read_text(encoding="utf-8"))
        assert calls
        assert [each for each in calls if "interrupt_timeout=" not in each] == []
