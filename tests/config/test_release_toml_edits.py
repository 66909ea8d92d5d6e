"""release.toml is edited as a person would: one thing is different, and every comment is where it was."""

from __future__ import annotations

import tomllib

import pytest

from release.config.index_config import IndexConfig
from release.config.release_toml import Config, parse_config
from release.config.release_toml_edits import with_forge, with_index

OWN = IndexConfig("private", "https://index.example.org/team", "https://index.example.org/team/simple/")
HEAD = "#:schema release/schema.json\n# How this project is released.\ntimeout = 60  # short\n"
ROW = '\n[[index]]\n# ours\nname = "private"\nupload = "https://old.example.org/"  # moved\nyank = ["yank"]\n'
TABLE = '\n[forge]  # the forge\nkind = "github"\nrule = false\n'


@pytest.mark.parametrize("text", ["", HEAD, HEAD + TABLE, HEAD + ROW, HEAD + ROW + TABLE, "index = []\n" + HEAD])
@pytest.mark.parametrize("wanted", [OWN, IndexConfig("testpypi"), None])
def test_another_index_leaves_all_else_as_it_was(text: str, wanted: IndexConfig | None) -> None:
    edited = with_index(text, wanted)

    found = parse_config(edited)
    assert [(each.name, each.upload, each.simple) for each in found.index] == (
        [(wanted.name, wanted.upload, wanted.simple)] if wanted else []
    )
    assert {**tomllib.loads(edited), "index": 0} == {**tomllib.loads(text), "index": 0}
    kept = ["#:schema release/schema.json", "# short", "# the forge", *(["# ours"] if wanted else [])]
    assert [each for each in kept if each in text and each not in edited] == []
    assert with_index(edited, wanted) == edited


def test_an_index_that_is_there_keeps_its_other_keys() -> None:
    assert with_index(HEAD + ROW, OWN) == HEAD + ROW.replace("https://old.example.org/", OWN.upload) + (
        'simple = "https://index.example.org/team/simple/"\n'
    )


def test_what_is_added_stands_apart() -> None:
    assert with_index("# a\n", OWN).startswith('# a\n\n[[index]]\nname = "private"\n')
    assert with_forge("# a\n", "gitlab") == '# a\n\n[forge]\nkind = "gitlab"\n'


@pytest.mark.parametrize("text", ["", HEAD, HEAD + TABLE, HEAD + ROW + TABLE])
def test_another_forge_leaves_all_else_as_it_was(text: str) -> None:
    edited = with_forge(text, "gitea")

    assert parse_config(edited).forge.kind == "gitea"
    assert parse_config(edited).index == parse_config(text).index
    assert parse_config(edited).timeout == (60.0 if text else Config().timeout)
    assert [each for each in ("# short", "# ours", "# the forge") if each in text and each not in edited] == []
