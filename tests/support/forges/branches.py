"""Forges with what they keep around branches: a server of each kind, what is on it, and worlds that know theirs."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from release.context import Context
from release.context_loader import load_context
from tests.support.forges import gitea_branches, github_branches, gitlab_branches
from tests.support.forges.kinds import KINDS, PROJECT, TOKEN, VARIABLES
from tests.support.forges.server import ForgeServer
from tests.support.lines import configured
from tests.support.proxy import Proxy
from tests.support.world import World

ROUTES = {"github": github_branches.ROUTES, "gitlab": gitlab_branches.ROUTES, "gitea": gitea_branches.ROUTES}
RULES = {"github": "rulesets", "gitlab": "protections", "gitea": "protections"}  # the tables that they lie in
_OWNERS: dict[str, list[dict[str, Any]]] = {
    "github": [
        {
            "name": "keep main",
            "target": "branch",
            "enforcement": "active",
            "conditions": {"ref_name": {"include": ["refs/heads/main", "refs/heads/release/*"], "exclude": []}},
            "rules": [{"type": "deletion"}, {"type": "required_linear_history"}],
        }
    ],
    "gitlab": [{"name": "main", "allow_force_push": False}, {"name": "stable-*", "allow_force_push": True}],
    "gitea": [{"rule_name": "main", "enable_push": False}, {"rule_name": "stable/*", "enable_push": True}],
}


def branch_server(kind: str) -> ForgeServer:
    """Return a forge of a kind with one project, which TOKEN administers, and rules of the owner's own."""
    server = ForgeServer(KINDS[kind], PROJECT, routes=ROUTES[kind])
    server.account(TOKEN, "ada", "push", "admin")
    for each in _OWNERS[kind]:
        server.state.add(RULES[kind], copy.deepcopy(each))
    return server


def rules_on(server: ForgeServer) -> list[str]:
    """Return every rule on a forge, as it is kept there, byte for byte."""
    return [json.dumps(row) for row in server.state.table(RULES[server.kind.name]).values()]


def requests_on(server: ForgeServer) -> list[tuple[str, str, str]]:
    """Return (branch, onto, state) of every request on a forge."""
    rows = server.state.table("requests").values()
    return [(_source(row), str(row.get("base") or row.get("target_branch")), _state(row)) for row in rows]


def _source(row: dict[str, Any]) -> str:
    return str(row.get("head") or row.get("source_branch"))


def _state(row: dict[str, Any]) -> str:
    return "merged" if row["merged"] else {"opened": "open"}.get(row["state"], str(row["state"]))


def note_merged(server: ForgeServer, branch: str) -> None:
    """Let the forge know that a branch was merged."""
    for row in server.state.table("requests").values():
        if _source(row) == branch and _state(row) == "open":
            row.update(merged=True, state="merged" if server.kind.name == "gitlab" else "closed")


def knows(world: World, server: ForgeServer, api: str = "") -> None:
    """Let the project know its forge (not committed), and the forge its repository."""
    path = world.project / "release.toml"
    lines = f'\n[forge]\nkind = "{server.kind.name}"\napi = "{api or server.api}"\nproject = "{PROJECT}"\n'
    path.write_text(path.read_text(encoding="utf-8") + lines, encoding="utf-8")
    server.state.remote = world.remote


@contextmanager
def known_through_a_proxy(world: World, server: ForgeServer) -> Iterator[Proxy]:
    """Let the project know its forge by the address of a proxy, and soon have asked it often enough."""
    with Proxy(server.api) as proxy:
        configured(world, "\n[retry]\npause = 0.01\nlongest = 0.05\n")
        knows(world, server, server.api.replace(server.address, proxy.url.rstrip("/")))
        yield proxy


def variable(server: ForgeServer) -> dict[str, str]:
    """Return the token as a command's environment has it."""
    return {VARIABLES[server.kind.name]: TOKEN}


def here(world: World, server: ForgeServer) -> Context:
    """Return the context of a command that has the token."""
    return load_context(world.project, world.environment(**variable(server)))
