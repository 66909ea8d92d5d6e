"""What installs are held to: the template's constraints, and the owner's in place of those of the same name."""

from __future__ import annotations

import ast
from pathlib import Path

from release.config.constraints import held, pinned
from tests.support.world import REPOSITORY, World

OURS = """\
# ours
Ruff==0.17.5
coverage==7.16.2 ; python_version < '3.11'
coverage==7.17.3 ; python_version >= '3.11'
nox==1
"""


def test_without_a_file_of_the_owners_ours_is_it(tmp_path: Path) -> None:
    assert held(tmp_path) is None
    (tmp_path / "constraints.txt").write_text(OURS)

    assert held(tmp_path) == tmp_path / "constraints.txt"
    assert sorted(tmp_path.iterdir()) == [tmp_path / "constraints.txt"]


def test_the_owners_lines_stand_in_for_ours_of_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "constraints.txt").write_text(OURS)
    (tmp_path / "constraints-own.txt").write_text("# we need it\nruff==0.16.0\nCoverage<7\nhttpx==1.0")

    path = held(tmp_path)

    assert path == tmp_path / ".release/constraints.txt"
    assert path.read_text() == "# we need it\nruff==0.16.0\nCoverage<7\nhttpx==1.0\n# ours\nnox==1\n"
    assert pinned(tmp_path) == path.read_text()
    assert (tmp_path / ".release/.gitignore").read_text() == "*\n"


def test_in_a_further_working_tree_they_are_written_where_no_build_packs_them(repository: World) -> None:
    repository.write("constraints-own.txt", "ruff==0.16.0\n")
    repository.commit("hold ruff")
    tree = repository.project.parent / "tree"
    repository.git("worktree", "add", "--quiet", "--detach", str(tree))

    path = held(tree)

    assert path is not None and "ruff==0.16.0\n" in path.read_text()
    assert path.is_relative_to(repository.project / ".git" / "worktrees")
    assert not (tree / ".release").exists()
    repository.git("worktree", "remove", str(tree))
    assert not path.exists()


def test_with_the_newest_tools_only_the_owners_lines_count(tmp_path: Path) -> None:
    (tmp_path / "constraints.txt").write_text(OURS)
    assert held(tmp_path, newest=True) is None

    (tmp_path / "constraints-own.txt").write_text("ruff==0.16.0\n")
    assert held(tmp_path, newest=True) == tmp_path / "constraints-own.txt"


def test_any_python_that_runs_nox_can_run_it() -> None:
    """release/ itself needs 3.11; what the noxfile runs has to do with less."""
    text = (REPOSITORY / "template/release/config/constraints.py").read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 10))

    names = {name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in [node.module]}
    assert names == {"__future__", "pathlib"}
