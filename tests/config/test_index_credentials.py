"""Whose account an index is given, where it was found, and where another one is to be given."""

from __future__ import annotations

from pathlib import Path

import pytest

from release.config.index_config import IndexConfig
from release.config.index_credentials import Account, account_of
from release.engine.gate import Verdict
from release.gates.index_access import ACCOUNT
from tests.support.making import ready, releasing
from tests.support.secrets import PASSWORD, USER
from tests.support.world import World

HOUSE = IndexConfig(name="my-house", upload="https://house.example.org/upload/")
OWN = {"RELEASE_MY_HOUSE_USERNAME": "ada", "RELEASE_MY_HOUSE_PASSWORD": "her own"}
TWINE = {"TWINE_USERNAME": "bob", "TWINE_PASSWORD": "his"}
SECTION = """\
[distutils]
index-servers = pypi house
[pypi]
password = of-pypi
[house]
repository = https://house.example.org/upload
username = eve
password = hers
"""


@pytest.fixture
def pypirc(tmp_path: Path) -> Path:
    path = tmp_path / ".pypirc"
    path.write_text(SECTION)
    return path


@pytest.mark.parametrize(
    ("environment", "account", "told", "advice"),
    [
        (
            OWN | TWINE,
            Account("ada", "her own", "RELEASE_MY_HOUSE_PASSWORD"),
            "ada, by the password from RELEASE_MY_HOUSE_PASSWORD",
            "export RELEASE_MY_HOUSE_USERNAME=... RELEASE_MY_HOUSE_PASSWORD=...",
        ),
        (
            {"RELEASE_MY_HOUSE_PASSWORD": "a token", "TWINE_USERNAME": "bob"},
            Account("__token__", "a token", "RELEASE_MY_HOUSE_PASSWORD"),
            "__token__, by the password from RELEASE_MY_HOUSE_PASSWORD",
            "export RELEASE_MY_HOUSE_USERNAME=... RELEASE_MY_HOUSE_PASSWORD=...",
        ),
        (
            TWINE,
            Account("bob", "his", "TWINE_PASSWORD"),
            "bob, by the password from TWINE_PASSWORD",
            "export TWINE_USERNAME=... TWINE_PASSWORD=...",
        ),
        (
            {},
            Account("eve", section="house"),
            "eve, by the password from ~/.pypirc or the keyring",
            "$EDITOR ~/.pypirc      (section house)",
        ),
    ],
)
def test_the_nearest_account_is_taken_and_another_is_given_in_its_place(
    environment: dict[str, str], account: Account, told: str, advice: str, pypirc: Path
) -> None:
    found = account_of(HOUSE.name, HOUSE.upload, environment, pypirc)

    assert (found, found.told, found.advice) == (account, told, advice)


def test_a_section_is_for_its_own_address_only(pypirc: Path) -> None:
    """Else release.toml could have the password of an index sent to another one, by its name."""
    elsewhere = IndexConfig(name="pypi", upload="https://elsewhere.example.org/")

    assert account_of(elsewhere.name, elsewhere.upload, {}, pypirc) == Account()
    assert account_of("pypi", "", {}, pypirc).section == "pypi"


@pytest.mark.parametrize("text", [None, "no section", "[house]\nrepository = https://house.example.org/upload/\n"])
def test_a_pypirc_without_the_index_has_no_account(text: str | None, tmp_path: Path) -> None:
    path = tmp_path / ".pypirc"
    if text:
        path.write_text(text)

    assert account_of(HOUSE.name, HOUSE.upload, {}, path) == Account()


def test_an_account_in_pypirc_uploads_to_an_address_of_release_toml(world: World) -> None:
    ready(world)
    world.environment()  # makes the home
    (world.home / ".pypirc").write_text(
        f"[distutils]\nindex-servers = house\n[house]\nrepository = {world.index}\n"
        f"username = {USER}\npassword = {PASSWORD}\n"
    )

    assert ACCOUNT.ask(releasing(world, TWINE_USERNAME="", TWINE_PASSWORD="")) == Verdict(True, "local accepts ada")
    assert world.inv("release", "minor", "--yes", TWINE_USERNAME="", TWINE_PASSWORD="").code == 0
    assert sorted(world.files()) == ["acme-0.1.0-py3-none-any.whl", "acme-0.1.0.tar.gz"]
