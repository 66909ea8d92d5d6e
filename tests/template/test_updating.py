"""`inv update`: what is told before, merged on a branch of its own, checked, and offered; the user's tree is last."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import copier
import pytest

from tests.support.evolution import NEW, OLD, SESSION, TABLE, TASK, Evolution, append, edit, live_in_it
from tests.support.refusing import paste
from tests.support.traces import bytes_below, traces

CHANGELOG = """\
# Changelog

## 0.2.0 (2026-03-01)

### Features

- Workflows are linted.

## 0.1.0 (2026-01-01)

- The first.
"""
TOLD = """\
the template is at 0.2.0, this project at 0.1.0

  ## 0.2.0 (2026-03-01)
  - Workflows are linted.

"""


@pytest.fixture
def evolution(evolution: Evolution) -> Evolution:
    """The two versions with a changelog; a project whose checks are off, for they take their time."""
    template = evolution.template
    template.git("checkout", "--quiet", OLD)
    old = "# Changelog\n\n" + CHANGELOG[CHANGELOG.index("## 0.1.0") :]
    template.commit("the changelog", **{"CHANGELOG.md": old})
    template.git("tag", "--force", OLD)
    template.git("checkout", "--quiet", "main")
    template.commit("another subject", **{"CHANGELOG.md": CHANGELOG})
    template.git("tag", "--force", NEW)
    answers = evolution.root / ".copier-answers.yml"
    assert "_commit: 0.1.0\n" in answers.read_text()
    evolution.project.commit("no checks", **{"release.toml": "quality = []\n"})
    return evolution


def updated(evolution: Evolution, *words: str, code: int = 0) -> str:
    """Run `inv update`, and return what it printed."""
    ran = evolution.project.inv("update", *words)
    assert ran.code == code, ran.text
    return ran.out if code == 0 else ran.text


def refusal(evolution: Evolution, *words: str) -> str:
    """Run an update that must be refused and change nothing; return its error."""
    before = traces(evolution.project)
    ran = evolution.project.inv("update", *words)
    assert ran.code == 1, ran.text
    assert traces(evolution.project) == before
    return ran.err.strip("\n")


def test_an_update_of_an_untouched_project_is_a_new_project(evolution: Evolution, tmp_path: Path) -> None:
    told = updated(evolution, "--yes")

    tip = evolution.project.git("rev-parse", "HEAD")
    assert told == (
        f"{TOLD}  done    merge                               10 files on template/0.2.0, 0 conflicts\n\n"
        f"main can go forward to template/0.2.0 ({tip[:7]})\nmain is at 0.2.0 of the template\n"
    )
    assert evolution.project.git("branch", "--format=%(refname:short)") == "main"
    assert evolution.project.git("show", "--no-patch", "--format=%B") == (
        "Update the template to 0.2.0\n\n0.2.0 (2026-03-01)\n- Workflows are linted.\n\nTemplate: 0.2.0"
    )
    fresh = tmp_path / "fresh"
    answers = {"project_name": "acme", "kind": "command-line"}
    copier.run_copy(str(evolution.template.project), fresh, data=answers, defaults=True, quiet=True, vcs_ref=NEW)
    ours, theirs = (bytes_below(folder) for folder in (evolution.root, fresh))
    names = {name for name in theirs if ours.get(name) != theirs[name]}
    assert names == {"README.md", "release.toml", "src/acme/slug.py", "tests/test_slug.py"}
    assert not (evolution.root / "release/steps/reopen.py").exists()


def test_no_edit_is_lost_and_nothing_conflicts(evolution: Evolution) -> None:
    live_in_it(evolution)
    evolution.project.commit("no checks", **{"release.toml": "quality = []\n"})

    updated(evolution, "--yes")

    assert evolution.read("pyproject.toml").endswith(TABLE)
    assert evolution.read("noxfile.py").endswith(SESSION)
    assert 'session.run("zizmor", ".")' in evolution.read("noxfile.py")
    assert evolution.read("tasks.py").endswith(TASK)
    assert [name for name in ("tests/test_slug.py", "src/acme/cli.py") if (evolution.root / name).exists()] == []
    assert evolution.read("README.md") == "# acme\n\nMine.\n"
    assert 'dependencies = [\n  "click",' in evolution.read("pyproject.toml")
    assert "fail_under = 95\n" in evolution.read("pyproject.toml")


def test_an_update_that_brings_nothing_says_so(evolution: Evolution) -> None:
    updated(evolution, "--yes")
    before = bytes_below(evolution.root)

    told = updated(evolution)

    assert told == f"nothing to update: the project is at 0.2.0, and {evolution.template.project} has nothing newer\n"
    updated(evolution, "--check")
    assert bytes_below(evolution.root) == before


@pytest.mark.parametrize(("words", "code"), [("--check", 1), ("--dry-run", 0)])
def test_looking_writes_nothing(evolution: Evolution, words: str, code: int) -> None:
    evolution.project.git("status")
    before = bytes_below(evolution.root)

    told = updated(evolution, words, code=code)

    assert told == (
        f"{TOLD}  done    merge                               10 files on template/0.2.0, 0 conflicts\n"
        "nothing was changed\n"
    )
    assert bytes_below(evolution.root) == before


def test_without_an_answer_the_branch_is_offered(evolution: Evolution) -> None:
    before = traces(evolution.project)

    told = updated(evolution)

    assert traces(evolution.project).files == before.files
    assert told.endswith(
        "  here:       git merge --ff-only template/0.2.0\n"
        "  by others:  git push origin template/0.2.0      (or inv update --request)\n"
    )
    evolution.project.git("merge", "--ff-only", "template/0.2.0")
    assert "_commit: 0.2.0\n" in evolution.read(".copier-answers.yml")


def test_a_request_is_pushed_with_its_text(evolution: Evolution) -> None:
    project = evolution.project
    project.git("init", "--quiet", "--bare", project.remote)
    project.git("remote", "add", "origin", project.remote)

    told = updated(evolution, "--request")

    assert told.endswith(
        "template/0.2.0 is on origin; the text of the request:\n\n"
        "Update the template to 0.2.0\n\n0.2.0 (2026-03-01)\n- Workflows are linted.\n\nTemplate: 0.2.0\n"
    )
    assert project.remote_refs() == {"refs/heads/template/0.2.0": project.git("rev-parse", "template/0.2.0")}


def conflicting(evolution: Evolution) -> str:
    """Let the owner change a line that the template changes, too; return the commit in seven characters."""
    edit(evolution.root / "pyproject.toml", ("fail_under = 90\n", "fail_under = 80\n"))
    return evolution.project.commit("we are slow to test")[:7]


def test_a_conflict_is_told_with_both_sides_reasons_and_can_be_mended(evolution: Evolution) -> None:
    ours = conflicting(evolution)
    before = traces(evolution.project)

    told = updated(evolution, code=1)

    row = next(i for i, line in enumerate(evolution.project.git("show", "template/0.2.0:pyproject.toml").split("\n"), 1)
               if line.startswith("<<<<<<< "))  # fmt: skip
    assert told.startswith(TOLD)
    assert told.partition("\n\n")[2].partition("\n\n")[2].rstrip("\n") == (
        f"  no      conflict                            pyproject.toml:{row}\n"
        f"{'':46}yours: {ours} we are slow to test (Ada Lovelace)\n"
        f"{'':46}the template's: the next version\n"
        "  done    merge                               10 files on template/0.2.0, 1 conflicts\n\n"
        "the update to 0.2.0 is not finished\n"
        f"  why: conflicts are left on template/0.2.0: pyproject.toml:{row}\n"
        "  run: git switch template/0.2.0      (mend, commit; then git switch main && inv update)"
    )
    assert traces(evolution.project).files == before.files
    assert f"pyproject.toml:{row}\nyours: {ours} we are slow" in evolution.project.git("log", "-1", "template/0.2.0")\
        .replace("    ", "")  # fmt: skip

    again = updated(evolution, code=1)
    assert f"conflicts are left on template/0.2.0: pyproject.toml:{row}" in again

    paste(evolution.project, told.rstrip("\n"))
    path = evolution.root / "pyproject.toml"
    text = path.read_text()
    start, end = text.index("<<<<<<< "), text.index(">>>>>>> ")
    path.write_text(text[:start] + "fail_under = 85\n" + text[text.index("\n", end) + 1 :])
    evolution.project.commit("between the two")
    assert "is an update itself" in refusal(evolution)
    evolution.project.git("switch", "--quiet", "main")
    updated(evolution, "--yes")
    assert "fail_under = 85\n" in evolution.read("pyproject.toml")
    assert evolution.project.git("log", "--format=%s", "-3").split("\n") == [
        "between the two",
        "Update the template to 0.2.0",
        "we are slow to test",
    ]


def test_a_branch_that_only_we_worked_on_is_made_anew_when_the_line_goes_on(evolution: Evolution) -> None:
    updated(evolution)
    first = evolution.project.git("rev-parse", "template/0.2.0")
    evolution.project.commit("more", **{"more.txt": "more\n"})

    updated(evolution, "--yes")

    assert evolution.project.git("log", "--format=%s", "-2").split("\n") == ["Update the template to 0.2.0", "more"]
    assert evolution.project.git("rev-parse", "HEAD") != first


def test_a_branch_that_the_owner_worked_on_is_not_thrown_away(evolution: Evolution) -> None:
    updated(evolution)
    evolution.project.git("switch", "--quiet", "template/0.2.0")
    evolution.project.commit("mended", **{"mended.txt": "x\n"})
    evolution.project.git("switch", "--quiet", "main")
    evolution.project.commit("more", **{"more.txt": "more\n"})

    told = refusal(evolution)

    assert told == (
        "cannot update\n"
        "  why: template/0.2.0 has commits of its own, and main has gone on\n"
        "  run: git rebase main template/0.2.0 && git switch main && inv update"
    )
    paste(evolution.project, told)
    assert "_commit: 0.2.0" in evolution.project.git("show", "template/0.2.0:.copier-answers.yml")
    updated(evolution, "--yes")
    assert (evolution.root / "mended.txt").exists()


def test_red_checks_are_told_and_the_branch_stays(evolution: Evolution) -> None:
    evolution.project.write("release.toml", 'quality = ["red"]\n')
    append(
        evolution.root / "noxfile.py", '\n\n@nox.session(python=False)\ndef red(session):\n    session.run("false")\n'
    )
    evolution.project.commit("a session")

    told = updated(evolution, code=1)

    assert "  no      red " in told
    assert "the update to 0.2.0 does not pass the project's checks\n  why: red: exit code 1\n" in told
    assert told.rstrip("\n").endswith(
        "  run: git switch template/0.2.0      (mend, commit; then git switch main && inv update)"
    )
    assert "_commit: 0.1.0\n" in evolution.read(".copier-answers.yml")
    assert evolution.project.git("branch", "--list", "template/*") == "template/0.2.0"


def test_managed_files_edited_by_hand_are_named_before_and_keep_the_edit(evolution: Evolution) -> None:
    """Copier would overwrite the one and lose the other."""
    edit(evolution.root / "RELEASING.md", ("Nothing of this is kept in the project.", "Ask Ada."))
    append(evolution.root / "release/steps/reopen.py", "\n# Ours.\n")
    evolution.project.commit("by hand")

    told = updated(evolution, "--yes")

    rows = [line for line in told.splitlines() if line.startswith("  warn")]
    assert rows == [
        "  warn    edited                              RELEASING.md is the template's, and you changed it",
        "  warn    edited                              release/steps/reopen.py is the template's, and you changed it",
        "  warn    kept                                "
        "release/steps/reopen.py: the template removed it, you changed it",
    ]
    assert "Ask Ada." in evolution.read("RELEASING.md")
    assert "# How releases are made\n" in evolution.read("RELEASING.md")
    assert evolution.read("release/steps/reopen.py").endswith("# Ours.\n")


@pytest.mark.parametrize("declared", [False, True])
def test_files_that_the_template_renames_keep_what_the_owner_wrote(evolution: Evolution, declared: bool) -> None:
    """A managed and a shared one. git sees what is moved as it is; what is rewritten has to be declared."""
    template = evolution.template
    template.git("mv", "template/RELEASING.md", "template/RELEASES.md")
    template.git("mv", "template/.gitignore.jinja", "template/.hgignore.jinja")
    if declared:
        path = template.project / "template/.hgignore.jinja"
        path.write_text("/other/\n\n# ---- Below this line: yours. ----\n")
        moves = "_moves:\n  - { from: RELEASING.md, to: RELEASES.md }\n  - { from: .gitignore, to: .hgignore }\n"
        edit(template.project / "copier.yml", ("_moves: []\n", moves))
    template.commit("better names")
    template.git("tag", "0.3.0")
    append(evolution.root / "RELEASING.md", "\nOurs.\n")
    append(evolution.root / ".gitignore", "/ours/\n")
    evolution.project.commit("by hand")

    told = updated(evolution, "--yes")

    assert "kept" not in told
    assert not (evolution.root / "RELEASING.md").exists()
    assert evolution.read("RELEASES.md").startswith("# How releases are made\n")
    assert evolution.read("RELEASES.md").endswith("\nOurs.\n")
    assert evolution.read(".hgignore").endswith("yours. ----\n/ours/\n")
    assert evolution.read(".hgignore").startswith("/other/\n" if declared else "# made by tools")


def test_what_the_owner_deleted_stays_deleted(evolution: Evolution) -> None:
    (evolution.root / "RELEASING.md").unlink()
    evolution.project.commit("we know how")

    told = updated(evolution, "--yes")

    assert (
        "  ok      stays deleted                       RELEASING.md: the template changed it, you deleted it\n" in told
    )
    assert not (evolution.root / "RELEASING.md").exists()


def test_an_answer_edited_by_hand_is_taken_as_a_new_answer(evolution: Evolution) -> None:
    edit(evolution.root / ".copier-answers.yml", ("docs: zensical\n", "docs: sphinx\n"))
    evolution.project.commit("sphinx")

    told = updated(evolution, "--yes")

    assert "  to do   answer                              docs: zensical, now sphinx\n" in told
    assert (evolution.root / "docs/conf.py").exists()
    assert '"myst-parser"' in evolution.read("pyproject.toml")
    updated(evolution, "--check")


def test_an_answer_can_be_changed_without_a_newer_template(evolution: Evolution) -> None:
    updated(evolution, "--yes")
    edit(evolution.root / ".copier-answers.yml", ("description: A Python project.\n", "description: Mine.\n"))
    evolution.project.commit("what it is")

    updated(evolution, "--yes")

    assert 'description = "Mine."\n' in evolution.read("pyproject.toml")


def test_an_answer_that_is_none_is_refused(evolution: Evolution) -> None:
    edit(evolution.root / ".copier-answers.yml", ("docs: zensical\n", "docs: mkdocs\n"))
    evolution.project.commit("mkdocs")

    assert refusal(evolution) == (
        "cannot render the template\n"
        "  why: 0.2.0: Invalid choice for 'docs': 'mkdocs' is not in ['zensical', 'sphinx', 'none']\n"
        "  run: $EDITOR .copier-answers.yml"
    )


def test_a_tree_that_is_not_clean_is_refused(evolution: Evolution) -> None:
    evolution.project.write("README.md", "# Mine\n")

    told = refusal(evolution)

    assert told == (
        "cannot update\n  why: not committed:\n        M README.md\n"
        "  run: git stash --include-untracked      (git stash pop brings it back)"
    )
    paste(evolution.project, told)
    updated(evolution)


def test_a_detached_head_is_refused(evolution: Evolution) -> None:
    evolution.project.git("checkout", "--quiet", "--detach")

    assert refusal(evolution) == "cannot update\n  why: HEAD is detached\n  run: git switch main"


def test_an_older_version_is_refused(evolution: Evolution) -> None:
    updated(evolution, "--yes")

    assert refusal(evolution, "--to", OLD) == (
        "cannot update\n  why: 0.1.0 is older than 0.2.0, which this project is made from\n"
        "  run: git revert COMMIT_OF_THE_UPDATE"
    )


def test_a_version_that_is_not_there_is_refused(evolution: Evolution) -> None:
    assert refusal(evolution, "--to", "0.9") == (
        f"cannot update\n  why: the template at {evolution.template.project} has no 0.9: 0.1.0, 0.2.0\n"
        "  run: inv update"
    )


def test_a_missing_answers_file_is_refused_and_comes_back(evolution: Evolution) -> None:
    (evolution.root / ".copier-answers.yml").unlink()
    evolution.project.commit("tidy")

    told = refusal(evolution)

    assert told.startswith("cannot update\n  why: .copier-answers.yml is missing: it says from which template")
    paste(evolution.project, told)
    updated(evolution, "--yes")


def rewrite(evolution: Evolution, row: str, instead: str) -> None:
    """Change a row of the answers file, and its digest with it: as a project of long ago has it."""
    path = evolution.root / ".copier-answers.yml"
    rows = [line for line in path.read_text().splitlines(keepends=True) if not line.startswith("# as written")]
    path.write_text("".join(instead if line.startswith(row) else line for line in rows))
    evolution.project.commit("other answers")


def test_a_relative_address_is_refused_with_the_absolute_one(evolution: Evolution) -> None:
    rewrite(evolution, "_src_path", "_src_path: ../keelway\n")

    told = refusal(evolution)

    assert told == (
        "cannot update\n"
        "  why: the template's address is ../keelway, which is relative: from elsewhere it is another place, or none\n"
        f"  run: inv update --template {evolution.template.project}"
    )
    paste(evolution.project, told)
    evolution.project.git("merge", "--quiet", "--ff-only", "template/0.2.0")
    assert f"_src_path: {evolution.template.project}\n" in evolution.read(".copier-answers.yml")


@pytest.mark.parametrize("row", ["_src_path", "_commit"])
def test_lost_provenance_is_refused(evolution: Evolution, row: str) -> None:
    rewrite(evolution, row, "")

    told = refusal(evolution)

    said = {
        "_src_path": ".copier-answers.yml has no _src_path, the address of the template\n"
        "  run: inv update --template ADDRESS",
        "_commit": ".copier-answers.yml has no _commit: the project was rendered from a folder without versions\n"
        "  run: $EDITOR .copier-answers.yml      (_commit: the version it is made from)",
    }
    assert told == f"cannot update\n  why: {said[row]}"


def test_a_template_that_moved_is_told_and_its_new_address_kept(evolution: Evolution) -> None:
    old = evolution.template.project
    old.rename(old.with_name("elsewhere"))

    told = refusal(evolution)

    assert told.splitlines()[0] == f"cannot reach the template at {old}"
    assert told.splitlines()[-1] == "  run: inv update --template ADDRESS      (where it is now)"
    there = f"git+file://{old.with_name('elsewhere')}"
    assert f"_src_path: {old}, now {there}" in updated(evolution, "--template", there.removeprefix("git+"), "--yes")
    assert f"_src_path: {there}\n" in evolution.read(".copier-answers.yml")
    assert "_commit: 0.2.0\n" in evolution.read(".copier-answers.yml")
    updated(evolution, "--check")


def test_another_template_is_refused(evolution: Evolution, tmp_path: Path) -> None:
    other = replace(evolution.template, project=tmp_path / "other")
    other.project.mkdir()
    other.git("init", "--quiet")
    other.commit("another template", **{"copier.yml": "x: 1\n"})

    assert refusal(evolution, "--template", str(other.project)) == (
        f"cannot update\n  why: the template at {other.project} has no 0.1.0, which this project is made from\n"
        "  run: inv update --template ADDRESS      (where it is now, with its history)"
    )


def test_a_killed_update_leaves_nothing(evolution: Evolution) -> None:
    before = traces(evolution.project)
    process = subprocess.Popen(
        [sys.executable, "-m", "invoke", "update", "--yes"],
        cwd=evolution.root,
        env=evolution.project.environment(),
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.kill()
    process.communicate()

    assert traces(evolution.project) == before
    updated(evolution, "--yes")
