"""The whole way, typed as an owner types it: from a rendered project to releases that pip installs."""

from __future__ import annotations

import email
import email.policy
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from email.utils import parseaddr
from functools import cache
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.support.forges.kinds import forge_server
from tests.support.forges.server import ForgeServer
from tests.support.forges.worlds import shown
from tests.support.lacking import tell_lack
from tests.support.owner import Owner, begin, succeeded
from tests.support.seed import SEED

pytestmark = pytest.mark.journey

MATRIX = ["3.10", "3.11", "3.12", "3.13"]
HOSTILE = "It's a \"slug\" \\ maker: {{ x }} {% raw %} ${{ y }} <b>, [z](w), # & *all*, 100%, 🙂 e\u0301, 'two'  spaces"
JOURNEYS = {
    "library": {
        "project_name": "acme",
        "kind": "library",
        "forge": "none",
        "docs": "zensical",
        "license": "BSD-3-Clause",
        "description": HOSTILE,
        "author_name": 'Zoë "Å" O\'Ñeil \\ 李, Ltd.',
        "author_email": "zoe+acme@example.org",
    },
    "command-line": {
        "project_name": "Acme.Tool-Kit",
        "kind": "command-line",
        "forge": "github",
        "namespace": "octo-org",
        "docs": "sphinx",
    },
    "library-without-documentation": {
        "project_name": "9lives",
        "kind": "library",
        "forge": "gitlab",
        "namespace": "group/sub",
        "docs": "none",
        "license": "none",
        "python_min": "3.11",
    },
}

# The library in each run, and one of the two that have a forge, as in test_rotating.py.
RUN = ["library", ["command-line", "library-without-documentation"][SEED % 2]]


@cache
def pythons() -> list[str]:
    """Return those Pythons of the matrix that this machine has."""
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    # pyenv's shims answer for selected versions only
    env = os.environ | {"PYENV_VERSION": ":".join(path.name for path in versions.glob("3.*"))}
    found = []
    for version in MATRIX:
        command = shutil.which(f"python{version}")
        if command and subprocess.run([command, "-c", ""], env=env, capture_output=True, check=False).returncode == 0:
            found.append(version)
    return found


@pytest.fixture
def here(record_property: Callable[[str, object], None]) -> list[str]:
    """The Pythons of the matrix that this machine has: a missing one is said, and where CI is set it is a failure."""
    found = pythons()
    missing = sorted(set(MATRIX) - set(found))
    if missing:
        tell_lack(f"this machine has no Python {', '.join(missing)}: nothing is known of it")
        record_property("missing", missing)
    assert len(found) >= 3, f"three Pythons are needed, this machine has {', '.join(found)}"
    return found


@pytest.fixture
def forge(name: str) -> Iterator[ForgeServer | None]:
    """The forge that the project of a journey names, if it names one."""
    kind = JOURNEYS[name]["forge"]
    with forge_server(kind) if kind != "none" else nullcontext() as server:
        yield server


def leave_out(missing: set[str], owner: Owner) -> None:
    """Let a release try its distributions only on Pythons that are here."""
    path = owner.world.project / "release.toml"
    tried = json.dumps(sorted(set(MATRIX) - missing))
    path.write_text(f"python = {tried}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    owner.types("git", "commit", "--quiet", "--all", "--message=fewer Pythons")


def check_everything(owner: Owner, expected: list[str], here: list[str]) -> None:
    """Run `nox`; without a Python of the matrix, what there is for the others."""
    sessions = [name for name in expected if not name.startswith("tests-") or name[6:] in here]
    text = owner.types("nox") if sessions == expected else owner.types("nox", "-s", *sessions)

    assert succeeded(text) == sessions
    assert sum(name.startswith("tests-") for name in sessions) >= 3
    assert owner.changes() == ""


def build(owner: Owner, answers: Mapping[str, str]) -> None:
    """Run `nox -s build`, and read in the wheel who made it and what for."""
    text = owner.types("nox", "-s", "build")

    assert re.findall(r"PASSED( with warnings)?", text) == ["", ""]
    wheel = next((owner.world.project / "dist").glob("*.whl"))
    with zipfile.ZipFile(wheel) as file:
        name = next(name for name in file.namelist() if name.endswith("METADATA"))
        metadata = email.message_from_bytes(file.read(name), policy=email.policy.EmailPolicy(utf8=True))
    assert metadata["Summary"] == answers.get("description", "A Python project.")
    if "author_email" in answers:
        told = parseaddr(metadata["Author-email"])
        assert told == (answers["author_name"], answers["author_email"])


def install(owner: Owner, version: str, answers: Mapping[str, str]) -> None:
    """Install the newest from the index with pip, into an environment beside the project, and use it there."""
    beside, package = owner.world.project.parent / "fresh", re.sub(r"[-.]+", "_", answers["project_name"]).lower()
    package = f"py{package}" if package[0].isdigit() else package
    python = beside / "bin/python"
    if not beside.exists():
        owner.types(sys.executable, "-m", "venv", beside)
    index = ["--index-url", f"{owner.world.index}simple/", "--no-cache-dir"]
    owner.types(python, "-m", "pip", "install", "--quiet", "--upgrade", *index, answers["project_name"])

    script = f"import {package}; print({package}.__version__, {package}.slugify('Hello World'), {package}.__file__)"
    printed = owner.types(python, "-c", script).split()
    assert printed[:2] == [version, "hello-world"]
    assert printed[2].startswith(str(beside))
    if answers["kind"] == "command-line":
        command = beside / "bin" / answers["project_name"]
        assert owner.types(command, "--version") == f"{answers['project_name']} {version}\n"
        assert owner.types(command, "Crème", "brûlée") == "creme-brulee\n"


def status(owner: Owner) -> dict[str, object]:
    """Return what `inv status` says, of which a person reads the same."""
    read: dict[str, object] = json.loads(owner.types("inv", "status", "--json"))
    shown = owner.types("inv", "status")
    assert re.search(rf"\b{read['release']}\b.* is released", shown.splitlines()[0]), shown
    return read


@pytest.mark.parametrize("name", RUN)
def test_from_a_rendered_project_to_two_releases_that_pip_installs(
    name: str, room: Path, index: str, here: list[str], forge: ForgeServer | None
) -> None:
    answers = JOURNEYS[name]
    matrix = MATRIX[MATRIX.index(answers.get("python_min", "3.10")) :]
    owner = begin(room, index, forge, **answers)
    if missing := set(matrix) - set(here):
        leave_out(missing, owner)
    documented = ["docs"] if answers["docs"] != "none" else []

    listed = re.findall(r"^([*-]) (\S+)", owner.types("nox", "-l"), re.MULTILINE)
    usual = ["lint", "types", *(f"tests-{version}" for version in matrix), "coverage", *documented]
    assert [session for mark, session in listed if mark == "*"] == usual
    live = ["docs-live"] if documented else []
    assert [session for mark, session in listed if mark == "-"] == [
        "format",
        "tests-lowest",
        "tests-newest",
        *live,
        "docs-check",
        "audit",
        "benchmarks",
        "profile",
        "build",
        "dev",
        "preflight",
        "release",
        "rehearse",
        "pages",
        "pages-live",
        "update",
    ]
    check_everything(owner, usual, here)
    build(owner, answers)
    owner.types("nox", "-s", "dev")

    owner.types("inv", "note", "feature", "Add the first thing")
    assert owner.changes() == ""
    if name == "library":
        owner.types("nox", "-s", "rehearse", "--", "minor")
        assert owner.world.files(canonicalize_name(answers["project_name"])) == {}
    owner.types("nox", "-s", "release", "--", "minor", "--yes")
    install(owner, "0.1.0", answers)
    told = status(owner)
    assert (told["release"], told["tag"], told["complete"], told["fragments"]) == ("0.1.0", "v0.1.0", True, 0)

    owner.types("inv", "note", "fix", "Mend the first thing")
    owner.types("nox", "-s", "release", "--", "patch", "--yes")
    install(owner, "0.1.1", answers)
    told = status(owner)
    assert (told["release"], told["complete"]) == ("0.1.1", True)

    assert owner.changes() == ""
    refs = owner.world.remote_refs()
    assert {ref for ref in refs if not ref.endswith("^{}")} >= {
        "refs/heads/main",
        "refs/tags/v0.1.0",
        "refs/tags/v0.1.1",
    }
    assert refs["refs/heads/main"] == owner.world.git("rev-parse", "HEAD")
    changelog = owner.world.git("show", "v0.1.1:CHANGELOG.md")
    assert re.findall(r"^(## \S+|- .*)", changelog, re.MULTILINE) == [
        "## 0.1.1",
        "- Mend the first thing",
        "## 0.1.0",
        "- Add the first thing",
    ]
    assert len(owner.world.files(canonicalize_name(answers["project_name"]))) == 4
    if forge:
        assert [(each.tag, each.draft, len(each.files)) for each in shown(forge)] == [
            ("v0.1.0", False, 4),
            ("v0.1.1", False, 4),
        ]
