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
_LONG = 12  # characters from which a value is known for a copy of a secret, and no ordinary word
_INSTALLING = ("PIP_", "UV_INDEX_", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS")
# What tools read from the environment, and would write, build, install or clone otherwise than the project says. A
# variable that was set for another command must not change a release, which is the same on every machine.
_ELSEWHERE = re.compile(
    r"BUMPVERSION_\w+|SETUPTOOLS_SCM_\w+|PBR_VERSION|PDM_BUILD_\w+|POETRY_DYNAMIC_VERSIONING_\w+|HATCH_(BUILD|METADATA)_\w+"
    r"|DIST_EXTRA_CONFIG|TOX_\w+|GIT_TEMPLATE_DIR"
    r"|UV_(TARGET|PREFIX|SYSTEM_PYTHON|BREAK_SYSTEM_PACKAGES|NO_BINARY\w*|NO_BUILD\w*|ONLY_BINARY|NO_DEPS|REQUIRE_HASHES"
    r"|RESOLUTION|PRERELEASE|OVERRIDE|EXCLUDE|PROJECT|WORKING_DIR\w*|ENV_FILE|PYTHON|FROZEN|LOCKED|DRY_RUN|OUTPUT_FILE)"
    r"|PIP_(TARGET|PREFIX|ROOT|USER|SRC|NO_BINARY|ONLY_BINARY|NO_DEPS|REQUIRE_HASHES|REQUIREMENT|EDITABLE|PRE|DRY_RUN"
    r"|NO_BUILD_ISOLATION|IGNORE_INSTALLED|ABI|PLATFORM|IMPLEMENTATION|PYTHON_VERSION|REQUIRE_VIRTUALENV)"
)


def of_the_project(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without what would make a tool do otherwise than the project's files say."""
    return {name: value for name, value in environment.items() if not _ELSEWHERE.fullmatch(name)}


def credentials(environment: Mapping[str, str], also: Collection[str] = ()) -> dict[str, str]:
    """Return the variables that let a process publish or write to the forge; `also` names further ones.

    A copy under another name is one, too, such as GitLab's CI_REPOSITORY_URL, in which the job's token is. What pip and
    uv install with is not: a build needs it.
    """
    named = {
        name: value
        for name, value in environment.items()
        if name in also or _UPLOADS.fullmatch(name) or _FORGES.fullmatch(name)
    }
    secrets = [value for name, value in named.items() if len(value) >= _LONG and not name.endswith("_USERNAME")]
    return {
        name: value
        for name, value in environment.items()
        if name in named or (not name.startswith(_INSTALLING) and any(secret in value for secret in secrets))
    }


def withheld(environment: Mapping[str, str], also: Collection[str] = ()) -> dict[str, str]:
    """Return the environment without `credentials`: for whatever runs the project's own code."""
    kept = credentials(environment, also)
    return {name: value for name, value in environment.items() if name not in kept}


def for_git(environment: Mapping[str, str], also: Collection[str] = ()) -> dict[str, str]:
    """Return the environment for git: it keeps the tokens of forges, for the commands that cross the network.

    And its own settings (GIT_CONFIG_VALUE_0), in which some CI systems give it a header with the token.
    """
    tokens = {name: value for name, value in forge_tokens(environment).items() if name not in also}
    settings = {name: value for name, value in environment.items() if name.startswith("GIT_CONFIG_")}
    return withheld(environment, also) | tokens | settings


def forge_tokens(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that hold tokens of forges."""
    return {name: value for name, value in environment.items() if _FORGES.fullmatch(name)}
