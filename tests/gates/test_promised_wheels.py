"""A release without a promised wheel, or with one whose tags are not true, is refused before its tag."""

from __future__ import annotations

import zipfile
from pathlib import Path

from release.engine.gate import Verdict
from release.gate_order import about_to_tag, checks
from release.gates.promised_wheels import PROMISED, TAGS, false_tags
from release.values.wheel_promise import this_platform
from tests.gates.test_built_files import having, sdist
from tests.support.world import World

HERE = this_platform()
PROMISES = '[wheels]\nplatforms = ["this", "win_amd64"]\npythons = ["3.11", "3.12"]\n'


def compiled(place: Path, python: str, platform: str, *members: str, abi: str = "") -> Path:
    path = place / f"acme-0.1.0-{python}-{abi or python}-{platform}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(member, b"")
    return path


def test_a_promised_wheel_that_is_missing_is_named(repository: World, tmp_path: Path) -> None:
    """And so is one that nobody promised."""
    files = [
        compiled(tmp_path, "cp311", HERE),
        compiled(tmp_path, "cp312", HERE),
        compiled(tmp_path, "cp312", "win_amd64"),
        compiled(tmp_path, "cp312", "win_arm64"),
        sdist(tmp_path),
    ]
    config = repository.project / "release.toml"
    config.write_text(f"{config.read_text()}\n{PROMISES}")

    assert PROMISED.ask(having(repository, *files)) == Verdict(
        False,
        "missing: cp311-win_amd64\nnot promised in [wheels] of release.toml: acme-0.1.0-cp312-cp312-win_arm64.whl",
        "nox -s build      (or change [wheels] in release.toml)",
    )


MODULES = [
    ("cp312", HERE, "acme/_check.cpython-312-x86_64-linux-gnu.so", "", ""),
    ("cp312", HERE, "acme/_check.cpython-311-x86_64-linux-gnu.so", "", "which is for Python 3.11 alone"),
    ("cp312", "win_amd64", "acme/_check.cp312-win_amd64.pyd", "", ""),
    ("cp310", HERE, "acme/_check.cpython-310-x86_64-linux-gnu.so", "abi3", "which is for Python 3.10 alone"),
    ("cp312", HERE, "acme/slug.py", "", "no compiled module is in it"),
    ("py3", "any", "acme/_check.so", "none", "is for any platform, and has acme/_check.so"),
]


def test_tags_that_the_modules_inside_belie_are_refused(repository: World, tmp_path: Path) -> None:
    for number, (python, platform, module, abi, why) in enumerate(MODULES):
        folder = tmp_path / str(number)
        folder.mkdir()
        found = list(false_tags(compiled(folder, python, platform, module, abi=abi)))
        assert bool(found) == bool(why), (module, found)
        assert why in "".join(found)
    ctx = having(repository, compiled(tmp_path, "cp312", HERE, MODULES[1][2]))

    assert TAGS.ask(ctx).met is False


def test_who_promises_no_wheel_is_asked_about_none(repository: World, tmp_path: Path) -> None:
    ctx = having(repository, sdist(tmp_path))
    names = {gate.name for gate in (*about_to_tag(ctx.config, built=True)(ctx), *checks(ctx))}

    assert not names & {"promised wheels", "wheel tags"}
