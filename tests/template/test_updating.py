"""`inv update`: what is told before, merged on a branch of its own, and offered; the user's tree is last."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import copier
import pytest

from tests.support.evolution import NEW, SESSION, TABLE, TASK, Evolution, live_in_it
from tests.support.traces import bytes_below, traces
from tests.support.updating import TOLD, updated


def test_an_update_of_an_untouched_project_is_a_new_project(updatable: Evolution, tmp_path: Path) -> None:
    told = updated(updatable, "--yes")

    tip = updatable.project.git("rev-parse", "HEAD")
    assert told == (
        f"{TOLD}  done    merge                               10 files on template/0.2.0, 0 conflicts\n\n"
        f"main can be fast-forwarded to template/0.2.0 ({tip[:7]})\nmain is at 0.2.0 of the template\n"
    )
    assert updatable.project.git("branch", "--format=%(refname:short)") == "main"
    assert updatable.project.git("show", "--no-patch", "--format=%B") == (
        "Update the template to 0.2.0\n\n0.2.0 (2026-03-01)\n- Workflows are linted.\n\nTemplate: 0.2.0"
    )
    fresh = tmp_path / "fresh"
    answers = {"project_name": "acme", "kind": "command-line"}
    copier.run_copy(str(updatable.template.project), fresh, data=answers, defaults=True, quiet=True, vcs_ref=NEW)
    ours, theirs = (bytes_below(folder) for folder in (updatable.root, fresh))
    names = {name for name in theirs if ours.get(name) != theirs[name]}
    assert names == {"README.md", "release.toml", "src/acme/slug.py", "tests/test_slug.py"}
    assert not (updatable.root / "release/steps/reopen_line.py").exists()


def test_no_edit_is_lost_and_nothing_conflicts(updatable: Evolution) -> None:
    live_in_it(updatable)
    updatable.project.commit("no checks", **{"release.toml": "quality = []\n"})

    updated(updatable, "--yes")

    assert updatable.read("pyproject.toml").endswith(TABLE)
    assert updatable.read("noxfile.py").endswith(SESSION)
    assert 'session.run("zizmor", ".")' in updatable.read("noxfile.py")
    assert updatable.read("tasks.py").endswith(TASK)
    assert [name for name in ("tests/test_slug.py", "src/acme/cli.py") if (updatable.root / name).exists()] == []
    assert updatable.read("README.md") == "# acme\n\nMine.\n"
    assert 'dependencies = [\n  "click",' in updatable.read("pyproject.toml")
    assert "fail_under = 95\n" in updatable.read("pyproject.toml")


def test_an_update_that_brings_nothing_says_so(updatable: Evolution) -> None:
    updated(updatable, "--yes")
    before = bytes_below(updatable.root)

    told = updated(updatable)

    assert told == f"nothing to update: the project is at 0.2.0, and {updatable.template.project} has nothing newer\n"
    updated(updatable, "--check")
    assert bytes_below(updatable.root) == before


@pytest.mark.parametrize(("words", "code"), [("--check", 1), ("--dry-run", 0)])
def test_looking_writes_nothing(updatable: Evolution, words: str, code: int) -> None:
    updatable.project.git("status")
    before = bytes_below(updatable.root)

    told = updated(updatable, words, code=code)

    assert told == (
        f"{TOLD}  done    merge                               10 files on template/0.2.0, 0 conflicts\n"
        "nothing was changed\n"
    )
    assert bytes_below(updatable.root) == before


def test_without_an_answer_the_branch_is_offered(updatable: Evolution) -> None:
    before = traces(updatable.project)

    told = updated(updatable)

    assert traces(updatable.project).files == before.files
    assert told.endswith(
        "  here:       git merge --ff-only template/0.2.0\n"
        "  by others:  git push origin template/0.2.0      (or inv update --request)\n"
    )
    updatable.project.git("merge", "--ff-only", "template/0.2.0")
    assert "_commit: 0.2.0\n" in updatable.read(".copier-answers.yml")


def test_a_request_is_pushed_with_its_text(updatable: Evolution) -> None:
    project = updatable.project
    project.git("init", "--quiet", "--bare", project.remote)
    project.git("remote", "add", "origin", project.remote)

    told = updated(updatable, "--request")

    assert told.endswith(
        "template/0.2.0 is on origin; the text of the request:\n\n"
        "Update the template to 0.2.0\n\n0.2.0 (2026-03-01)\n- Workflows are linted.\n\nTemplate: 0.2.0\n"
    )
    assert project.remote_refs() == {"refs/heads/template/0.2.0": project.git("rev-parse", "template/0.2.0")}


def test_a_killed_update_leaves_nothing(updatable: Evolution) -> None:
    before = traces(updatable.project)
    process = subprocess.Popen(
        [sys.executable, "-m", "invoke", "update", "--yes"],
        cwd=updatable.root,
        env=updatable.project.environment(),
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.kill()
    process.communicate()

    assert traces(updatable.project) == before
    updated(updatable, "--yes")


def test_of_several_projects_in_a_repository_the_one_here_is_updated(updatable: Evolution) -> None:
    project, root = updatable.project, updatable.root
    live_in_it(updatable)
    below = root / "packages" / "acme"
    below.mkdir(parents=True)
    for name in {path.name for path in root.iterdir()} - {".git", "packages"}:
        (root / name).rename(below / name)
    other = root / "packages" / "other"
    other.mkdir()
    (other / ".gitignore").write_bytes((below / ".gitignore").read_bytes())
    (below / ".gitignore").unlink()  # what the owner deleted is not taken for moved to the other project
    project.commit("several projects", **{"packages/acme/release.toml": "quality = []\n"})

    ran = project.inv("update", "--yes", cwd=below)

    assert ran.code == 0, ran.text
    assert "stays deleted" in ran.out and ".gitignore: the template changed it, you deleted it" in ran.out
    changed = project.git("diff", "--name-only", "HEAD^", "HEAD").splitlines()
    assert {name.split("/")[0] for name in changed} == {"packages"} and "packages/acme/noxfile.py" in changed
    assert not [name for name in changed if name.startswith("packages/other")]
    assert (below / "noxfile.py").read_text(encoding="utf-8").endswith(SESSION)
    assert 'session.run("zizmor", ".")' in (below / "noxfile.py").read_text(encoding="utf-8")
    assert not (below / "release/steps/reopen_line.py").exists() and (below / "release/steps/sign.py").exists()
    assert project.git("branch", "--format=%(refname:short)") == "main"
    assert f"template/acme-{NEW}" in ran.out
