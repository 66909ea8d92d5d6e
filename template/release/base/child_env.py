"""Keeps the credentials of a release from what runs the project's own code: builds, sessions, first runs, hooks of git.

A test or a build requirement that prints its environment, or sends it away, then has nothing to give.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

# Whoever has one of these can publish or sign: accounts of indexes, and what CI changes for one (trusted publishing).
_UPLOADS = re.compile(
    r"TWINE_(USERNAME|PASSWORD)|RELEASE_\w+_(USERNAME|PASSWORD)|UV_PUBLISH_\w+"
    r"|ACTIONS_ID_TOKEN_\w+|ACTIONS_RUNTIME_TOKEN|\w*PYPI_ID_TOKEN|SIGSTORE_ID_TOKEN|CI_JOB_JWT\w*"
)
# Tokens of forges; git may ask a helper that answers with one.
_FORGES = re.compile(r"(GH|GITHUB|GITLAB|GITEA|FORGEJO|CODEBERG)_((ENTERPRISE_)?TOKEN|PAT)|CI_JOB_TOKEN|JOB_TOKEN")


def credentials(environment: Mapping[str, str], also: Collection[str] = ()) -> dict[str, str]:
    """Return the variables that let somebody publish or write to the forge; `also` names further ones."""
    return {
        name: value
        for name, value in environment.items()
        if name in also or _UPLOADS.fullmatch(name) or _FORGES.fullmatch(name)
    }


def withheld(environment: Mapping[str, str], also: Collection[str] = ()) -> dict[str, str]:
    """Return the environment without `credentials`: for whatever runs the project's own code."""
    kept = credentials(environment, also)
    return {name: value for name, value in environment.items() if name not in kept}


def for_git(environment: Mapping[str, str], also: Collection[str] = ()) -> dict[str, str]:
    """Return the environment for git: it keeps the tokens of forges, for the commands that cross the network."""
    tokens = {name: value for name, value in forge_tokens(environment).items() if name not in also}
    return withheld(environment, also) | tokens


def forge_tokens(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that hold tokens of forges."""
    return {name: value for name, value in environment.items() if _FORGES.fullmatch(name)}
