"""A project that installs the release process, and the release process as an installer lays it down."""

from __future__ import annotations

import compileall
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import copier

from tests.support.world import REPOSITORY, World, copy_template, environment

VERSION = "0.3.0"
BESIDE = ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md")  # what the distribution is built from, too


def template_repository(place: Path, version: str = VERSION) -> World:
    """Make a git repository of the template of the working tree, as `version`, which it is tagged with."""
    template = copy_template(place / "keelway")
    for name in BESIDE:
        shutil.copy(REPOSITORY / name, template)
    world = World(template, place / "none.git", "", place / "home")
    world.git("init", "--quiet")
    tag_version(world, version)
    return world


def tag_version(template: World, version: str) -> str:
    """Commit what is there as another version of the template, and return the commit."""
    for name, pattern in (
        ("pyproject.toml", r'^version = ".*"$'),
        ("template/release/__init__.py", r'^__version__ = "[^"]*"'),
    ):
        path = template.project / name
        key = pattern[1:].partition(" ")[0]
        text, found = re.subn(f"(?m){pattern}", f'{key} = "{version}"', path.read_text(encoding="utf-8"))
        assert found == 1, name
        path.write_text(text, encoding="utf-8")
    commit = template.commit(version)
    template.git("tag", f"v{version}")
    return commit


def render_installed(
    template: Path | str, into: Path, answers: Mapping[str, str] | None = None, tag: str | None = None
) -> Path:
    """Render a project that installs the release process."""
    data = {"project_name": "acme", "engine": "installed"} | dict(answers or {})
    copier.run_copy(str(template), into, data=data, defaults=True, quiet=True, vcs_ref=tag)
    return into


def requirement(project: Path) -> str:
    """Return what a project installs the release process by."""
    table = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    (found,) = table["dependency-groups"]["release"]
    return str(found)


def install(wanted: str, into: Path, **env: str) -> Path:
    """Install what a requirement names, without its dependencies, which the tests have; return the folder."""
    words = ["pip", "install", "--quiet", "--no-deps", "--target", str(into), wanted.partition(" ; ")[0]]
    home = into.parent / "home-of-the-installer"
    ended = subprocess.run(
        [sys.executable, "-m", "uv", *words], env=environment(home, **env), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    compileall.compile_dir(into / "release", quiet=1)
    return into
