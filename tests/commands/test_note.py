"""Writing a note: one commit with one file, or nothing at all."""

from __future__ import annotations

import pytest

from tests.support.traces import traces
from tests.support.world import World


def refusal(world: World, *words: str) -> str:
    before = traces(world)
    ran = world.inv("note", *words)
    assert ran.code == 1, ran.text
    assert traces(world) == before
    return ran.err.strip("\n")


def test_a_note_is_committed_by_itself(repository: World) -> None:
    repository.write("README.md", "changed\n")
    repository.write("staged.txt", "staged\n")
    repository.git("add", "staged.txt")
    repository.write("new.txt", "new\n")

    ran = repository.inv("note", "feature", "Add the first thing")

    assert (ran.code, ran.out) == (0, "changelog.d/+add-the-first-thing.feature.md is committed\n")
    assert repository.git("log", "-1", "--format=%s") == "note: Add the first thing"
    assert repository.git("show", "--format=", "--name-status", "HEAD") == (
        "A\tchangelog.d/+add-the-first-thing.feature.md"
    )
    assert repository.git("show", "HEAD:changelog.d/+add-the-first-thing.feature.md") == "Add the first thing"
    assert repository.git("status", "--porcelain").splitlines() == ["M README.md", "A  staged.txt", "?? new.txt"]


def test_a_note_can_be_staged_only(repository: World) -> None:
    head = repository.git("rev-parse", "HEAD")

    ran = repository.inv("note", "fix", "Mend it", "--issue", "#12", "--stage")

    assert (ran.code, ran.out) == (0, "changelog.d/12.fix.md is staged\n")
    assert repository.git("status", "--porcelain") == "A  changelog.d/12.fix.md"
    assert repository.git("rev-parse", "HEAD") == head


def test_a_second_note_of_the_same_name_gets_a_number(repository: World) -> None:
    for text in ("Mend it", "Mend it again", "And again"):
        ran = repository.inv("note", "fix", text, "--issue", "12")
        assert ran.code == 0, ran.text

    listed = repository.git("ls-files", "changelog.d").splitlines()
    assert [name for name in listed if "fix" in name] == [
        "changelog.d/12.fix.1.md",
        "changelog.d/12.fix.2.md",
        "changelog.d/12.fix.md",
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ünïcode ☕ and “quotes”", "+n-code-and-quotes.fix.md"),
        ("☕", "+change.fix.md"),
        ("-v is a flag", "+v-is-a-flag.fix.md"),
        ("Two lines\nof text", "+two-lines-of-text.fix.md"),
        ("x" * 200, f"+{'x' * 40}.fix.md"),
        ("$HOME `ls` %PATH% {braces}", "+home-ls-path-braces.fix.md"),
    ],
)
def test_any_text_is_kept_as_it_is(repository: World, text: str, name: str) -> None:
    ran = repository.run("inv", "note", "fix", f"--text={text}")

    assert ran.code == 0, ran.text
    assert (repository.project / "changelog.d" / name).read_text(encoding="utf-8").strip() == text
    assert len(repository.git("log", "-1", "--format=%s")) <= 66


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_text_is_refused(repository: World, text: str) -> None:
    assert refusal(repository, "fix", f"--text={text}") == (
        'cannot use the fragment +change.fix.md\n  why: it is empty\n  run: inv note fix "what changed"'
    )


def test_an_unknown_type_is_refused(repository: World) -> None:
    assert refusal(repository, "bug", "Mend it") == (
        "cannot read the fragment +mend-it.bug.md\n"
        "  why: a name reads NUMBER.TYPE.md or +WORDS.TYPE.md, "
        "with a type of breaking, feature, fix, deprecation, security, docs, misc\n"
        '  run: inv note fix "what changed"'
    )


@pytest.mark.parametrize("issue", ["../../escape", "a/b", "src/../../escape", "+x/../../../escape"])
def test_an_issue_that_leads_elsewhere_is_refused(repository: World, issue: str) -> None:
    """Also when the folders on the way are there."""
    for name in ("src", "+x"):
        repository.write(f"changelog.d/{name}/kept", "")
    repository.commit("folders")

    refusal(repository, "fix", "Mend it", "--issue", issue)

    assert not list(repository.project.parent.rglob("*escape*"))


def test_a_hook_that_refuses_the_commit_leaves_nothing_behind(repository: World) -> None:
    hook = repository.project / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho no commits today >&2\nexit 1\n")
    hook.chmod(0o755)
    repository.write("staged.txt", "staged\n")
    repository.git("add", "staged.txt")

    message = refusal(repository, "fix", "Mend it")

    assert message.endswith("exit code 1\n       no commits today")
    assert repository.git("status", "--porcelain") == "A  staged.txt"


def test_a_note_that_is_only_tried_is_told_and_not_written(repository: World) -> None:
    before = traces(repository)

    ran = repository.inv("note", "fix", "Mend it", "--dry-run")

    assert (ran.code, ran.out) == (0, "changelog.d/+mend-it.fix.md would be committed\nnothing was changed\n")
    assert traces(repository) == before


def test_a_control_character_is_refused(repository: World) -> None:
    assert refusal(repository, "fix", "Mend\x1b[2J it") == (
        "cannot write this note\n"
        "  why: it has the control character \\x1b, which would affect the terminal that shows the notes\n"
        "  run: inv note fix 'Mend\\x1b[2J it'"
    )
