"""What is different between forges stands in one table."""

from __future__ import annotations

import ast

import pytest

from release.base.child_env import withheld
from release.base.forge_kinds import FORGE_KINDS, kind_of_host
from tests.support.world import REPOSITORY

_RELEASE = REPOSITORY / "template/release"
# The adapters of a kind are opened by its name, and CI asks for its jobs in the form of one.
_BY_NAME = {"base/forge_kinds.py", "adapters/forge/open_forge.py", "ci_matrix.py"}


def test_no_other_module_decides_by_the_name_of_a_kind() -> None:
    deciding = {
        path.relative_to(_RELEASE).as_posix()
        for path in _RELEASE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in FORGE_KINDS
    }

    assert deciding == _BY_NAME


def test_code_of_the_project_sees_no_variable_with_a_token() -> None:
    names = {
        name
        for kind in FORGE_KINDS.values()
        for name in (*kind.variables, *kind.own_host_variables, kind.job_token, *kind.id_tokens)
    }

    assert {name for name in withheld(dict.fromkeys(names, "secret")) if name} == set()


@pytest.mark.parametrize(
    ("host", "kind"),
    [("github.com", "github"), ("gitlab.example.org", "gitlab"), ("codeberg.org", "gitea"), ("example.org", None)],
)
def test_a_host_is_known_by_its_name(host: str, kind: str | None) -> None:
    found = kind_of_host(host)

    assert (found.name if found else None) == kind
