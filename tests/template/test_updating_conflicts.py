"""What an update leaves to its owner: conflicts with both sides' reasons, red checks, and a branch to mend them on."""

from __future__ import annotations

from tests.support.evolution import Evolution, append, edit
from tests.support.refusing import paste
from tests.support.traces import traces
from tests.support.updating import TOLD, refusal, updated


def conflicting(updatable: Evolution) -> str:
    """Let the owner change a line that the template changes, too; return the commit in seven characters."""
    edit(updatable.root / "pyproject.toml", ("fail_under = 90\n", "fail_under = 80\n"))
    return updatable.project.commit("we are slow to test")[:7]


def test_a_conflict_is_told_with_both_sides_reasons_and_can_be_mended(updatable: Evolution) -> None:
    ours = conflicting(updatable)
    before = traces(updatable.project)

    told = updated(updatable, code=1)

    row = next(i for i, line in enumerate(updatable.project.git("show", "template/0.2.0:pyproject.toml").split("\n"), 1)
               if line.startswith("<<<<<<< "))  # fmt: skip
    assert told.startswith(TOLD)
    assert told.partition("\n\n")[2].partition("\n\n")[2].rstrip("\n") == (
        f"  no      conflict                            pyproject.toml:{row}\n"
        f"{'':46}yours: {ours} we are slow to test (Ada Lovelace)\n"
        f"{'':46}the template's: the next version\n"
        "  done    merge                               10 files on template/0.2.0, 1 conflicts\n\n"
        "the update to 0.2.0 is incomplete\n"
        f"  why: unresolved conflicts on template/0.2.0: pyproject.toml:{row}\n"
        "  run: git switch template/0.2.0      (fix, commit; then git switch main && inv update)"
    )
    assert traces(updatable.project).files == before.files
    assert f"pyproject.toml:{row}\nyours: {ours} we are slow" in updatable.project.git("log", "-1", "template/0.2.0")\
        .replace("    ", "")  # fmt: skip

    again = updated(updatable, code=1)
    assert f"unresolved conflicts on template/0.2.0: pyproject.toml:{row}" in again

    paste(updatable.project, told.rstrip("\n"))
    path = updatable.root / "pyproject.toml"
    text = path.read_text()
    start, end = text.index("<<<<<<< "), text.index(">>>>>>> ")
    path.write_text(text[:start] + "fail_under = 85\n" + text[text.index("\n", end) + 1 :])
    updatable.project.commit("between the two")
    assert "is an update itself" in refusal(updatable)
    updatable.project.git("switch", "--quiet", "main")
    updated(updatable, "--yes")
    assert "fail_under = 85\n" in updatable.read("pyproject.toml")
    assert updatable.project.git("log", "--format=%s", "-3").split("\n") == [
        "between the two",
        "Update the template to 0.2.0",
        "we are slow to test",
    ]


def test_a_branch_that_only_we_worked_on_is_made_anew_when_the_line_goes_on(updatable: Evolution) -> None:
    updated(updatable)
    first = updatable.project.git("rev-parse", "template/0.2.0")
    updatable.project.commit("more", **{"more.txt": "more\n"})

    updated(updatable, "--yes")

    assert updatable.project.git("log", "--format=%s", "-2").split("\n") == ["Update the template to 0.2.0", "more"]
    assert updatable.project.git("rev-parse", "HEAD") != first


def test_a_branch_that_the_owner_worked_on_is_not_thrown_away(updatable: Evolution) -> None:
    updated(updatable)
    updatable.project.git("switch", "--quiet", "template/0.2.0")
    updatable.project.commit("mended", **{"mended.txt": "x\n"})
    updatable.project.git("switch", "--quiet", "main")
    updatable.project.commit("more", **{"more.txt": "more\n"})

    told = refusal(updatable)

    assert told == (
        "cannot update\n"
        "  why: template/0.2.0 has commits of its own, and main has new commits\n"
        "  run: git rebase main template/0.2.0 && git switch main && inv update"
    )
    paste(updatable.project, told)
    assert "_commit: 0.2.0" in updatable.project.git("show", "template/0.2.0:.copier-answers.yml")
    updated(updatable, "--yes")
    assert (updatable.root / "mended.txt").exists()


def test_red_checks_are_told_and_the_branch_stays(updatable: Evolution) -> None:
    updatable.project.write("release.toml", 'quality = ["red"]\n')
    append(
        updatable.root / "noxfile.py", '\n\n@nox.session(python=False)\ndef red(session):\n    session.run("false")\n'
    )
    updatable.project.commit("a session")

    told = updated(updatable, code=1)

    assert "  no      red " in told
    assert "the update to 0.2.0 does not pass the project's checks\n  why: red: exit code 1\n" in told
    assert told.rstrip("\n").endswith(
        "  run: git switch template/0.2.0      (fix, commit; then git switch main && inv update)"
    )
    assert "_commit: 0.1.0\n" in updatable.read(".copier-answers.yml")
    assert updatable.project.git("branch", "--list", "template/*") == "template/0.2.0"
