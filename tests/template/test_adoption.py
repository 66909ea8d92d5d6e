"""Adoption: a project that was there before gets the release layer, loses no line, and can be released at once."""

from __future__ import annotations

import io
import re
import sys
import tarfile
import tomllib
from pathlib import Path

import copier
import pytest
import requests
from packaging.utils import canonicalize_name

from tests.support.evolution import OLD, evolve
from tests.support.layouts import LAYOUTS, Project, plant
from tests.support.world import CONFIG, OFF, World

FEW = f'python = ["{sys.version_info.major}.{sys.version_info.minor}"]\nquality = []\n'
ADDED = {".copier-answers.yml", "RELEASING.md", "changelog.d/.gitignore", "constraints.txt", "release.toml"}


def adopted(template: Path, world: World) -> World:
    """Lay the release layer over a project, as `copier copy` does, and adopt it."""
    copier.run_copy(str(template), world.project, defaults=True, quiet=True)
    ran = world.run(sys.executable, "-m", "release", "adopt", "--yes")
    assert ran.code == 0, ran.text
    return world


def gone(world: World, since: str) -> dict[str, list[str]]:
    """Return {file: lines} of what is not there any more that was there at a commit."""
    world.git("add", "--all")
    rows = world.git("diff", "--unified=0", "--no-renames", since).splitlines()
    found: dict[str, list[str]] = {}
    name = ""
    for row in rows:
        if row.startswith("--- "):
            name = row.removeprefix("--- a/")
        elif row.startswith("-"):
            found.setdefault(name, []).append(row[1:])
    return found


SETTINGS = {
    "setuptools, flat, found by itself, kept changelog": {},
    "setuptools-scm, src, no changelog, plain tags": {"tag": "{version}", "reopen": False},
    "hatch-vcs, flat, kept changelog": {"reopen": False},
    "flit, flat module, no changelog, plain tags": {"branch": "master", "tag": "{version}"},
    "uv_build, src, noxfile and tasks of its own": {"branch": "trunk"},
    "setuptools, src, version by attribute, an underlined changelog": {"tag": "release-{version}"},
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_is_not_as_usual_is_recognised_nothing_is_lost_and_nothing_missing(
    name: str, template: Path, tmp_path: Path
) -> None:
    world = plant(LAYOUTS[name], tmp_path, "")
    before = world.git("rev-parse", "HEAD")

    adopted(template, world)

    if name in SETTINGS:
        assert tomllib.loads((world.project / "release.toml").read_text()) == SETTINGS[name]
    assert gone(world, before) == {}
    new = set(world.git("diff", "--name-only", "--diff-filter=A", before).split("\n"))
    outside = {path for path in new if not path.startswith("release/")}
    assert outside - ADDED <= {
        *("CHANGELOG.md", "towncrier.toml", ".bumpversion.toml", "noxfile.py", "tasks.py", ".gitignore"),
        *([] if "pyproject.toml" in LAYOUTS[name].files else ["pyproject.toml"]),
        *([".gitattributes"] if "meson" in name else []),
    }
    assert outside >= ADDED
    world.commit("adopted")

    ran = world.run(sys.executable, "-m", "release", "adopt", "--yes")

    assert ran.code == 0, ran.text
    assert "nothing is missing; next: nox -s preflight" in ran.out
    assert world.git("status", "--porcelain") == ""


def test_a_project_by_setup_py_alone_is_sent_to_adopt(template: Path, tmp_path: Path) -> None:
    world = plant(LAYOUTS["setuptools by setup.py alone, flat"], tmp_path, "")
    copier.run_copy(str(template), world.project, defaults=True, quiet=True)

    ran = world.run(sys.executable, "-m", "release", "status")

    assert ran.code == 1
    assert "; adopting hello-eight, which setup.py describes, writes it\n" in ran.err
    assert "  run: nox -s adopt" in ran.err
    assert world.run(sys.executable, "-m", "release", "adopt", "--yes").code == 0
    assert world.run(sys.executable, "-m", "release", "status").code == 0


def test_what_is_recognised_is_told_and_what_is_written_is_shown(template: Path, tmp_path: Path) -> None:
    world = plant(LAYOUTS["poetry-core, its own table, changelog by hand"], tmp_path, "")
    copier.run_copy(str(template), world.project, defaults=True, quiet=True)

    ran = world.run(sys.executable, "-m", "release", "adopt", "--dry-run")

    assert ran.code == 0, ran.text
    assert ran.out.partition("\n\n")[0] == (
        "  ok      build backend                       poetry-core\n"
        "  ok      version                             1.2.0 in pyproject.toml\n"
        "  ok      line                                main, pushed to origin\n"
        "  ok      forge                               no known forge in the address of the remote\n"
        "  ok      ci                                  none\n"
        "  ok      tags                                v{version}\n"
        "  ok      changelog                           HISTORY.md\n"
        "  ok      fragments                           changelog.d, by towncrier"
    )
    assert "+<!-- towncrier release notes start -->\n" in ran.out
    assert '+title_format = "## {version} ({project_date})"\n' in ran.out
    assert ran.out.endswith("nothing was changed\n")
    assert not (world.project / "towncrier.toml").exists()


def test_the_owners_rules_are_not_for_release(template: Path, tmp_path: Path) -> None:
    """Whatever their ruff is told, and whether or not their .gitignore knows of bytecode."""
    world = adopted(template, plant(LAYOUTS["uv_build, src, noxfile and tasks of its own"], tmp_path, ""))
    world.commit("adopted")

    ran = world.run(sys.executable, "-m", "ruff", "check", "--no-cache", ".")
    assert ran.code == 0, ran.text
    for words in (["check", "--select=ALL", "--output-format=concise"], ["format", "--check", "--line-length=60"]):
        told = world.run(sys.executable, "-m", "ruff", *words, "--no-cache", ".").text
        assert "release/" not in told, told
    assert list((world.project / "release").rglob("*.pyc"))
    assert [row for row in world.git("status", "--porcelain").splitlines() if "pycache" in row] == []


def test_a_noxfile_and_tasks_of_its_own_get_two_lines_under_a_separator(template: Path, tmp_path: Path) -> None:
    project = LAYOUTS["uv_build, src, noxfile and tasks of its own"]
    world = adopted(template, plant(project, tmp_path, ""))

    for name, lines in (
        ("noxfile.py", '__import__("sys").path.insert(0, ".")\n__import__("release.sessions")\n'),
        ("tasks.py", "from release.tasks import *\n"),
    ):
        text = (world.project / name).read_text()
        assert text == f"{project.files[name]}\n\n# ---- For the release process. ----\n{lines}"
    listed = world.run("nox", "--list")
    assert listed.code == 0, listed.text
    assert set(re.findall(r"^[*-] (\S+)", listed.out, re.MULTILINE)) == {
        *("own", "adopt", "inv", "pages", "preflight", "rehearse", "release", "update")
    }
    assert "  own " in world.inv("--list").out


def test_an_adopted_project_is_updated_like_any_other(tmp_path: Path) -> None:
    """Its own noxfile and pyproject.toml are no business of the template's, and it comes from another template, too."""
    template = evolve(tmp_path)
    project = LAYOUTS["uv_build, src, noxfile and tasks of its own"]
    (tmp_path / "there").mkdir()
    world = plant(project, tmp_path / "there", "")
    theirs, ours = {".copier-answers.yml": "_commit: v1\n_src_path: gh:a/b\n"}, ".copier-answers.release.yml"
    world.commit("from another template", **theirs, **{"constraints.txt": "numpy==2.1.0\n"})
    place = str(template.project)
    copier.run_copy(place, world.project, defaults=True, quiet=True, vcs_ref=OLD, answers_file=ours)
    assert world.run(sys.executable, "-m", "release", "adopt", "--yes").code == 0
    before = world.commit("adopt", **{"release.toml": 'branch = "trunk"\nquality = []\n'})

    ran = world.run(sys.executable, "-m", "release", "update", "--yes")

    assert ran.code == 0, ran.text
    assert "constraints.txt is the template's, and you replaced it" in ran.out
    changed = set(world.git("diff", "--name-only", before, "HEAD").split("\n"))
    assert {path for path in changed if not path.startswith("release/")} == {ours, "RELEASING.md"}
    assert "_commit: 0.2.0\n" in (world.project / ours).read_text()
    assert "release/steps/sign.py" in changed


# Without a noxfile, and with one of its own in two forms; elsewhere no environment is made, which takes the most time.
BY_NOX = {
    "setuptools, flat, found by itself, kept changelog",
    "uv_build, src, noxfile and tasks of its own",
    "pdm-backend, flat, a noxfile and towncrier.toml of its own",
}


def ours(name: str, command: str, *words: str, before: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return how a command of the release process is typed in a project."""
    return (
        ("nox", *before, "-s", command, "--", *words)
        if name in BY_NOX
        else (sys.executable, "-m", "release", command, *words)
    )


@pytest.mark.journey
@pytest.mark.parametrize("name", LAYOUTS)
def test_an_adopted_project_is_released_and_installed(name: str, template: Path, tmp_path: Path, index: str) -> None:
    project = LAYOUTS[name]
    world = plant(project, tmp_path, index)
    copier.run_copy(str(template), world.project, defaults=True, quiet=True)
    ran = world.run(*ours(name, "adopt", "--yes", before=("-f", "release/noxfile.py")))
    assert ran.code == 0, ran.text
    configure(world)
    world.commit("adopt")
    before = world.git("rev-parse", "HEAD")
    noted = world.run(sys.executable, "-m", "release", "note", mending(world), "It says hello")
    assert noted.code == 0, noted.text
    world.git("push", "--quiet", "origin", project.branch)

    released = world.run(*ours(name, "release", "patch", "--yes"))

    assert released.code == 0, released.text
    check(world, project, before)


def configure(world: World) -> None:
    """Let releases go to the world's index."""
    path = world.project / "release.toml"
    tables = CONFIG[CONFIG.index("[[gates]]") if "[[gates]]" in CONFIG else CONFIG.index(OFF[:9]) :]
    path.write_text(FEW + path.read_text() + tables.format(upload=world.index))


def mending(world: World) -> str:
    """Return the type of a fix as the project's towncrier calls it."""
    path = world.project / "towncrier.toml"
    return "fix" if path.exists() and "changelog.d" in path.read_text() else "bugfix"


def check(world: World, project: Project, before: str) -> None:
    """Look at the index, at an installation, and at what the release changed of the project."""
    described = next(
        project.files[each] for each in ("setup.py", "setup.cfg", "pyproject.toml") if each in project.files
    )
    name = re.search(r'^name ?= ?"?([^"\n]*)', described, re.MULTILINE | re.IGNORECASE)
    assert name
    files = world.files(canonicalize_name(name[1]))
    stem = canonicalize_name(name[1]).replace("-", "_")
    assert set(files) == {f"{stem}-1.2.1.tar.gz", f"{stem}-1.2.1-py3-none-any.whl"}
    fresh = world.project.parent / "fresh"
    words = ["--quiet", "--no-config", "--no-cache", "--index-url", f"{world.index}simple/"]
    world.run(sys.executable, "-m", "uv", "venv", "--quiet", fresh)
    ran = world.run(sys.executable, "-m", "uv", "pip", "install", *words, "--python", fresh, name[1])
    assert ran.code == 0, ran.text
    script = f"import {stem}; print({stem}.hello()); import importlib.metadata as m; print(m.version('{name[1]}'))"
    assert world.run(fresh / "bin/python", "-c", script, cwd=world.home).out == "hello\n1.2.1\n"
    installed = {path.name for path in (fresh / "lib").glob("python*/site-packages/*")}
    assert {each for each in installed if "release" in each or each in ("tasks.py", "noxfile.py")} == set()
    sdist = io.BytesIO(requests.get(f"{world.index}packages/{stem}-1.2.1.tar.gz", timeout=30).content)
    with tarfile.open(fileobj=sdist) as members:
        assert [each for each in members.getnames() if each.split("/")[1:2] == ["release"]] == []
    tag = project.tag.format("1.2.1")
    assert f"refs/tags/{tag}" in world.remote_refs()
    changed = set(world.git("diff", "--name-only", "--no-renames", before, tag).split("\n"))
    assert {path for path in changed if "+it-says" not in path} <= project.changes
    lines = [row for row in world.git("diff", "--unified=0", before, tag).split("\n") if re.match(r"-(?!--)", row)]
    assert [row for row in lines if "1.2.0" not in row and "It says hello" not in row] == []


def test_what_waits_below_unreleased_is_told_with_the_lines_to_paste(template: Path, tmp_path: Path) -> None:
    world = plant(LAYOUTS["setuptools, flat, found by itself, kept changelog"], tmp_path, "")
    path = world.project / "CHANGELOG.md"
    path.write_text(path.read_text().replace("## [Unreleased]\n", "## [Unreleased]\n\n### Fixed\n\n- It works\n", 1))
    copier.run_copy(str(template), world.project, defaults=True, quiet=True)

    told = world.run(sys.executable, "-m", "release", "adopt", "--yes").out

    assert 'CHANGELOG.md has 1 below "[Unreleased]"; when adopted:\n' in told
    assert "inv note fix 'It works'\n" in told
    ran = world.run("nox", "--list")
    assert "* preflight " in ran.out, ran.text  # what `nox` alone runs
