"""What adoption configures for bump-my-version is written by bump-my-version: these places, and nothing else."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from release.base.shell import run
from release.config.version_copies import copies
from release.config.version_file import declared
from release.template.bumpversion_config import bumpversion_toml

FILES = {
    "pyproject.toml": '[tool.other]\r\nversion = "{0}"\r\n[project]\r\nname = "acme"\r\n  version = "{0}"\r\n',
    "src/acme/__init__.py": 'WORDS = {{"version": "{0}"}}\n__version__ = "{0}"\n',
    "docs/conf.py": 'release = "{0}"\nversion = "{1}"\nold = "{0}"\n',
    "setup.cfg": "[metadata]\nversion = {0}\n[other]\nversion = {0}\n",
}
KEPT = {
    "pyproject.toml": '[tool.other]\r\nversion = "{0}"\r\n[project]\r\nname = "acme"\r\n  version = "{2}"\r\n',
    "src/acme/__init__.py": 'WORDS = {{"version": "{0}"}}\n__version__ = "{2}"\n',
    "docs/conf.py": 'release = "{2}"\nversion = "{3}"\nold = "{0}"\n',
    "setup.cfg": "[metadata]\nversion = {2}\n[other]\nversion = {0}\n",
}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1.2.0", "1.3.0rc1"),
        ("2025.4", "2025.5"),
        ("1.3", "1.4"),
        ("3.2.0.dev", "3.2.0"),
        ("2026.08.17", "2026.9.1"),
        ("1.2.3.4", "1.2.4.0"),
        ("1.2.0.post1", "1.2.1"),
        ("1.2.0-beta.1", "1.2.0"),
    ],
)
def test_a_version_of_any_form_is_written_where_the_project_states_it(old: str, new: str, tmp_path: Path) -> None:
    words = (old, ".".join(old.split(".")[:2]), new, ".".join(new.split(".")[:2]))
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(text.format(*words).encode())
    main = declared(tmp_path, tomllib.loads((tmp_path / "pyproject.toml").read_text()))
    assert main is not None
    text = bumpversion_toml(tmp_path, [main, *copies(tmp_path, FILES, main)])
    (tmp_path / ".bumpversion.toml").write_text(text)

    argv = [sys.executable, "-m", "bumpversion", "bump", "--new-version", new, "--current-version", old]
    ended = run([*argv, "--no-commit", "--no-tag", "--allow-dirty"], cwd=tmp_path)

    assert ended.code == 0, ended.out + ended.err
    for path, kept in KEPT.items():
        assert (tmp_path / path).read_bytes().decode() == kept.format(*words), path
