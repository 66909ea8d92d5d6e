"""A frozen line: forged marks, tags, versions and twins let nothing in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from release.approvals.decision_records import keep
from release.branches.freezes import frozen_since, offenders
from tests.support.lines import CODE, final, fix, frozen, here, released
from tests.support.signing import signs_with
from tests.support.world import World

LATER = {"GIT_COMMITTER_DATE": "2090-01-01T00:00:00Z"}  # git log sorts by it


@pytest.fixture
def line(repository: World) -> World:
    """The line 0.2, frozen and checked out."""
    released(repository)
    frozen(repository)
    return repository


def text(world: World) -> str:
    return (world.project / CODE).read_text(encoding="utf-8")


def frozen_again(world: World) -> None:
    fix(world, "ONE = 1", "ONE = 11")
    world.commit("Improve\n\nFrozen: 0.2", **{"README.md": "# acme\n"})


def frozen_again_exactly(world: World) -> None:
    fix(world, "ONE = 1", "ONE = 11")
    world.commit("Freeze release/0.2\n\nFrozen: 0.2")


def thawed(world: World) -> None:
    world.commit("Improve\n\nThawed: 0.2", **{"README.md": "# acme\n"})
    fix(world, "ONE = 1", "ONE = 11")


def thawed_on_a_merged_branch(world: World) -> None:
    world.git("switch", "--quiet", "--create", "side")
    ran = world.run("git", "commit", "--quiet", "--allow-empty", "-m", "Thaw release/0.2\n\nThawed: 0.2", env=LATER)
    assert ran.code == 0, ran.text
    world.git("switch", "--quiet", "release/0.2")
    world.git("merge", "--quiet", "--no-ff", "--message", "Merge side", "side")
    fix(world, "ONE = 1", "ONE = 11")


def lightweight_tag(world: World) -> None:
    world.git("switch", "--quiet", "--create", "side")
    fix(world, "ONE = 1", "ONE = 11")
    world.git("tag", "v0.0.9")
    world.git("push", "--quiet", "origin", "v0.0.9")
    world.git("switch", "--quiet", "release/0.2")
    world.git("merge", "--quiet", "--no-ff", "--message", "Merge", "side")


def annotated_tag(world: World) -> None:
    world.git("switch", "--quiet", "--create", "side")
    fix(world, "ONE = 1", "ONE = 11")
    world.git("tag", "--annotate", "--message", "acme 0.0.9", "v0.0.9")
    world.git("push", "--quiet", "origin", "v0.0.9")
    world.git("switch", "--quiet", "release/0.2")
    world.git("merge", "--quiet", "--no-ff", "--message", "Merge", "side")


def _say(world: World, version: str, code: str) -> None:
    import re

    path = world.project / "pyproject.toml"
    said = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'(?m)^version = ".*"$', f'version = "{version}"', said), encoding="utf-8")
    world.commit("a version", **{CODE: code})


def no_version(world: World) -> None:
    before, version = text(world), "; X = 1 #"
    evil = before.replace("ONE = 1", f"ONE = 1 {version}").replace("TWO = 2", "TWO = 2 ")
    world.commit("spaces", **{CODE: before.replace("ONE = 1", "ONE = 1 "), "changelog.d/2.fix.md": "Spaces.\n"})
    _say(world, version, evil.replace("TWO = 2 ", "TWO = 2"))
    _say(world, "0.2.0.dev0", evil.replace("TWO = 2 ", "TWO = 2"))


def a_number_as_version(world: World) -> None:
    before = text(world)
    _say(world, "1", before)
    _say(world, "7", before.replace("ONE = 1", "ONE = 7"))


def twin(world: World) -> None:
    """White space decides in Python what belongs to an `if`."""
    start = "if True:\n    A = 1\n    B = 2\n"
    world.git("switch", "--quiet", "--create", "side")
    granted = world.commit("fine", **{"src/acme/twin.py": start})
    keep(here(world), f"exceptions/0.2/{granted[:12]}/ada-example.org", granted, "Let it in", {"Reason": "x"})
    world.git("switch", "--quiet", "release/0.2")
    world.commit("fine", **{"src/acme/twin.py": start.replace("    B", "B")})


def false_revert(world: World) -> None:
    start = "if False:\n    A = 1\n    B = 2\n"
    world.commit("fine", **{"src/acme/twin.py": start, "changelog.d/2.fix.md": "A twin.\n"})
    taken = world.commit("less", **{"src/acme/twin.py": start.replace("    B = 2\n", "")})
    back = start.replace("    B = 2", "B = 2")
    world.commit(f"Revert\n\nThis reverts commit {taken}.", **{"src/acme/twin.py": back})


def revert_of_a_revert(world: World) -> None:
    fix(world, "ONE = 1", "ONE = 11")
    world.git("revert", "--no-edit", "HEAD")
    world.git("revert", "--no-edit", "HEAD")


def submodule(world: World) -> None:
    modules = '[submodule "lib"]\n\tpath = lib\n\turl = ../lib\n\tignore = all\n'
    world.write(".gitmodules", modules)
    world.git("add", ".gitmodules")
    world.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},lib")
    world.write("changelog.d/2.fix.md", "A submodule.\n")
    world.git("add", "changelog.d")
    world.git("commit", "--quiet", "--message", "a submodule")
    world.git("update-index", "--add", "--cacheinfo", f"160000,{'2' * 40},lib")
    world.git("commit", "--quiet", "--message", "bump")


def workflow(world: World) -> None:
    world.commit("a workflow", **{".github/workflows/evil.yml": "on: push\n"})


def template_of_notes(world: World) -> None:
    world.commit("a template", **{"changelog.d/template.md.jinja": "{{ 1 }}\n"})


def _hotfix(world: World) -> None:
    """Release a true hotfix, whose merge git would make without a conflict."""
    world.git("switch", "--quiet", "--create", "hotfix/0.1.1", "v0.1.0")
    fix(world, "TWO = 2", "TWO = 22")
    final(world, "0.1.1")
    world.git("switch", "--quiet", "release/0.2")
    world.git("merge", "--quiet", "--no-ff", "--no-commit", "--strategy-option=ours", "hotfix/0.1.1")


def evil_merge_of_the_same_path(world: World) -> None:
    _hotfix(world)
    world.write(CODE, text(world).replace("ONE = 1", "ONE = 666"))
    world.git("add", "--all")
    world.git("commit", "--quiet", "--message", "Merge")


def evil_merge_of_a_mode(world: World) -> None:
    _hotfix(world)
    (world.project / CODE).chmod(0o755)
    world.git("add", "--all")
    world.git("commit", "--quiet", "--message", "Merge")


def evil_resolution_of_a_conflict(world: World) -> None:
    fix(world, "TWO = 2", "TWO = 3", "A fix")
    _hotfix(world)
    world.write(CODE, text(world).replace("TWO = 3", "TWO = 666"))
    world.git("add", "--all")
    world.git("commit", "--quiet", "--message", "Merge")


FORMS: dict[str, Callable[[World], object]] = {
    each.__name__: each
    for each in (
        frozen_again,
        frozen_again_exactly,
        thawed,
        thawed_on_a_merged_branch,
        lightweight_tag,
        annotated_tag,
        no_version,
        a_number_as_version,
        twin,
        false_revert,
        revert_of_a_revert,
        submodule,
        workflow,
        template_of_notes,
        evil_merge_of_the_same_path,
        evil_merge_of_a_mode,
        evil_resolution_of_a_conflict,
    )
}


@pytest.mark.parametrize("form", FORMS)
def test_a_forgery_lets_nothing_into_a_frozen_line(line: World, form: str) -> None:
    start = line.git("rev-parse", "HEAD")
    FORMS[form](line)
    line.git("push", "--quiet", "origin", "release/0.2")
    ctx = here(line)

    since = frozen_since(ctx, "0.2", line.git("rev-parse", "HEAD"))

    assert since == start
    assert offenders(ctx, "0.2", since, "HEAD")


def test_an_honest_merge_of_a_hotfix_enters_with_its_conflicts_resolved_by_lines_of_both_sides(line: World) -> None:
    start = line.git("rev-parse", "HEAD")
    fix(line, "TWO = 2", "TWO = 3", "A fix")
    _hotfix(line)
    line.write(CODE, text(line).replace("TWO = 3", "TWO = 3\nTWO = 22"))
    line.git("add", "--all")
    line.git("commit", "--quiet", "--message", "Merge")
    line.git("push", "--quiet", "origin", "release/0.2")

    assert offenders(here(line), "0.2", start, "HEAD") == []


def test_where_tags_have_to_be_signed_an_unsigned_hotfix_does_not_enter(line: World) -> None:
    """A contributor makes a release on a branch of their own, and merges it."""
    signs_with(line, "adas", "ada@example.org")
    start = line.commit("signers")
    line.git("switch", "--quiet", "--create", "hotfix/0.1.1", "v0.1.0")
    fix(line, "TWO = 2", "TWO = 22")
    commit = final(line, "0.1.1")
    line.git("switch", "--quiet", "release/0.2")
    line.git("merge", "--quiet", "--no-ff", "--strategy-option=ours", "--message", "Merge", "hotfix/0.1.1")
    entered = []
    for how in (("--annotate",), ("--sign", "--local-user", str(line.home / "mallorys"))):
        if how[0] == "--sign":
            line.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", line.home / "mallorys")
        line.git("tag", "--force", *how, "--message", "acme 0.1.1", "v0.1.1", commit)
        line.git("push", "--quiet", "--force", "origin", "v0.1.1")
        entered += [] if offenders(here(line), "0.2", start, "HEAD") else [how]
    assert entered == []

    line.git("tag", "--force", "--sign", "--message", "acme 0.1.1", "v0.1.1", commit)
    line.git("push", "--quiet", "--force", "origin", "v0.1.1")
    assert offenders(here(line), "0.2", start, "HEAD") == []
