"""Conventional commits and titles of merged requests become notes, once a person has seen them."""

from __future__ import annotations

import pytest

from release.base.errors import ReleaseError
from release.commands.getting_started.notes_from_commits import from_commits, suggestions
from release.context_loader import load_context
from tests.support.several import several
from tests.support.world import World

MESSAGES = {
    "feat: add a door (#12)": "feature #12: Add a door",
    "feat(house)!: drop the window": "breaking: Drop the window",
    "fix: the roof\n\nRain came in.\n\nCloses #7": "fix #7: The roof",
    "perf: open faster": "fix: Open faster",
    "docs: say where the key is": "docs: Say where the key is",
    "refactor: move walls\n\nBREAKING CHANGE: the hall is gone": "breaking: Move walls",
    "deprecate: the old lock": "deprecation: The old lock",
    "security: a better lock": "security: A better lock",
    "chore: tidy up": "",
    "Repair something": "",
    "test: the door": "",
}


def test_each_message_suggests_its_note(repository: World) -> None:
    for message in MESSAGES:
        repository.git("commit", "--quiet", "--allow-empty", "--message", message)
    repository.write("changelog.d/+own.fix.md", "Its own note\n")
    repository.commit("fix: what has a note of its own")

    found = suggestions(repository.context(), "origin/main..HEAD")

    assert list(map(str, found)) == [note for note in MESSAGES.values() if note]


def test_of_several_projects_in_a_repository_each_has_its_own_commits(repository: World) -> None:
    several(repository)
    for project, more in (("acme", ""), ("acme", "changelog.d/+own.feature.md"), ("acme-extra", "")):
        repository.write(f"packages/{project}/{more or 'new.py'}", "Something\n")
        repository.commit(f"feat: something in {project}")
    repository.git("switch", "--quiet", "--create", "topic")
    repository.write("packages/acme/topic.py", "")
    repository.commit("fix: a topic")
    repository.git("switch", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--message", "Merge branch 'topic'", "topic")

    ctx = load_context(repository.project / "packages" / "acme", repository.environment(), write=False)

    assert [str(each) for each in suggestions(ctx, "origin/main..HEAD")] == [
        *("feature: Something in acme", "fix: A topic")
    ]


@pytest.mark.parametrize(
    ("message", "note"),
    [
        ("Merge pull request #31 from ada/door\n\nfeat: a door that opens", "feature #31: A door that opens"),
        (
            "Merge branch 'door' into 'main'\n\nfix: the hinge\n\nCloses #4\n\nSee merge request team/acme!9",
            "fix #4: The hinge",
        ),
        ("Merge pull request 'fix: the hinge' (#8) from door into main", "fix #8: The hinge"),
        ("Merge pull request #31 from ada/door\n\nSomething", ""),
        ("Merge branch 'door'", "feature: What the commit says"),
    ],
)
def test_the_title_of_a_merged_request_counts_before_its_commits(repository: World, message: str, note: str) -> None:
    repository.git("switch", "--quiet", "--create", "door")
    repository.git("commit", "--quiet", "--allow-empty", "--message", "feat: what the commit says")
    repository.git("switch", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--message", message, "door")

    assert list(map(str, suggestions(repository.context(), "HEAD~1..HEAD"))) == ([note] if note else [])


def test_nothing_is_written_before_somebody_agrees_and_then_each_in_a_commit(repository: World) -> None:
    for message in ("feat: add a door (#12)", "fix: the roof"):
        repository.git("commit", "--quiet", "--allow-empty", "--message", message)
    head = repository.git("rev-parse", "--short=7", "HEAD")

    dry = repository.inv("note", "--from", "origin/main..HEAD", "--dry-run")
    refused = repository.inv("note", "--from", "origin/main..HEAD")
    assert repository.git("log", "-1", "--format=%s") == "fix: the roof"
    written = repository.inv("note", "--from", "origin/main..HEAD", "--yes")

    assert dry.out.endswith(f"{head}  fix: The roof\nnothing was changed\n")
    assert (refused.code, refused.err.strip()) == (
        1,
        "cannot make notes from origin/main..HEAD\n  why: there is no terminal, and --yes was not given\n"
        "  run: inv note --from origin/main..HEAD --yes",
    )
    assert written.code == 0, written.text
    assert repository.git("log", "-2", "--format=%s").splitlines() == ["note: The roof", "note: Add a door"]
    assert (repository.project / "changelog.d/12.feature.md").read_text() == "Add a door\n"
    assert (repository.project / "changelog.d/+the-roof.fix.md").read_text() == "The roof\n"


def test_on_a_terminal_each_can_be_edited_or_left_out(repository: World) -> None:
    for message in ("feat: a", "fix: b", "docs: c", "fix: d"):
        repository.git("commit", "--quiet", "--allow-empty", "--message", message)
    answers = iter(["e", "", "-", "fix: What the page said", "A better d"])
    ctx = repository.context()

    from_commits(ctx, "origin/main..HEAD", lambda _: next(answers), yes=False, commit=False, dry_run=False)

    assert repository.git("diff", "--cached", "--name-only").splitlines() == [
        "changelog.d/+a-better-d.fix.md",
        "changelog.d/+a.feature.md",
        "changelog.d/+what-the-page-said.fix.md",
    ]


def test_no_is_an_answer(repository: World) -> None:
    repository.git("commit", "--quiet", "--allow-empty", "--message", "feat: a")

    with pytest.raises(ReleaseError, match="stopped"):
        from_commits(repository.context(), "origin/main..HEAD", lambda _: "", yes=False, commit=True, dry_run=False)

    assert repository.git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("span", "why"),
    [
        ("HEAD", "it is not a range of commits"),
        (
            "HEAD..HEAD",
            "no commit in it is a feature or a fix (feat: ..., fix: ...) without a note of its own",
        ),
    ],
)
def test_a_span_without_notes_is_refused(repository: World, span: str, why: str) -> None:
    ran = repository.inv("note", "--from", span)

    assert ran.code == 1
    assert ran.err.startswith(f"\ncannot make notes from {span}\n  why: {why}\n  run: inv note ")
