"""The questions as a person meets them: typed at a terminal, over the keyboard of prompt_toolkit."""

from __future__ import annotations

from pathlib import Path

import copier
import pytest
import yaml
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

ENTER, UP, DOWN = "\r", "\x1b[A", "\x1b[B"
FORGES = {"github": UP + UP, "gitlab": UP, "none": ""}


def typed(template: Path, project: Path, *keys: str) -> dict[str, str]:
    """Type an answer to each question in turn; return what the project keeps of them."""
    with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=DummyOutput()):
        keyboard.send_text("".join(keys))
        copier.run_copy(str(template), project, quiet=True)
    kept: dict[str, str] = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    return {key: answer for key, answer in kept.items() if not key.startswith("_")}


@pytest.mark.parametrize("forge", FORGES)
def test_a_forge_can_be_chosen_with_the_keyboard(slim: Path, tmp_path: Path, forge: str) -> None:
    """What a person has to type themselves has no default; one that the validator refuses would end the questions."""
    owner = [] if forge == "none" else ["octo-org" + ENTER]

    answers = typed(slim, tmp_path / "acme", *[ENTER] * 8, FORGES[forge] + ENTER, *owner, *[ENTER] * 3)

    assert (answers["forge"], answers.get("namespace")) == (forge, "octo-org" if owner else None)


def test_a_bad_answer_can_be_typed_again(slim: Path, tmp_path: Path) -> None:
    name = ["\x08" * 10, "no name!" + ENTER, "\x08" * 8, "Acme.One" + ENTER]
    mine = ["\x08" * 10 + '9 "lives" {{ x }} 🙂' + ENTER]

    answers = typed(slim, tmp_path / "acme", ENTER, *name, ENTER, "\x08" * 20, *mine, *[ENTER] * 8)

    assert (answers["project_name"], answers["package_name"]) == ("Acme.One", "acme_one")
    assert answers["description"] == '9 "lives" {{ x }} 🙂'
