"""Setup writes what was answered, keeps secrets in the keyring alone, and tries both."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.support.secrets import PASSWORD
from tests.support.world import World

KEYRING = '''
import json, os, pathlib
from keyring.backend import KeyringBackend

class Kept(KeyringBackend):
    """Keeps passwords in a file, as a keyring of a system does."""

    priority = 1.0
    place = pathlib.Path(__file__).with_name("kept.json")

    def _kept(self):
        return json.loads(self.place.read_text()) if self.place.exists() else {}

    def get_password(self, service, username):
        return self._kept().get(f"{service} {username}")

    def set_password(self, service, username, password):
        self.place.write_text(json.dumps(self._kept() | {f"{service} {username}": password}))
'''


def toml(world: World) -> str:
    return (world.project / "release.toml").read_text(encoding="utf-8")


def test_options_are_written_once_and_tried(world: World) -> None:
    before = toml(world)

    first = world.inv("setup", "--index", world.index, "--forge", "gitea")
    second = world.inv("setup", "--index", world.index, "--forge", "gitea")

    assert toml(world) == before + '\n[forge]\nkind = "gitea"\n'
    assert "\n--- release.toml\n+++ release.toml\n" in first.out
    assert "\nrelease.toml is written and committed\n" in first.out
    assert "release.toml has these settings already\n" in second.out
    for ran in (first, second):
        assert ran.code == 0, ran.text
        assert "  ok      index account                       local accepts ada" in ran.out
        assert "next: acme 0.1.0 (" in ran.out
        assert "  to do   upload to local                     v0.1.0 is not in this clone" in ran.out
    assert world.git("status", "--porcelain") == ""
    assert world.git("log", "-1", "--format=%s", "--", "release.toml") == "set up releases"


def test_a_change_of_the_owners_is_not_committed_along(world: World) -> None:
    world.write("release.toml", toml(world) + "\n# mine\n")

    ran = world.inv("setup", "--forge", "gitea")

    assert "release.toml is written, with your uncommitted changes\n" in ran.out
    assert world.git("log", "-1", "--format=%s") == "start"


def test_a_dry_run_shows_the_lines_and_writes_none(world: World) -> None:
    before = toml(world)

    ran = world.inv("setup", "--index", "none", "--dry-run")

    assert (ran.code, toml(world)) == (0, before)
    assert "\n+index = []\n" in ran.out
    assert ran.out.endswith("nothing was changed\n")


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (
            ("--index", "PyPI"),
            'cannot set the index\n  why: "PyPI" is neither an address nor one of pypi, testpypi, none\n'
            "  run: inv setup --index pypi",
        ),
        (
            ("--forge", "sourcehut"),
            'cannot set the forge\n  why: "sourcehut" is none of github, gitlab, gitea, none\n'
            "  run: inv setup --forge none",
        ),
        (
            ("--index", "https://ada:word@index.example.org/"),
            "cannot use release.toml: index\n"
            "  why: an address with a password in it; give it by TWINE_USERNAME and TWINE_PASSWORD\n"
            "  run: $EDITOR release.toml",
        ),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    world: World, words: tuple[str, ...], refusal: str
) -> None:
    before = toml(world)

    ran = world.inv("setup", *words)

    assert (ran.code, ran.err.strip("\n"), toml(world)) == (1, refusal, before)


def test_credentials_that_are_wrong_are_found_and_the_advice_given(world: World) -> None:
    ran = world.inv("setup", TWINE_PASSWORD="not-this-one")

    assert ran.code == 1
    assert (
        "cannot release: index account\n  why: local answered 403 to ada, by the password from TWINE_PASSWORD\n"
        in ran.out
    )


def test_a_project_without_a_remote_is_told_how_to_get_one(world: World) -> None:
    world.git("remote", "remove", "origin")

    ran = world.inv("setup")

    assert ran.code == 1
    assert ran.out.endswith(
        "there is no remote origin\n  why: a release is pushed to it\n"
        "  run: git remote add origin ADDRESS && git push --set-upstream origin main\n"
    )


def test_a_python_that_the_project_promises_and_that_is_not_here_is_found(world: World) -> None:
    world.write("release.toml", toml(world).replace("python = [", 'python = ["3.99", '))

    ran = world.inv("setup")

    assert ran.code == 1
    assert (
        "\nthere is no Python 3.99 here\n"
        "  why: the project supports it, so its tests and installations fail without it\n"
        "  run: uv python install 3.99\n"
    ) in ran.out


def test_on_a_terminal_it_asks_and_keeps_the_password_in_the_keyring(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("keyring")
    (place / "file_keyring.py").write_text(textwrap.dedent(KEYRING), encoding="utf-8")
    environment = world.environment(
        PYTHONPATH=str(place), PYTHON_KEYRING_BACKEND="file_keyring.Kept", TWINE_PASSWORD="", TERM="dumb"
    )
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "invoke", "setup"],
        cwd=world.project,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown = ""
    answers = [
        ("twine uploads to [", ""),
        ("where installers read it [", ""),
        ("forge that shows the releases: github, gitlab, gitea, none [none]: ", ""),
        ("user of local [ada]: ", ""),
        ("password or token of ada for local (Enter: later): ", PASSWORD),
    ]
    while True:
        try:
            shown += os.read(ours, 1 << 16).decode()
        except OSError:
            break
        if answers and answers[0][0] in shown and shown.rstrip(" ").endswith(":"):
            os.write(ours, f"{answers.pop(0)[1]}\n".encode())
    os.close(ours)

    assert process.wait(60) == 0, shown
    assert answers == []
    assert PASSWORD not in shown
    assert "local accepts ada" in shown
    assert json.loads((place / "kept.json").read_text()) == {f"{world.index} ada": PASSWORD}
    assert PASSWORD not in toml(world)
    (place / "kept.json").unlink()


def test_the_context_of_a_setup_leaves_no_file(world: World) -> None:
    before = {path for path in Path(world.project).rglob("*") if ".git" not in path.parts}

    world.inv("setup", "--dry-run")

    assert {path for path in Path(world.project).rglob("*") if ".git" not in path.parts} == before
