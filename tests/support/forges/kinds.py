"""The three forges by name, and our own adapters opened on one of them."""

from __future__ import annotations

from collections.abc import Callable

from release.adapters.forge.open_forge import open_forge
from release.adapters.forge.protocols import Forge
from release.config.forge_config import ForgeConfig
from release.config.release_toml import Config
from release.config.retry_config import RetryConfig
from tests.support.forges.gitea import GITEA
from tests.support.forges.github import GITHUB
from tests.support.forges.gitlab import GITLAB
from tests.support.forges.server import ForgeServer
from tests.support.secrets import PASSWORD

PROJECT = "octo/acme"
TOKEN = PASSWORD  # so that every test that looks for the password looks for the token
KINDS = {"github": GITHUB, "gitlab": GITLAB, "gitea": GITEA}
VARIABLES = {"github": "GH_TOKEN", "gitlab": "GITLAB_TOKEN", "gitea": "GITEA_TOKEN"}
QUICK = RetryConfig(attempts=5, pause=0.01, longest=2.0)


def forge_server(kind: str) -> ForgeServer:
    """Return a forge of a kind with one project, on which TOKEN may push."""
    server = ForgeServer(KINDS[kind], PROJECT)
    server.account(TOKEN, "ada", "push")
    return server


def opened(server: ForgeServer, api: str = "", *, token: str = TOKEN, say: Callable[[str], None] = print) -> Forge:
    """Return our forge of a server, asked at `api` where a proxy stands before it."""
    kind = server.kind.name
    config = Config(forge=ForgeConfig(kind=kind, api=api or server.api, project=PROJECT), retry=QUICK)
    environment = {VARIABLES[kind]: token} if token else {}
    forge = open_forge(config, "", environment | {"PATH": ""}, say)
    if forge is None:
        raise AssertionError("no forge was opened")
    return forge
