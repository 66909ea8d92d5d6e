"""`inv release` without a version shows what it could be; a terminal is asked, else it is refused."""

from __future__ import annotations

import re

import pytest

from release.commands.getting_started.edited_notes import offer_to_edit
from release.commands.getting_started.possible_versions import choose
from release.context_loader import load_context
from tests.support.making import ready
from tests.support.world import World

FIRST = """
cannot choose the version
  why: no version was given, and there is no terminal
       acme: there is no release yet; unreleased notes: 1 feature
         patch          0.0.1     fixes only
         minor          0.1.0     new features, no breaking changes; required by the notes
         major          1.0.0     breaking changes
         auto --pre rc  0.1.0rc1  a candidate of 0.1.0 for tests; the notes are kept for the final
  run: inv release minor
"""


def test_without_a_terminal_the_table_is_the_refusal_and_its_advice_releases(repository: World) -> None:
    ready(repository)

    refused = repository.inv("release")

    assert (refused.code, refused.err) == (1, FIRST)
    assert repository.git("tag", "--list") == ""
    repository.released("minor")

    repository.note("fix", "Mend it")
    again = repository.inv("release").err
    assert "acme: the newest release is 0.1.0; unreleased notes: 1 fix\n" in again
    assert "  patch          0.1.1     fixes only; required by the notes\n" in again
    assert again.endswith("  run: inv release patch\n")

    repository.note("feature", "Add it")
    third = repository.inv("release").err
    assert "patch          0.1.1     fixes only; too small for the notes (feature, fix)\n" in third
    assert third.endswith("  run: inv release minor\n")


@pytest.mark.parametrize(
    ("answer", "chosen"),
    [
        ("", ("minor", None)),
        ("patch", ("patch", None)),
        ("major", ("major", None)),
        ("1.0.0", ("major", None)),
        ("auto --pre rc", ("auto", "rc")),
        ("0.1.0rc1", ("auto", "rc")),
        ("alpha", ("auto", "alpha")),
        ("7.0.0", ("7.0.0", None)),
    ],
)
def test_an_answer_is_a_row_a_version_or_a_pre_release(
    repository: World, answer: str, chosen: tuple[str, str | None]
) -> None:
    repository.note()
    asked = []

    def person(question: str) -> str:
        asked.append(question)
        return answer

    assert choose(repository.context(), person) == chosen
    assert asked == ["which one? [minor] "]


def test_the_version_that_the_project_states_is_a_row_of_its_own(repository: World) -> None:
    path = repository.project / "pyproject.toml"
    path.write_text(path.read_text().replace("0.1.0.dev0", "2.3.0.dev0"))
    repository.commit("another start")

    ran = repository.inv("release")

    assert re.search(r"auto +2\.3\.0 +the next version according to the project\n", ran.err)
    assert ran.err.endswith("  run: inv release auto\n")

    path.write_text(path.read_text().replace("2.3.0.dev0", "3.0.0.dev0"))
    repository.note("fix", "Mend it")
    repository.git("tag", "v2.2.0")
    repository.commit("a later start")
    assert re.search(r"major +3\.0\.0 +breaking changes; stated in pyproject\.toml\n", repository.inv("release").err)


def test_the_coming_notes_are_shown_and_edited_before_the_release(
    repository: World, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.note("feature", "Add it")
    editor = repository.home / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/Add it/Add the door/' \"$@\"\n", encoding="utf-8")
    editor.chmod(0o755)
    environment = repository.environment(EDITOR=str(editor), VISUAL="")

    assert offer_to_edit(load_context(repository.project, environment), "minor", None, lambda _: "y")
    assert not offer_to_edit(load_context(repository.project, environment), "minor", None, lambda _: "")

    before, _, after = capsys.readouterr().out.partition("the edited text is committed")
    assert ("- Add it" in before, "- Add the door" in after) == (True, True)
    assert repository.git("status", "--porcelain") == ""
    assert repository.git("log", "-1", "--format=%s") == "notes: edit them before the release"


def test_nothing_is_asked_without_an_editor(repository: World) -> None:
    repository.note("feature", "Add it")
    ctx = load_context(repository.project, repository.environment(EDITOR="", VISUAL=""))

    assert not offer_to_edit(ctx, "minor", None, input)


def test_a_release_in_progress_is_continued_without_a_question(repository: World) -> None:
    ready(repository)
    assert repository.inv("bump", "minor").code == 0

    def nobody(question: str) -> str:
        raise AssertionError(question)

    assert choose(repository.context(), nobody) == ("auto", None)
