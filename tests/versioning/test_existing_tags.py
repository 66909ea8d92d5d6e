"""Tags as people write them: with leading zeros, with a release's short form, beside tags that move."""

from __future__ import annotations

import re

from packaging.version import Version

from release.versioning.next_version import base, in_own_form, last_final, version_wanted
from tests.support.making import releasing
from tests.support.world import World


def test_a_tag_with_leading_zeros_is_the_release_that_it_names(repository: World) -> None:
    repository.git("tag", "v2026.08.17")

    ctx = releasing(repository, "2026.9.1")

    assert ctx.tag_of(Version("2026.8.17")) == "v2026.08.17"
    assert ctx.tag_of(Version("2026.9.1")) == "v2026.9.1"
    assert last_final(ctx) == Version("2026.8.17")
    assert base(ctx, "HEAD") == Version("2026.8.17")


def test_of_two_tags_of_a_version_the_usual_one_is_taken(repository: World) -> None:
    for tag in ("v1", "v1.0.0"):
        repository.git("tag", tag)

    assert releasing(repository).tag_of(Version("1.0.0")) == "v1.0.0"


def test_a_minor_release_is_as_short_as_the_last_one(repository: World) -> None:
    for tag in ("v1.2.0", "v1.3", "v1.3.1"):
        repository.git("tag", tag)
    ctx = releasing(repository, "1.4")

    assert [str(in_own_form(ctx, Version(each))) for each in ("1.4.0", "1.4.1", "2.0.0.dev0")] == [
        *("1.4", "1.4.1", "2.0.dev0")
    ]
    repository.git("tag", "v1.4.0")
    assert str(in_own_form(releasing(repository, "1.5"), Version("1.5.0"))) == "1.5.0"


def test_auto_makes_the_version_that_the_tree_is_on_the_way_to(repository: World) -> None:
    repository.git("tag", "v1.2.0")
    repository.note("fix", "Mended")
    text = (repository.project / "pyproject.toml").read_text(encoding="utf-8")
    found = {}
    for declared in ("1.2.0", "1.3.0.dev0", "2.0.0.dev0", "1.4.dev0", "1.1.0.dev0"):
        repository.write("pyproject.toml", re.sub('\nversion = ".*"', f'\nversion = "{declared}"', text))
        repository.commit(declared)
        found[declared] = str(version_wanted(releasing(repository), "auto", None))

    expected = {
        "2.0.0.dev0": "2.0.0",
        "1.4.dev0": "1.4",
    }  # 1.3.0.dev0: as our own commit after a final release writes it
    assert found == {each: expected.get(each, "1.2.1") for each in found}
    repository.write(
        "release.toml", "reopen = false\n" + (repository.project / "release.toml").read_text(encoding="utf-8")
    )
    repository.write("pyproject.toml", re.sub('\nversion = ".*"', '\nversion = "1.3.0.dev0"', text))
    repository.commit("never reopened")
    assert str(version_wanted(releasing(repository), "auto", None)) == "1.3.0"
