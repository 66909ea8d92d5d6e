"""The same answers give the same bytes, whoever renders them and when; and they are few."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import copier

from tests.support.rendered import contents, files_of
from tests.support.world import REPOSITORY, copy_template
from tests.template.conftest import Render


def test_the_default_answers_give_a_project_that_can_be_looked_through(
    rendering: Render, record_property: Callable[[str, object], None]
) -> None:
    files = files_of(rendering())

    record_property("told", f"{len(files)} files outside release/ for the default answers (at most 30)")
    assert len(files) <= 30


def test_few_lines_of_the_template_carry_jinja(template: Path, record_property: Callable[[str, object], None]) -> None:
    """Of all that is ours in template/: the texts of licences are not counted."""
    everything = carrying = 0
    for path in sorted((template / "template").rglob("*")):
        if path.is_file() and "LICENSE" not in path.name:
            lines = path.read_text(encoding="utf-8").splitlines()
            everything += len(lines)
            if path.suffix == ".jinja":
                carrying += sum(1 for line in lines if re.search(r"\{\{|\{%|\{#", line))

    told = f"{carrying} of {everything} lines carry Jinja: {carrying / everything:.1%} (less than 3.0%)"
    record_property("told", told)
    assert carrying / everything < 0.03


RENDER = r"""
import copier, os, sys
if sys.argv[4:]:
    from release.adapters.workers.copier_worker import hasten
    hasten()
ANSWERS = {"project_name": "acme", "author_name": "Zo\u00eb", "docs": "sphinx"}
os.umask(int(sys.argv[3], 8))
copier.run_copy(sys.argv[1], sys.argv[2], data=ANSWERS, defaults=True, quiet=True)
"""


def test_the_same_answers_give_the_same_bytes_whoever_renders(template: Path, tmp_path: Path) -> None:
    """Another umask, locale, time zone, home and moment, and hastened; file modes are of the machine, not the bytes."""

    def rendered(name: str, umask: str, *more: str, **env: str) -> dict[str, bytes]:
        project, home = tmp_path / name, tmp_path / f"home-{name}"
        home.mkdir()
        (home / ".gitconfig").write_text(f"[user]\nname = {name}\n[core]\nautocrlf = true\n")
        ours = {"HOME": str(home), "PYTHONHASHSEED": umask[-1], "PYTHONPATH": str(REPOSITORY / "template")}
        words = [sys.executable, "-c", RENDER, str(template), str(project), umask, *more]
        subprocess.run(words, cwd=home, env=os.environ | ours | env, check=True)
        return contents(project)

    one = rendered("ada", "022", LC_ALL="C.UTF-8", LANG="C.UTF-8", TZ="Pacific/Kiritimati", PYTHONUTF8="1")
    elsewhere = {"LC_ALL": "C", "LANG": "C", "TZ": "America/Adak", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    other = rendered("bob", "077", "hastened", **elsewhere)

    assert one == other


def test_nothing_that_is_rendered_depends_on_when_or_where(template: Path) -> None:
    """No clock and no place: what Copier's Jinja knows of both appears only in the message after a copy."""
    for path in sorted(path for path in (template / "template").rglob("*") if path.suffix == ".jinja"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"\b(?:now|strftime|to_datetime|random|dst_path|src_path|_folder_name)\b", text) == [], (
            path.name
        )


def test_a_rendered_project_knows_nothing_of_caches(tmp_path: Path) -> None:
    """What tools leave in a checkout of the template does not get into projects."""
    template = copy_template(tmp_path / "keelway")
    left = ["release/__pycache__/a.pyc", ".mypy_cache/x.json", ".ruff_cache/0", ".pytest_cache/README.md", ".DS_Store"]
    for name in left:
        path = template / "template" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")

    copier.run_copy(str(template), tmp_path / "acme", defaults=True, quiet=True)

    assert [name for name in left if (tmp_path / "acme" / name).exists()] == []
