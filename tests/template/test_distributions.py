"""What the distributions of a generated project hold."""

from __future__ import annotations

import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.support.world import World
from tests.template.conftest import Render


@pytest.mark.parametrize("kind", ["library", "command-line"])
def test_distributions_hold_the_package_and_no_process(rendering: Render, tmp_path: Path, kind: str) -> None:
    project = rendering(kind=kind, project_name="Acme.One", forge="github", namespace="octo-org")
    world = World(project, tmp_path / "remote.git", "", tmp_path / "home")
    constraint = (project / "constraints.txt").as_uri()

    ran = world.run(sys.executable, "-m", "build", "--installer", "uv", env={"UV_CONSTRAINT": constraint})

    assert ran.code == 0, ran.text
    command = {"__main__.py", "cli.py"} if kind == "command-line" else set()
    package = {f"acme_one/{name}" for name in {"__init__.py", "py.typed", "slug.py"} | command}
    info = {"METADATA", "RECORD", "WHEEL", "licenses/LICENSE", "sboms/sbom.cdx.json"} | (
        {"entry_points.txt"} if command else set()
    )
    with zipfile.ZipFile(project / "dist/acme_one-0.1.0.dev0-py3-none-any.whl") as wheel:
        assert set(wheel.namelist()) == package | {f"acme_one-0.1.0.dev0.dist-info/{name}" for name in info}
        metadata = wheel.read("acme_one-0.1.0.dev0.dist-info/METADATA").decode()
    tests = {"tests/test_slug.py"} | ({"tests/test_cli.py"} if command else set())
    beside = {".gitignore", "CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "pyproject.toml", "sbom.cdx.json"}
    with tarfile.open(project / "dist/acme_one-0.1.0.dev0.tar.gz") as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert names == {f"src/{name}" for name in package} | tests | beside
    assert "License-Expression: MIT\n" in metadata
    assert "Requires-Python: >=3.10\n" in metadata
