"""Hooks of the owner: what they format is taken; what they refuse or change is said, and no branch has moved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from release.base.errors import ReleaseError
from release.context import Context
from release.engine.step import State
from release.steps.commit import COMMIT
from tests.support.making import ready, releasing
from tests.support.world import World

FORMATS = """\
grep -q "^- " CHANGELOG.md || exit 0
sed -i "s/^- /* /" CHANGELOG.md
echo "format: files were modified by this hook"
exit 1
"""


def hook(world: World, name: str, script: str) -> Path:
    path = world.project / ".git" / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def refused(ctx: Context) -> ReleaseError:
    """Return why the release commit is not made; the branch is where it was, and nothing is left behind."""
    head = ctx.git.read("rev-parse", "HEAD")
    with pytest.raises(ReleaseError) as caught:
        COMMIT.do(ctx)
    assert ctx.git.read("rev-parse", "HEAD") == head
    assert COMMIT.observe(ctx).state is State.ABSENT
    assert ctx.git.changes() == ()
    assert len(ctx.git.read("worktree", "list").splitlines()) == 1
    return caught.value


def test_a_hook_that_formats_and_fails_once_is_asked_again(repository: World) -> None:
    ready(repository)
    hook(repository, "pre-commit", FORMATS)
    ctx = releasing(repository)

    COMMIT.do(ctx)

    assert COMMIT.observe(ctx).state is State.DONE
    assert "* Something new" in repository.git("show", "HEAD:CHANGELOG.md")


def test_a_hook_that_refuses_is_shown_with_what_it_printed(repository: World) -> None:
    ready(repository)
    path = hook(repository, "pre-commit", "echo 'no releases on a Friday' >&2; exit 7")

    error = refused(releasing(repository))

    assert error.what == 'cannot commit "Release acme 0.1.0"'
    assert error.why == "the hook pre-commit refuses it (exit code 1)\nno releases on a Friday"
    assert error.run == f"$EDITOR {path.relative_to(repository.project)}"


def test_a_hook_that_refuses_without_a_word_is_named(repository: World) -> None:
    ready(repository)
    hook(repository, "commit-msg", "git status > /dev/null; exit 1")

    error = refused(releasing(repository))

    assert error.why == "the hook commit-msg refuses it (exit code 1), without a message"
    assert error.run == '$EDITOR .git/hooks/commit-msg      (or, in release.toml: subject = "chore: {subject}")'


@pytest.mark.parametrize(
    ("name", "script", "fact"),
    [
        (
            "commit-msg",
            'printf "\\nMade in Berlin.\\n" >> "$1"',
            '"Release: 0.1.0" does not stand in its last paragraph',
        ),
        ("prepare-commit-msg", 'sed -i "1s/^/[T-1] /" "$1"', 'its subject is "[T-1] Release acme 0.1.0"'),
        ("pre-commit", "echo more >> README.md; git add README.md", "it also changes README.md"),
        ("pre-commit", "echo more > new.txt; git add new.txt", "it also changes new.txt"),
        ("pre-commit", "test -e new.txt && exit 0; echo more > new.txt; exit 1", "it also changes new.txt"),
        ("pre-commit", "rm README.md; git add --all", "it also changes README.md"),
    ],
)
def test_a_hook_that_changes_more_than_the_changelog_is_refused(
    repository: World, name: str, script: str, fact: str
) -> None:
    ready(repository)
    hook(repository, name, script)

    error = refused(releasing(repository))

    assert error.why.startswith(f"{name} changed the commit: {fact}"), error.why
    assert error.run.startswith(f"$EDITOR .git/hooks/{name}")


def test_a_hook_that_adds_a_trailer_changes_nothing_else(repository: World) -> None:
    ready(repository)
    hook(repository, "commit-msg", 'git interpret-trailers --in-place --trailer "Change-Id: I42" "$1"')
    ctx = releasing(repository)

    COMMIT.do(ctx)

    assert COMMIT.observe(ctx).state is State.DONE
    assert repository.git("log", "-1", "--format=%B") == "Release acme 0.1.0\n\nRelease: 0.1.0\nChange-Id: I42"


def test_the_subject_has_the_form_that_a_hook_asks_for(repository: World) -> None:
    text = (repository.project / "release.toml").read_text()
    repository.write("release.toml", f'subject = "chore: {{subject}} [skip ci]"\n{text}')
    repository.commit("subject")
    ready(repository)
    hook(repository, "commit-msg", 'head -1 "$1" | grep -q "^chore: [a-z]"')
    ctx = releasing(repository)

    COMMIT.do(ctx)

    assert COMMIT.observe(ctx).state is State.DONE
    assert repository.git("log", "-1", "--format=%s") == "chore: release acme 0.1.0 [skip ci]"


def test_settings_of_the_owner_do_not_hide_a_trailer(repository: World) -> None:
    ready(repository)
    for name, value in (("grep.patternType", "fixed"), ("trailer.separators", "="), ("log.showSignature", "true")):
        repository.git("config", name, value)
    ctx = releasing(repository)

    COMMIT.do(ctx)

    assert COMMIT.observe(ctx).state is State.DONE
    assert replace(ctx).release_commit() == repository.git("rev-parse", "HEAD")
