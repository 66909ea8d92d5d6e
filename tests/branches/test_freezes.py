"""What a freeze lets in and what it does not: by fragments, by paths, by exceptions, change by change."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from release.approvals.decision_records import keep
from release.branches.freezes import frozen_since, offenders
from tests.support.lines import CODE, final, fix, frozen, here, released, reopened
from tests.support.making import set_version
from tests.support.world import World


@pytest.fixture
def line(repository: World) -> World:
    """The line 0.2, frozen and checked out."""
    released(repository)
    frozen(repository)
    return repository


def stopped(world: World) -> list[str]:
    """Return why each offender on the line is one, with its subject."""
    ctx = here(world)
    since = frozen_since(ctx, "0.2", ctx.git.read("rev-parse", "HEAD"))
    assert since
    return [f"{each.subject}: {each.why}" for each in offenders(ctx, "0.2", since, "HEAD")]


WITHOUT = "without a fragment of docs, fix, security"


def binary(world: World) -> None:
    (world.project / "src" / "acme" / "logo.png").write_bytes(b"\x89PNG\0\xff")
    world.commit("a picture")


def merge_of_a_feature(world: World) -> None:
    world.git("switch", "--quiet", "--create", "topic")
    world.write("src/acme/more.py", '"""More."""\n')
    world.commit("part one")
    world.git("switch", "--quiet", "release/0.2")
    world.git("merge", "--quiet", "--no-ff", "--message", "Merge topic", "topic")


def a_fragment_renamed(world: World) -> None:
    fix(world, "ONE = 1", "ONE = 11", "One is eleven")
    world.git("mv", "changelog.d/+one-is-eleven.fix.md", "changelog.d/+one-is-eleven.feature.md")
    world.commit("call it a feature")


def a_release_with_more(world: World) -> None:
    set_version(world, "0.2.0")
    world.commit("Release acme 0.2.0\n\nRelease: 0.2.0", **{CODE: "ONE = 2\n"})


def a_hotfix_that_comes_back(world: World) -> None:
    world.git("switch", "--quiet", "--create", "hotfix/0.1.1", "v0.1.0")
    fix(world, "TWO = 2", "TWO = 22")
    final(world, "0.1.1")
    world.git("switch", "--quiet", "release/0.2")
    world.git("merge", "--quiet", "--no-ff", "--strategy-option=ours", "--message", "Merge", "hotfix/0.1.1")


def a_hotfix_and_more(world: World) -> None:
    a_hotfix_that_comes_back(world)
    world.write("src/acme/more.py", '"""More."""\n')
    world.git("add", "--all")
    world.git("commit", "--quiet", "--amend", "--no-edit")


def let_in_with_more(world: World) -> None:
    world.git("switch", "--quiet", "--create", "topic")
    granted = fix(world, "ONE = 1", "ONE = 11")
    keep(
        here(world),
        f"exceptions/0.2/{granted[:12]}/ada-example.org",
        granted,
        "Let it in",
        {"Reason": "a customer waits"},
    )
    fix(world, "TWO = 2", "TWO = 22")
    world.git("switch", "--quiet", "release/0.2")
    world.git("merge", "--quiet", "--no-ff", "--message", "Merge topic", "topic")


def one_note_for_two(world: World) -> None:
    fix(world, "ONE = 1", "ONE = 11")
    fix(world, "TWO = 2", "TWO = 22")
    world.note("fix", "Both")


def the_main_branch(world: World) -> None:
    world.git("switch", "--quiet", "main")
    fix(world, "ONE = 1", "ONE = 11")
    final(world, "0.3.0")
    world.git("switch", "--quiet", "release/0.2")
    world.git("merge", "--quiet", "--no-ff", "--strategy-option=ours", "--message", "Merge main", "main")


def taken_back_twice(world: World) -> None:
    """Revert a revert: what was taken back is there again."""
    fix(world, "ONE = 1", "ONE = 11")
    world.git("revert", "--no-edit", "HEAD")
    world.git("revert", "--no-edit", "HEAD")


STOPPED: dict[str, tuple[Callable[[World], object], str]] = {
    "code without a fragment": (lambda w: fix(w, "ONE = 1", "ONE = 11"), f"ONE = 1 is ONE = 11: it changes {CODE} "),
    "what is there again": (taken_back_twice, f"ONE = 1 is ONE = 11: it changes {CODE} "),
    "a feature": (
        lambda w: fix(w, "ONE = 1", "ONE = 11", "New", "feature"),
        "New: it adds a fragment of the type fea",
    ),
    "a binary": (binary, "a picture: it changes src/acme/logo.png "),
    "a merge": (merge_of_a_feature, "Merge topic: it changes src/acme/more.py "),
    "a hotfix and more": (
        a_hotfix_and_more,
        "Merge: it changes src/acme/more.py, which none of the merged commits changed",
    ),
    "more than was let in": (let_in_with_more, f"Merge topic: it changes {CODE} without"),
    "one note for two": (one_note_for_two, f"ONE = 1 is ONE = 11: it changes {CODE} without"),
    "a later release": (the_main_branch, f"Merge main: it changes {CODE} "),
    "data of the package": (lambda w: w.commit("data", **{"src/acme/x.md": "x"}), "data: it changes src/acme/x.md "),
    "a fragment that nobody reads": (
        lambda w: w.commit("hidden", **{"changelog.d/docs/x.fix.md": "x\n", CODE: "ONE = 2\n"}),
        f"hidden: it changes {CODE} ",
    ),
    "an empty fragment": (
        lambda w: w.commit("empty", **{"changelog.d/x.fix.md": "", CODE: "ONE = 2\n"}),
        f"empty: it changes {CODE} ",
    ),
    "a fix renamed": (a_fragment_renamed, "call it a feature: it adds a fragment of the type feature"),
    "its own rules": (
        lambda w: w.commit("looser", **{"release.toml": "index = []\n"}),
        "looser: it changes release.toml",
    ),
    "a pin": (lambda w: w.commit("newer", **{"constraints.txt": "x==1\n"}), "newer: it changes constraints.txt "),
    "a version and more": (a_release_with_more, f"Release acme 0.2.0: it changes {CODE} "),
}


@pytest.mark.parametrize("change", STOPPED)
def test_a_freeze_stops(line: World, change: str) -> None:
    make, why = STOPPED[change]
    make(line)

    found = stopped(line)

    assert len(found) == 1
    assert found[0].startswith(why)


def a_fix_and_its_note(world: World) -> None:
    fix(world, "ONE = 1", "ONE = 11", "One is eleven")


def a_merged_fix(world: World) -> None:
    world.git("switch", "--quiet", "--create", "topic")
    world.write("src/acme/more.py", '"""More."""\n')
    world.commit("part one")
    world.commit("part two", **{"changelog.d/7.security.md": "Safer.\n"})
    world.git("switch", "--quiet", "release/0.2")
    world.git("merge", "--quiet", "--no-ff", "--message", "Merge topic", "topic")


def a_candidate(world: World) -> None:
    set_version(world, "0.2.0rc1")
    world.commit("Release acme 0.2.0rc1\n\nRelease: 0.2.0rc1")


def a_final(world: World) -> None:
    fix(world, "ONE = 1", "ONE = 11", "One is eleven")
    final(world, "0.2.0")
    reopened(world, "0.2.0", "0.2.1.dev0")


def what_was_let_in_by_a_merge(world: World) -> None:
    world.git("switch", "--quiet", "--create", "topic")
    granted = fix(world, "ONE = 1", "ONE = 11")
    keep(
        here(world),
        f"exceptions/0.2/{granted[:12]}/ada-example.org",
        granted,
        "Let it in",
        {"Reason": "a customer waits"},
    )
    world.git("switch", "--quiet", "release/0.2")
    world.git("merge", "--quiet", "--no-ff", "--message", "Merge topic", "topic")


def a_fix_and_then_its_note(world: World) -> None:
    fix(world, "ONE = 1", "ONE = 11")
    world.note("fix", "One is eleven")


def what_was_taken_back(world: World) -> None:
    fix(world, "ONE = 1", "ONE = 11")
    world.git("revert", "--no-edit", "HEAD")


def a_note_taken_back(world: World) -> None:
    world.note("feature", "New")
    world.git("revert", "--no-edit", "HEAD")


def a_merge_taken_back(world: World) -> None:
    merge_of_a_feature(world)
    world.git("revert", "--no-edit", "--mainline", "1", "HEAD")


ENTERS: dict[str, Callable[[World], object]] = {
    "nothing": lambda _: None,
    "a fix with its fragment": a_fix_and_its_note,
    "a merged fix": a_merged_fix,
    "a fix and then its note": a_fix_and_then_its_note,
    "what was taken back": what_was_taken_back,
    "a note that was taken back": a_note_taken_back,
    "a merge that was taken back": a_merge_taken_back,
    "a test": lambda w: w.commit("test more", **{"tests/test_more.py": "def test_more(): ...\n"}),
    "documentation": lambda w: w.commit("say more", **{"docs/more.md": "# More\n", "README.md": "# acme\n"}),
    "a note alone": lambda w: w.note("docs", "Say it"),
    "a candidate": a_candidate,
    "a final": a_final,
    "what was let in, by a merge": what_was_let_in_by_a_merge,
    "a hotfix that comes back": a_hotfix_that_comes_back,
}


@pytest.mark.parametrize("change", ENTERS)
def test_a_freeze_lets_in(line: World, change: str) -> None:
    ENTERS[change](line)

    assert stopped(line) == []


def test_a_commit_that_was_let_in_enters_and_so_does_its_cherry_pick(line: World) -> None:
    line.git("switch", "--quiet", "main")
    commit = fix(line, "ONE = 1", "ONE = 11")
    keep(
        here(line), f"exceptions/0.2/{commit[:12]}/ada-example.org", commit, "Let it in", {"Reason": "a customer waits"}
    )
    line.git("switch", "--quiet", "release/0.2")
    line.git("cherry-pick", commit)

    assert stopped(line) == []


def test_an_exception_is_for_its_own_change_only(line: World) -> None:
    line.git("switch", "--quiet", "main")
    commit = fix(line, "ONE = 1", "ONE = 11")
    keep(
        here(line), f"exceptions/0.2/{commit[:12]}/ada-example.org", commit, "Let it in", {"Reason": "a customer waits"}
    )
    line.git("switch", "--quiet", "release/0.2")
    fix(line, "ONE = 1", "ONE = 12")

    assert len(stopped(line)) == 1


def test_an_exception_for_another_line_does_not_count(line: World) -> None:
    commit = fix(line, "ONE = 1", "ONE = 11")
    keep(
        here(line), f"exceptions/0.1/{commit[:12]}/ada-example.org", commit, "Let it in", {"Reason": "a customer waits"}
    )

    assert len(stopped(line)) == 1


def test_an_exception_that_was_moved_from_another_line_does_not_count(line: World) -> None:
    commit = fix(line, "ONE = 1", "ONE = 11")
    name = f"exceptions/0.1/{commit[:12]}/ada-example.org"
    keep(here(line), name, commit, "Let it in", {"Reason": "a customer waits"})
    moved = line.remote_refs()[f"refs/keelway/{name}"]
    line.git("update-ref", f"refs/keelway/exceptions/0.2/{commit[:12]}/ada-example.org", moved, cwd=line.remote)

    assert len(stopped(line)) == 1


def test_a_line_is_frozen_until_it_is_thawed(line: World) -> None:
    ctx = here(line)
    since = line.git("rev-parse", "HEAD")
    assert frozen_since(ctx, "0.2", "HEAD") == since
    assert frozen_since(ctx, "0.3", "HEAD") is None

    line.commit("Thaw release/0.2\n\nThawed: 0.2")

    assert frozen_since(here(line), "0.2", line.git("rev-parse", "HEAD")) is None
