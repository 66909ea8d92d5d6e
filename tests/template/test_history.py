"""From every released version to the one here: `inv update` gives what a new project has, and no edit is lost."""

from __future__ import annotations

import difflib
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import copier
import pytest

from tests.support.evolution import OLD, SESSION, TABLE, TASK, Evolution, append, edit, next_version
from tests.support.traces import bytes_below
from tests.support.world import REPOSITORY, World, copy_template

HERE = "999.0.0"  # the version of what lies in the working tree
MADE = {"900.1.0": True, "900.2.0": False}  # versions made here: with all the changes of a version, or with some
SEEDS = {"README.md", "docs/index.md", "release.toml", "src/acme/slug.py", "tests/test_slug.py", "zensical.toml"}


def released() -> dict[str, str]:
    """Return {version: commit} of the release commits in this repository's history, by their trailer."""
    shown = "--format=%H %(trailers:key=Release,valueonly,separator=%x20)"
    words = ["git", "log", "--grep=^Release: ", shown, "HEAD"]
    ran = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    rows = (line.split() for line in ran.stdout.splitlines())
    return {row[1]: row[0] for row in rows if len(row) == 2}


RELEASED = released()


def below(template: World, commit: str | None) -> None:
    """Put the template of a commit of this repository, or of its working tree, in place of what is there."""
    for name in ("copier.yml", "template", "CHANGELOG.md"):
        path = template.project / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    if commit is None:
        fresh = copy_template(template.project.parent / "fresh")
        shutil.copytree(fresh, template.project, dirs_exist_ok=True)
        shutil.rmtree(fresh)
        shutil.copy(REPOSITORY / "CHANGELOG.md", template.project)
        return
    archive = template.project.parent / "files.tar"
    words = ["git", "archive", f"--output={archive}", commit, "copier.yml", "template", "CHANGELOG.md"]
    subprocess.run(words, cwd=REPOSITORY, check=True)
    shutil.unpack_archive(archive, template.project)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A template of every released version, of the made ones, and of the one here, each tagged."""
    place = tmp_path_factory.mktemp("history")
    template = World(place / "keelway", place / "none.git", "", place / "home")
    template.project.mkdir()
    template.git("init", "--quiet")
    for version, commit in reversed(RELEASED.items()):
        below(template, commit)
        template.commit(f"version {version}")
        template.git("tag", f"v{version}")
    for version, whole in MADE.items():
        below(template, None)
        if whole:
            next_version(template.project / "template")
        else:
            edit(template.project / "template/tasks.py", ("and, below the line, yours.", "and your own."))
            append(template.project / "template/release/steps/reopen_line.py", "\n# A version of long ago.\n")
        template.commit(f"version {version}")
        template.git("tag", f"v{version}")
    below(template, None)
    template.commit(f"version {HERE}")
    template.git("tag", f"v{HERE}")
    return template


def made_from(template: World, version: str, place: Path, *, quality: str = "[]") -> Evolution:
    """Return a project made from a version, committed."""
    root = place / "acme"
    answers = {"project_name": "acme", "kind": "command-line", "forge": "github", "namespace": "octo-org"}
    copier.run_copy(
        str(template.project), root, data=answers, defaults=True, quiet=True, vcs_ref=f"v{version}", skip_tasks=True
    )
    project = World(root, place / "acme.git", "", place / "home")
    project.git("init", "--quiet")
    project.commit("start", **{"release.toml": f"quality = {quality}\n"})
    return Evolution(template, project)


@pytest.fixture(scope="module")
def new(template: World, tmp_path_factory: pytest.TempPathFactory) -> Evolution:
    """A project made from the version here, which nothing changes."""
    return made_from(template, HERE, tmp_path_factory.mktemp("new"))


def live(evolution: Evolution) -> None:
    """Do what owners do to every project: the standard set of edits."""
    root = evolution.root
    edit(
        root / "pyproject.toml",
        ('version = "0.1.0.dev0"\n', 'version = "1.4.0.dev0"\n'),
        ("dependencies = []\n", 'dependencies = [\n  "click",\n]\n'),
        ('  "coverage[toml]",\n', '  "coverage[toml]",\n  "hypothesis",\n'),
    )
    append(root / "pyproject.toml", TABLE)
    append(root / "noxfile.py", SESSION)
    append(root / "tasks.py", TASK)
    append(root / "README.md", "\n## Ours\n\nA section.\n")
    (root / ".editorconfig").unlink()
    with (root / "release.toml").open("a") as file:
        file.write('remote = "upstream"\n')
    evolution.project.commit("a year's work")


def update(evolution: Evolution) -> None:
    """Run `inv update --yes`, where a version has it, else `copier update`; nothing may be left of a merge."""
    release = evolution.root / "release"
    if any((release / path).exists() for path in ("commands/update.py", "flows/updating.py")):
        ran = evolution.project.inv("update", "--yes")
        assert ran.code == 0, ran.text
        assert "0 conflicts" in ran.out, ran.out
    else:
        copier.run_update(str(evolution.root), defaults=True, quiet=True, overwrite=True)
        assert evolution.project.git("ls-files", "--unmerged") == ""
    marked = evolution.project.run("git", "grep", "-nE", "^(<{7}|>{7}) ")
    assert marked.out == ""
    assert list(evolution.root.rglob("*.rej")) == []


@pytest.mark.parametrize("version", [*RELEASED, *MADE])
def test_an_untouched_project_becomes_what_a_new_one_is(
    version: str, template: World, new: Evolution, tmp_path: Path
) -> None:
    evolution = made_from(template, version, tmp_path)

    update(evolution)

    ours, theirs = (bytes_below(each.root) for each in (evolution, new))
    others = {name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)}
    assert {name for name in others if not name.startswith(".git/")} <= SEEDS


@pytest.mark.parametrize("version", [*RELEASED, *MADE])
def test_no_edit_is_lost(version: str, template: World, new: Evolution, tmp_path: Path) -> None:
    evolution = made_from(template, version, tmp_path)
    live(evolution)

    update(evolution)

    merged = tomllib.loads(evolution.read("pyproject.toml"))
    assert merged["project"]["version"] == "1.4.0.dev0"
    assert merged["project"]["dependencies"] == ["click"]
    assert "hypothesis" in merged["dependency-groups"]["test"]
    assert evolution.read("pyproject.toml").endswith(TABLE)
    assert evolution.read("noxfile.py").endswith(SESSION)
    assert evolution.read("tasks.py").endswith(TASK)
    assert evolution.read("README.md").endswith("\n## Ours\n\nA section.\n")
    assert evolution.read("release.toml").endswith('remote = "upstream"\n')
    assert not (evolution.root / ".editorconfig").exists()
    assert bytes_below(evolution.root / "release") == bytes_below(new.root / "release")


def edit_moved_files(evolution: Evolution, new: Evolution) -> list[tuple[str, str]]:
    """Add a line to each file of release/ that moved since, where the template left the lines around it as they were.

    Return (the file's new name, the line).
    """
    edits = []
    copier_yml = evolution.template.git("show", f"v{HERE}:copier.yml")
    for old, name in re.findall(r"^  - \{ from: (release/\S+\.py), to: (\S+) \}", copier_yml, re.MULTILINE):
        path = evolution.root / old
        if not path.exists():
            continue
        lines, theirs = path.read_text().splitlines(), new.read(name).splitlines()
        same = difflib.SequenceMatcher(None, lines, theirs, autojunk=False)
        block = same.find_longest_match(0, len(lines), 0, len(theirs))
        if block.size > 8:
            line = f"# Ours, written in {old}"
            lines.insert(block.a + block.size // 2, line)
            path.write_text("\n".join(lines) + "\n")
            edits.append((name, line))
    evolution.project.commit("edits in files that move")
    return edits


def test_edits_in_files_that_moved_since_follow_them(template: World, new: Evolution, tmp_path: Path) -> None:
    """0.1.0 has no `inv update`: Copier brings it to 0.2.0, where no file moved that has an edit, then ours does."""
    for version in RELEASED:
        evolution = made_from(template, version, tmp_path / version)
        edits = edit_moved_files(evolution, new)
        if version == "0.1.0":
            copier.run_update(str(evolution.root), defaults=True, quiet=True, overwrite=True, vcs_ref="v0.2.0")
            evolution.project.commit("0.2.0")

        update(evolution)

        assert len(edits) > 20, version
        assert [(name, line) for name, line in edits if line not in evolution.read(name).splitlines()] == []


@pytest.mark.journey
def test_the_result_is_green_by_its_own_checks(template: World, tmp_path: Path) -> None:
    """Not by ours: the sessions that its own noxfile and release.toml name, run by `nox -s update` itself."""
    here = re.sub(r"\s", "", '["lint", "types", "docs"]')
    evolution = made_from(template, "900.2.0", tmp_path, quality=here)
    live(evolution)

    ran = evolution.project.run("nox", "-s", "update", "--", "--yes")

    assert ran.code == 0, ran.text
    assert re.findall(r"^  ok +(lint|types|docs) ", ran.out, re.MULTILINE) == ["lint", "types", "docs"]
    assert f"main is at {HERE} of the template" in ran.out
    again = evolution.project.run("nox", "-s", "update", "--", "--check")
    assert again.code == 0, again.text


SIX = [
    ('requires-python = ">=', '# As low as it can be.\nrequires-python = ">='),
    ('  "ruff",\n]\ntypes', '  "ruff",\n  "zizmor",\n]\ntypes'),
    ("line-length = 120\n", "line-length = 110\n"),
    ("fail_under = 90\n", "fail_under = 95\n"),
    ("warn_unreachable = true\n", "warn_unreachable = true\nwarn_no_return = true\n"),
    ("# No current_version", "# There is no current_version"),
]
FOUR = [
    ("dependencies = []\n", 'dependencies = ["click", "httpx"]\n'),
    ('  "pytest",\n]', '  "pytest",\n  "pytest-xdist",\n]'),
    ('  "Typing :: Typed",\n', '  "Topic :: Text Processing",\n  "Typing :: Typed",\n'),
    ("xfail_strict = true\n", "xfail_strict = true\ntimeout = 60\n"),
]


def test_six_edits_of_ours_and_four_of_theirs_in_pyproject_merge(template: World, tmp_path: Path) -> None:
    place = tmp_path / "template"
    shutil.copytree(template.project, place)
    newer = World(place, tmp_path / "none.git", "", tmp_path / "home")
    edit(place / "template/pyproject.toml.jinja", *SIX)
    newer.commit("six edits")
    newer.git("tag", "v999.1.0")
    evolution = made_from(newer, HERE, tmp_path)
    edit(evolution.root / "pyproject.toml", *FOUR)
    evolution.project.commit("four edits")

    update(evolution)

    text = evolution.read("pyproject.toml")
    assert [new for _, new in (*SIX, *FOUR) if new not in text] == []


def test_the_made_versions_differ_so_that_there_is_something_to_merge(template: World) -> None:
    assert template.git("diff", "--name-only", "v900.1.0", f"v{HERE}").count("\n") >= 8
    assert template.git("diff", "--name-only", "v900.2.0", f"v{HERE}").count("\n") >= 1
    assert OLD not in MADE
