"""The gates of the notes: something to tell, and not told before."""

from __future__ import annotations

import shlex

import pytest

from release.engine.gate import Verdict
from release.gates.release_notes import CHANGELOG, FRAGMENTS, READABLE, UNRELEASED
from tests.support.making import releasing
from tests.support.world import World


def test_fragments_is_met_and_counts_them_by_type(repository: World) -> None:
    for kind, text in (("fix", "One"), ("feature", "Two"), ("fix", "Three")):
        repository.note(kind, text)

    assert FRAGMENTS.ask(releasing(repository)) == Verdict(True, "1 feature, 2 fix")


def test_fragments_does_not_count_what_only_lies_beside_them(repository: World) -> None:
    for name in ("README.md", "template.md", "_notes.txt"):
        repository.write(f"changelog.d/{name}", "no fragment\n")

    assert FRAGMENTS.ask(releasing(repository)) == Verdict(
        False, "there is no fragment in changelog.d", 'inv note fix "what changed"'
    )


def test_fragments_names_one_that_towncrier_does_not_look_for(repository: World) -> None:
    """Without `directory` towncrier reads the folder in the package since its version 25."""
    repository.commit("elsewhere", **{"newsfragments/12.feature.md": "Something.\n"})

    assert FRAGMENTS.ask(releasing(repository)) == Verdict(
        False,
        "there is no fragment in changelog.d, where towncrier looks; it ignores newsfragments/12.feature.md",
        "mkdir -p changelog.d && git mv newsfragments/12.feature.md changelog.d/"
        "      (or directory in [tool.towncrier])",
    )


NAMES = (
    "a name reads NUMBER.TYPE.md or +WORDS.TYPE.md, "
    "with a type of breaking, feature, fix, deprecation, security, docs, misc"
)


@pytest.mark.parametrize(
    ("name", "text", "fact"),
    [
        ("1.fix.md", "", "cannot use the fragment 1.fix.md: it is empty"),
        ("1.bug.md", "x", f"cannot read the fragment 1.bug.md: {NAMES}"),
        ("fix.md", "x", f"cannot read the fragment fix.md: {NAMES}"),
    ],
)
def test_fragments_refuses_one_that_cannot_be_used(repository: World, name: str, text: str, fact: str) -> None:
    repository.note()
    repository.write(f"changelog.d/{name}", text)

    assert FRAGMENTS.ask(releasing(repository)) == Verdict(False, fact, "$EDITOR changelog.d")


def test_fragments_refuses_one_that_is_no_text(repository: World) -> None:
    (repository.project / "changelog.d" / "1.fix.md").write_bytes(b"\xff\xfe\x00")

    verdict = FRAGMENTS.ask(releasing(repository))

    assert verdict.met is False
    assert verdict.fact.startswith("cannot read 1.fix.md: ")
    assert verdict.run == "$EDITOR changelog.d"


@pytest.mark.parametrize("text", [None, "# Changelog\n", "## 0.1.0rc1\n## 10.1.0\n## 0.1.0.1\n\nin 0.1.0\n"])
def test_changelog_is_met_when_it_has_no_section_of_the_version(repository: World, text: str | None) -> None:
    path = repository.project / "CHANGELOG.md"
    path.unlink() if text is None else path.write_text(text)

    assert CHANGELOG.ask(releasing(repository)) == Verdict(True, "CHANGELOG.md has no section of 0.1.0 yet")


@pytest.mark.parametrize("heading", ["## 0.1.0 (2026-01-01)", "# acme v0.1.0", "### [0.1.0]", "## 0.1.0"])
def test_changelog_refuses_a_section_of_the_version(repository: World, heading: str) -> None:
    repository.write("CHANGELOG.md", f"# Changelog\n\n{heading}\n")

    assert CHANGELOG.ask(releasing(repository)) == Verdict(
        False, "CHANGELOG.md has a section of 0.1.0 already", "$EDITOR CHANGELOG.md"
    )


def test_changelog_refuses_a_section_in_restructured_text(repository: World) -> None:
    """towncrier's own form: a title that is underlined, in NEWS.rst."""
    path = repository.project / "pyproject.toml"
    path.write_text(path.read_text().replace('filename = "CHANGELOG.md"', 'filename = "NEWS.rst"'))
    repository.write("NEWS.rst", "acme 0.1.0 (2026-01-01)\n=======================\n")

    assert CHANGELOG.ask(releasing(repository)) == Verdict(
        False, "NEWS.rst has a section of 0.1.0 already", "$EDITOR NEWS.rst"
    )


def test_markdown_is_met_by_fragments_and_the_section_that_they_make(repository: World) -> None:
    repository.note("fix", "Mend `it`")

    assert READABLE.ask(releasing(repository)) == Verdict(
        True, "every fragment is valid Markdown, and so is the section"
    )


@pytest.mark.parametrize(
    ("text", "left"),
    [("Use it:\n\n```\nacme\n", "a code block"), ("Mended <!-- not yet\n\n<!-- told\n", "a comment or a tag of HTML")],
)
def test_markdown_refuses_what_would_swallow_what_follows(repository: World, text: str, left: str) -> None:
    repository.write("changelog.d/7.fix.md", text)

    verdict = READABLE.ask(releasing(repository))

    assert verdict.fact == f"7.fix.md opens {left} and does not close it; the following text would become part of it"
    assert verdict.run == "$EDITOR changelog.d/7.fix.md"


def test_markdown_refuses_a_section_that_does_not_say_its_version(repository: World) -> None:
    path = repository.project / "pyproject.toml"
    path.write_text(path.read_text().replace("## {version} ({project_date})", "## News"))
    repository.note("fix", "Mend it")

    verdict = READABLE.ask(releasing(repository))

    assert verdict.fact == 'the section begins with "## News", which does not contain 0.1.0'


def test_fragments_refuses_what_a_terminal_would_obey(repository: World) -> None:
    repository.write("changelog.d/7.fix.md", "Mend it\x1b[1A\x1b[2K\n")

    assert FRAGMENTS.ask(releasing(repository)) == Verdict(
        False,
        "7.fix.md has the control character \\x1b, which would affect the terminal that shows the notes",
        "$EDITOR changelog.d/7.fix.md",
    )


def test_unreleased_names_the_commands_that_make_notes_of_what_waits_in_the_changelog(repository: World) -> None:
    assert UNRELEASED.ask(releasing(repository)).met
    path = repository.project / "CHANGELOG.md"
    before = path.read_text()
    path.write_text(f"{before}\n## Unreleased\n\n### Fixed\n\n- It's mended\n- More\n\n## 0.0.1\n\n- Old\n")

    verdict = UNRELEASED.ask(releasing(repository))

    assert (verdict.met, verdict.fact) == (
        False,
        'CHANGELOG.md has 2 entries below "Unreleased", which this release would not include',
    )
    path.write_text(before)  # what the editor is for
    repository.commit("taken out")
    commands = verdict.run.partition("\n  && $EDITOR")[0].replace("\\\n", "").split("&&")
    assert [command.strip().split(" ", 3)[:3] for command in commands] == [["inv", "note", "fix"]] * 2
    for command in commands:
        words = shlex.split(command)[1:]
        assert repository.inv(*words).code == 0
    assert UNRELEASED.ask(releasing(repository)).met
    assert FRAGMENTS.ask(releasing(repository)) == Verdict(True, "2 fix")
