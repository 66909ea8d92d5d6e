"""How tags are named, among tags of something else."""

from __future__ import annotations

import pytest

from release.template.tag_forms import doubts, form_of, odd_forms


@pytest.mark.parametrize(
    ("tags", "version", "form"),
    [
        ([], "1.2.0", None),
        (["v1.1.0", "v1.2.0", "docs-2.0"], "1.2.0", "v{version}"),
        (["v1.1.0", "docs-2.0", "docs-3.0", "docs-4.0"], "1.2.0.dev0", "v{version}"),
        (["docs-2.0"], "1.2.0", None),
        (["lib-1.2.0", "docs-2.0"], "1.2.0", "lib-{version}"),
        (["1.0", "1.1", "v1.2.0"], "1.2.0", "v{version}"),
        (["acme-1.2.0", "other-1.2.0"], "1.2.0", "acme-{version}"),
        (["v2026.08.17", "v2026.07.01"], "2026.08.17", "v{version}"),
        (["nightly-2026.11.28", "1.3.0rc1", "1.2.0"], None, "{version}"),
        (["v1", "v2", "release-1.2"], "1.2", "release-{version}"),
        (["v1.0.0-rc.1", "v1.0.0"], "1.0.0", "v{version}"),
        (["1.0", "1.1", "1.2", "v2.0", "v2.1"], None, "v{version}"),
        (["1.0", "1.1", "v2.0"], "2.1.dev0", "v{version}"),
        (["REL_1_1", "REL_1_2_0"], "1.2.0", "REL_{version:_}"),
        (["rel_2_0_0b1", "rel_2_0_1", "2024-01-02"], "2.0.1", "rel_{version:_}"),
        (["v2.0", "v1!1.0"], "1!1.0", "v{version}"),
        (["release-1-2-0"], None, "release-{version:-}"),
        (["db_16_1"], "1.2.0", None),
    ],
)
def test_the_form_is_that_in_which_the_version_is_tagged(
    tags: list[str], version: str | None, form: str | None
) -> None:
    assert form_of(tags, version, "acme") == form


def test_two_forms_without_the_version_are_asked_about() -> None:
    assert doubts(["1.0", "v1.1"], "1.3.0.dev0", "acme") == ["v{version}", "{version}"]
    assert doubts(["1.0", "v1.1"], "1.1", "acme") == []
    assert doubts(["1.0", "v1.1", "v1.2", "v1.3", "v1.4", "v1.5"], None, "acme") == []


@pytest.mark.parametrize(
    ("version", "tags", "said"),
    [
        ("1.2.0", ["v1.2.0"], []),
        ("1.3", ["1.3"], []),
        ("3.2.0.dev", [], ["3.2.0.dev is written 3.2.0.dev0 from the next release on (PEP 440)"]),
        ("1!2.0", ["v1!2.0"], []),
        ("2.0+local", [], ["2.0+local has a local part, which cannot be released"]),
        (None, ["v2026.08.17"], ["the tag v2026.08.17 is read as 2026.8.17; new ones have no leading zeros and such"]),
    ],
)
def test_a_form_that_cannot_be_kept_is_said(version: str | None, tags: list[str], said: list[str]) -> None:
    assert odd_forms(version, tags) == said
