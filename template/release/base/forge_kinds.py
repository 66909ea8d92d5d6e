"""The kinds of forges, and what is different about each: addresses, tokens, commands, files of CI."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ForgeKind:
    """One kind of forge; `name` is what release.toml calls it.

    `hosts`: words of a host's name by which it is known. `api`: the path of its API on a host of one's own;
    `public_api` the API of a public host whose address is another one.
    """

    name: str
    hosts: tuple[str, ...]
    api: str
    header: str  # what carries a token
    variables: tuple[str, ...]  # in which a token is looked for, the first that is set counts
    file_page: str  # the page of a file of a tag, below that of the project
    release_page: str  # the page of a release, by its tag
    started_page: str  # the page of what a tag has started
    ci_files: tuple[str, ...]  # where it finds what it runs
    public_api: Mapping[str, str] = field(default_factory=dict)
    own_host_variables: tuple[str, ...] = ()  # before the others where the host is not the public one
    token_command: tuple[str, ...] = ()  # its command line, and how that prints the token of a host
    job_token: str = ""  # the variable of the token that each of its CI jobs has
    ci_variable: str = ""  # set in its CI jobs
    id_tokens: tuple[str, str] = ("", "")  # variables of a job that may upload, and of one that may sign (OIDC)
    environment_command: str = ""  # what makes a deployment environment; empty where it has none
    template_files: tuple[str, ...] = ()  # what this template has for its CI
    ci_is_its_own: bool = True  # no other kind runs its `ci_files`
    merge_request: str = "pull request"  # what it calls a branch that waits to be merged


_GITHUB = ForgeKind(
    "github",
    hosts=("github",),
    api="/api/v3",
    public_api={"github.com": "https://api.github.com"},
    header="Authorization: Bearer ",
    variables=("GH_TOKEN", "GITHUB_TOKEN"),
    own_host_variables=("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"),  # as gh calls them
    token_command=("gh", "auth", "token", "--hostname"),
    file_page="blob/{tag}/{file}",
    release_page="releases/tag/{tag}",
    started_page="actions/workflows/release.yml",
    ci_files=(".github/workflows",),
    ci_is_its_own=False,  # Gitea and Forgejo run them, too
    ci_variable="GITHUB_ACTIONS",
    id_tokens=("ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL"),  # with `id-token: write`
    environment_command="gh api --method PUT repos/{project}/environments/{name}"
    "      (its reviewers: Settings, Environments)",
    template_files=(".github/workflows/release.yml",),
)
_GITLAB = ForgeKind(
    "gitlab",
    hosts=("gitlab",),
    api="/api/v4",
    header="PRIVATE-TOKEN: ",
    variables=("GITLAB_TOKEN",),
    token_command=("glab", "config", "get", "token", "--host"),
    job_token="CI_JOB_TOKEN",  # noqa: S106, the name of a variable
    file_page="-/blob/{tag}/{file}",
    release_page="-/releases/{tag}",
    started_page="-/pipelines?ref={tag}",
    ci_files=(".gitlab-ci.yml",),
    ci_variable="GITLAB_CI",
    id_tokens=("PYPI_ID_TOKEN", "SIGSTORE_ID_TOKEN"),  # by `id_tokens`
    environment_command="glab api --method POST projects/:id/environments --field name={name}"
    "      (who approves: Settings, CI/CD)",
    template_files=(".gitlab-ci.yml",),
    merge_request="merge request",
)
_GITEA = ForgeKind(
    "gitea",
    hosts=("gitea", "forgejo", "codeberg"),
    api="/api/v1",
    header="Authorization: token ",
    variables=("GITEA_TOKEN", "FORGEJO_TOKEN"),
    file_page="src/tag/{tag}/{file}",
    release_page="releases/tag/{tag}",
    started_page="actions",
    ci_files=(".gitea/workflows", ".forgejo/workflows"),
)

FORGE_KINDS = {each.name: each for each in (_GITHUB, _GITLAB, _GITEA)}


def kind_of_host(host: str) -> ForgeKind | None:
    """Return the kind of forge whose name is in that of a host; None for a host that does not say it."""
    return next((each for each in FORGE_KINDS.values() if any(word in host for word in each.hosts)), None)
