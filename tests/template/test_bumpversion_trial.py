"""What an existing configuration of bump-my-version cannot write is found at adoption."""

from __future__ import annotations

import re

import pytest

from release.template.bumpversion_trial import BumpTrial, tried
from tests.support.making import releasing
from tests.support.world import World

OLD = "[bumpversion]\ncurrent_version = 0.1.0\n"
TABLE = '[tool.bumpversion]\ncurrent_version = "{}"\n\n[[tool.bumpversion.files]]\nfilename = "pyproject.toml"\n'


@pytest.mark.parametrize(
    ("file", "text", "trial", "replaced"),
    [
        (
            ".bumpversion.cfg",  # theskumar/python-dotenv
            f"{OLD}\n[bumpversion:file:pyproject.toml]\n",
            BumpTrial(".bumpversion.cfg", dev="0.2.0.dev0: bump-my-version left 0.2.0 in the project"),
            False,
        ),
        (
            "setup.cfg",  # more-itertools, as the bumpversion of 2014 reads it
            f"{OLD}files = pyproject.toml\n",
            BumpTrial("setup.cfg", final="0.1.1: Each 'files' entry must be a table/mapping, got 'p'."),
            True,
        ),
        (
            "pyproject.toml",  # pypa/build, where others write the version meanwhile
            TABLE.format("0.0.9"),
            BumpTrial("pyproject.toml", final="0.1.1: bump-my-version left 0.1.0 in the project"),
            True,
        ),
        (
            ".bumpversion.toml",
            TABLE.format("0.1.0").replace("filename =", 'search = "release {current_version}"\nfilename ='),
            BumpTrial(".bumpversion.toml", final="0.1.1: Did not find 'release 0.1.0' in file: 'pyproject.toml'"),
            False,
        ),
    ],
    ids=[".bumpversion.cfg", "setup.cfg", "pyproject.toml", ".bumpversion.toml"],
)
def test_what_cannot_be_written_is_found(
    repository: World, file: str, text: str, trial: BumpTrial, replaced: bool
) -> None:
    own = (repository.project / "pyproject.toml").read_text()
    own = re.sub(r"(?s)\n\[+tool\.bumpversion.*?(?=\n\[tool\.(?!bumpversion)|\Z)", "", own)
    own = own.replace('version = "0.1.0.dev0"', 'version = "0.1.0"')
    (repository.project / "pyproject.toml").write_text(own + (f"\n{text}" if file == "pyproject.toml" else ""))
    if file != "pyproject.toml":
        (repository.project / file).write_text(text)
    repository.commit("bumping")

    assert tried(releasing(repository)) == trial
    assert trial.replaced is replaced


def test_what_can_be_written_is_no_news(repository: World) -> None:
    assert tried(releasing(repository)) == BumpTrial("pyproject.toml")
