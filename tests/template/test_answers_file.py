"""The answers file as an update reads it: whether it is as it was written, and what differs between two."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from release.base.errors import ReleaseError
from release.template.answers_file import Provenance, answers_file, parse_provenance

ROWS = "_commit: v0.1.0\n_src_path: gh:acme/template\ndocs: zensical\n"
HEAD = "# Where this project comes from.\n"


def written(rows: str) -> str:
    return f"{HEAD}# as written: {hashlib.sha256(rows.encode()).hexdigest()}\n{rows}"


def test_what_was_written_is_intact() -> None:
    read = parse_provenance(written(ROWS))

    assert read == Provenance("gh:acme/template", "v0.1.0", {"docs": "zensical"}, intact=True)
    assert parse_provenance(written(ROWS).replace("\n", "\r\n")).answers == read.answers


def test_one_changed_row_is_seen_and_told() -> None:
    edited = parse_provenance(written(ROWS).replace("zensical", "sphinx").replace("v0.1.0", "v0.2.0"))

    assert edited.intact is False
    assert parse_provenance(ROWS).differing(edited) == [
        "docs: zensical, now sphinx",
        "_commit: v0.1.0, now v0.2.0",
    ]


def test_without_a_digest_nothing_is_known() -> None:
    assert parse_provenance(HEAD + ROWS).intact is None
    assert parse_provenance("docs: none\n").address == ""


def test_ours_is_told_from_that_of_another_template(tmp_path: Path) -> None:
    assert answers_file(tmp_path) == ".copier-answers.yml"
    (tmp_path / ".copier-answers.yml").write_text(ROWS)
    assert answers_file(tmp_path) == ".copier-answers.yml"
    (tmp_path / ".copier-answers.release.yml").write_text(written(ROWS))

    assert answers_file(tmp_path) == ".copier-answers.release.yml"


@pytest.mark.parametrize("text", ["", "just words\n", "a: [\n", "<<<<<<< HEAD\na: 1\n=======\n"])
def test_what_is_no_answers_file_is_refused(text: str) -> None:
    with pytest.raises(ReleaseError, match=r"cannot read \.copier-answers\.yml"):
        parse_provenance(text)
