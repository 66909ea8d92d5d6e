"""Releasing by requests: what is refused, what is taken back, and what was merged but not proposed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from release.base.errors import ReleaseError
from release.commands.abort import abort, give_up
from release.commands.release import bump, release
from release.engine.step import Waiting
from tests.support.lines import agreed, another, here, there
from tests.support.making import short
from tests.support.proposing import BRANCH, PROPOSED, proposes, seen
from tests.support.requests import lands, merge, proposed, squash
from tests.support.world import World


def test_another_version_is_refused_while_one_waits(guarded: World) -> None:
    proposed(guarded)

    with pytest.raises(ReleaseError, match=r"cannot release major: 1\.0\.0") as refused:
        release(here(guarded), "major", None, agreed)

    assert refused.value.why == "acme 0.1.0 is in progress"


def test_what_is_ahead_needs_a_request_of_its_own(guarded: World) -> None:
    guarded.commit("mine")

    with pytest.raises(ReleaseError) as refused:
        release(here(guarded), "minor", None, agreed)

    assert "1 ahead, and main accepts only pull requests" in str(refused.value)


def test_the_release_commit_alone_is_refused(guarded: World) -> None:
    with pytest.raises(ReleaseError, match="cannot make only the release commit") as refused:
        bump(here(guarded), "minor", None)

    assert refused.value.run == "inv release minor"


def test_aborting_deletes_the_branch_of_what_is_not_merged(guarded: World) -> None:
    before = guarded.remote_refs()
    proposed(guarded)

    abort(here(guarded), agreed)

    assert guarded.remote_refs() == before
    assert seen(guarded) == {}
    proposes(guarded)


@pytest.mark.parametrize("way", [merge, squash])
def test_aborting_asks_for_what_takes_a_merged_release_back(guarded: World, way: Callable[[World, str], str]) -> None:
    proposed(guarded)
    way(guarded, BRANCH)

    with pytest.raises(Waiting, match=r"acme 0\.1\.0 is taken back as soon as this is merged into main"):
        abort(here(guarded), agreed)

    assert PROPOSED not in guarded.remote_refs()
    squash(guarded, f"{BRANCH}-taken-back")
    guarded.git("pull", "--quiet")
    assert 'version = "0.1.0"' not in there(guarded, "main", "pyproject.toml")
    assert seen(guarded) == {}
    proposes(guarded)
    assert PROPOSED in guarded.remote_refs()


def test_giving_up_asks_for_it(guarded: World) -> None:
    proposed(guarded)
    merge(guarded, BRANCH)
    guarded.git("push", "--quiet", "origin", ":refs/heads/release-request/0.1.0")
    guarded.git("pull", "--quiet")
    guarded.git("tag", "--annotate", "--message", "acme 0.1.0", "v0.1.0", "HEAD^2")
    guarded.git("push", "--quiet", "origin", "v0.1.0")

    with pytest.raises(Waiting, match="is given up as soon as this is merged"):
        give_up(here(guarded), agreed)

    assert "+instead-of-0.1.0" in guarded.git("ls-tree", "-r", "--name-only", f"{BRANCH}-given-up", cwd=guarded.remote)


@pytest.mark.parametrize(
    ("edit", "fact"),
    [
        ({"pyproject.toml": "0.1.7"}, "its pyproject.toml says 0.1.7"),
        ({"CHANGELOG.md": "# Changelog\n"}, "its CHANGELOG.md has no section of 0.1.0"),
        ({"src/acme/sly.py": '"""Sly."""\n'}, "it changes more than version and notes: src/acme/sly.py"),
    ],
)
def test_what_was_merged_has_to_be_what_was_proposed(guarded: World, edit: dict[str, str], fact: str) -> None:
    proposed(guarded)
    other = another(guarded)
    other.git("switch", "--quiet", BRANCH)
    for path, text in edit.items():
        old = (other.project / path).read_text(encoding="utf-8") if path == "pyproject.toml" else text
        other.write(path, old.replace('"0.1.0"', f'"{text}"'))
    other.git("add", "--all")
    other.git("commit", "--quiet", "--amend", "--no-edit")
    other.git("push", "--quiet", "--force", "origin", BRANCH)
    merged = squash(guarded, BRANCH)

    with pytest.raises(ReleaseError, match=r"cannot propose the release commit for acme 0\.1\.0") as refused:
        release(here(guarded), "minor", None, agreed)

    assert refused.value.why == f"{merged[:7]} was merged into main, but {fact}"
    assert refused.value.run == "inv abort"
    assert "refs/tags/v0.1.0" not in guarded.remote_refs()


def test_a_file_that_says_the_version_in_other_words_is_part_of_the_release(guarded: World) -> None:
    more = """
[[tool.bumpversion.files]]
filename = "SERIES"
regex = true
search = "series .*"
replace = "series {new_major}.{new_minor}"
"""
    text = (guarded.project / "pyproject.toml").read_text(encoding="utf-8")
    lands(guarded, SERIES="series unknown\n", **{"pyproject.toml": text + more})
    guarded.git("pull", "--quiet")
    proposes(guarded)
    squash(guarded, BRANCH)

    release(here(guarded), "minor", None, agreed)

    assert there(guarded, "v0.1.0", "SERIES") == "series 0.1"


def test_a_branch_that_is_none_of_ours_is_a_conflict(guarded: World) -> None:
    guarded.git("push", "--quiet", "origin", f"main:{PROPOSED}")

    with pytest.raises(ReleaseError) as refused:
        release(here(guarded), "minor", None, agreed)

    assert refused.value.why == f"{BRANCH} is {short(guarded)} on origin, but does not release 0.1.0"
    assert refused.value.run == f"git push origin --delete {BRANCH}"
