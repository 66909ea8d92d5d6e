"""Modules of tools: no file in the root of the project stands in for one."""

from __future__ import annotations

import pytest

from release.base.module_path import project_last
from tests.support.world import World


def test_the_project_is_once_and_at_the_end() -> None:
    assert project_last(["", "/p", "/lib", "."], "/p", "/p") == ["/lib", "/p"]
    assert project_last(["/p/sub", "/lib", "/p"], "/p", "/p/sub") == ["/lib", "/p", "/p/sub"]


def test_the_project_is_last_where_the_release_process_is_installed() -> None:
    path = ["/p", "", "/lib", "/site", "/p/.venv/editable"]

    assert project_last(path, "/site", "/p/sub") == ["/lib", "/p/.venv/editable", "/site", "/p"]


@pytest.mark.parametrize("words", [("inv",), ("python", "-m", "release")])
def test_a_file_in_the_root_stands_in_for_no_module_of_the_release_process(
    repository: World, words: tuple[str, ...]
) -> None:
    for name in ("rich", "requests", "tenacity", "packaging"):
        repository.write(f"{name}.py", f"open('{name}-ran', 'w').close()\n")

    ran = repository.run(*words, "status")

    assert ran.code == 0, ran.text
    assert sorted(path.name for path in repository.project.glob("*-ran")) == []
