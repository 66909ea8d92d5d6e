"""What is different between forges stands in one table."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from release.adapters.forge.open_forge import open_forge
from release.base.child_env import withheld
from release.base.forge_kinds import FORGE_KINDS, kind_of_host
from release.config.release_toml import parse_config
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


@pytest.mark.parametrize("kind", FORGE_KINDS)
def test_each_kind_has_adapters_of_its_own(kind: str) -> None:
    found = parse_config(f'[forge]\nkind = "{kind}"\n')
    assert found is not None
    forge = open_forge(found, "git@forge.example.org:team/acme.git", {"PATH": ""}, print)

    assert forge is not None
    assert type(forge.releases).__name__.lower() == f"{kind}releases"


def test_a_kind_without_adapters_is_no_other_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORGE_KINDS, "codehub", replace(FORGE_KINDS["gitea"], name="codehub"))
    found = parse_config('[forge]\nkind = "gitea"\n')
    config = replace(found, forge=replace(found.forge, kind="codehub"))

    with pytest.raises(NotImplementedError, match="codehub"):
        open_forge(config, "git@forge.example.org:team/acme.git", {"PATH": ""}, print)


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
