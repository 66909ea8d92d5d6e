"""Every tool and every Python that a project meets is held to a version that was tried."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.world import REPOSITORY, render_from

_NEEDED = "template/release/requirements.txt"
_GROUPS = "import runpy; print(*runpy.run_path('noxfile.py')['ANNOUNCEMENTS'])"


def test_what_release_needs_is_the_same_with_and_without_a_group(projects: dict[Path, dict[str, str]]) -> None:
    """An adopted project has no group for it; there release/requirements.txt is installed."""
    for project in projects:
        groups = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
        listed = (project / "release/requirements.txt").read_text(encoding="utf-8").splitlines()
        assert [line for line in listed if not line.startswith("#")] == groups["release"]


def test_jobs_of_ci_that_upload_install_a_part_of_what_release_needs() -> None:
    listed = {file: (REPOSITORY / file).read_text(encoding="utf-8") for file in (_NEEDED, "template-publishing.in")}
    names = {file: {line for line in text.splitlines() if line[:1] not in ("", "#")} for file, text in listed.items()}

    assert names["template-publishing.in"] - names[_NEEDED] == {"apprise", "pypi-attestations"}


def test_what_only_an_option_needs_is_a_group_of_its_own(template: Path, tmp_path: Path) -> None:
    """nox shows what each session would install; release.toml decides about announcements."""
    project = tmp_path / "acme"
    render_from(template, project, {"project_name": "acme"})
    shown = {}
    for channels in ("", '\n[[announce]]\nname = "chat"\nvariable = "CHAT_URL"\n'):
        with (project / "release.toml").open("a", encoding="utf-8") as file:
            file.write(channels)
        words = [sys.executable, "-P", "-c", _GROUPS]
        shown[bool(channels)] = subprocess.run(words, cwd=project, check=True, capture_output=True, text=True).stdout

    assert shown[False].split() == []
    assert shown[True].split() == ["--group", "announcements"]
    groups = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    assert (groups["announcements"], groups["rehearsal"]) == (["apprise"], ["pypiserver"])
    assert {"apprise", "pypiserver"}.isdisjoint(groups["release"])


def test_every_tool_of_every_group_is_pinned(projects: dict[Path, dict[str, str]]) -> None:
    """By name in constraints.txt, for every Python of the matrix; what builds the project and runs nox too."""
    for project in projects:
        pyproject = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
        lines = [line.partition("#")[0].strip() for line in (project / "constraints.txt").read_text().splitlines()]
        pins = [Requirement(line) for line in lines if line]
        assert [str(pin) for pin in pins if [one.operator for one in pin.specifier] != ["=="]] == []
        needed = [*pyproject["build-system"]["requires"], "nox[uv]", "virtualenv", "pip"]
        needed += [one for group in pyproject["dependency-groups"].values() for one in group if isinstance(one, str)]
        for minor in range(int(pyproject["project"]["requires-python"].partition(".")[2]), 14):
            python = {"python_version": f"3.{minor}", "python_full_version": f"3.{minor}.4", "sys_platform": "linux"}
            held = [canonicalize_name(pin.name) for pin in pins if not pin.marker or pin.marker.evaluate(python)]
            assert sorted({canonicalize_name(Requirement(one).name) for one in needed} - set(held)) == []
            assert len(held) == len(set(held))


def test_workflows_carry_no_answer(template: Path) -> None:
    """So they can be linted, and copied from project to project, as they lie here."""
    workflows = [path for path in (template / "template").rglob("*.y*ml*") if "copier_conf" not in path.name]

    assert len(workflows) == 5
    assert [path for path in workflows if re.search(r"(?<!\$)\{\{", path.read_text(encoding="utf-8"))] == []
