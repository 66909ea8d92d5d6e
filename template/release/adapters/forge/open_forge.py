"""Opens the forge that release.toml names: its place by the remote's address, its adapters, and who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from release.adapters.forge.forge_address import Place, place_of
from release.adapters.forge.forge_http import Api
from release.adapters.forge.issues import Issues
from release.adapters.forge.protocols import Branches, Forge, Releases
from release.adapters.forge.tokens import Login
from release.base.web_origin import confidential, on_loopback, origin_of
from release.config.release_toml import Config


def open_forge(
    config: Config,
    remote: str,
    environment: Mapping[str, str],
    say: Callable[[str], None],
    main: Callable[[], Config | None] = lambda: None,
) -> Forge | None:
    """Return the forge of the project; None where release.toml names none, or nothing says which project it is there.

    `main` returns the configuration of the main branch, which alone may name another host for the token. Nothing is
    asked and no token is looked up here; the adapters of the other forges are not loaded.
    """
    forge = config.forge
    place = place_of(remote, forge.kind, forge.api, forge.project) if forge.shows else None
    if place is None:
        return None
    login = Login(place, environment, lambda: _misplaced(place, remote, config, main))
    api = Api(place, login, config.retry, say)

    def sent() -> int:
        return api.sent

    return Forge(place, *_adapters(place, api), sent)


def _adapters(place: Place, api: Api) -> tuple[Releases, Branches, Issues]:
    """Return what asks a forge of this kind for releases, branches and issues."""
    if place.kind == "github":
        from release.adapters.forge.github_branches import GitHubBranches
        from release.adapters.forge.github_like_issues import GitHubIssues
        from release.adapters.forge.github_releases import GitHubReleases

        return GitHubReleases(api, place), GitHubBranches(api, place), GitHubIssues(api, place)
    if place.kind == "gitlab":
        from release.adapters.forge.gitlab_branches import GitLabBranches
        from release.adapters.forge.gitlab_issues import GitLabIssues
        from release.adapters.forge.gitlab_releases import GitLabReleases

        return GitLabReleases(api, place), GitLabBranches(api, place), GitLabIssues(api, place)
    if place.kind == "gitea":
        from release.adapters.forge.gitea_branches import GiteaBranches
        from release.adapters.forge.gitea_releases import GiteaReleases
        from release.adapters.forge.github_like_issues import GiteaIssues

        return GiteaReleases(api, place), GiteaBranches(api, place), GiteaIssues(api, place)
    raise NotImplementedError(f"no adapters for a forge of the kind {place.kind}")


def _misplaced(place: Place, remote: str, config: Config, main: Callable[[], Config | None]) -> str:
    """Return why a token must not be sent to the API of a place, empty where it may.

    It may be sent to the host of the git remote, and to one that the release.toml of the main branch names: that of
    a topic branch is anybody's. Never without TLS but on this machine.
    """
    if not confidential(place.api):
        return f"{place.api} is not https: the token could be read in transit"
    own = place_of(remote, config.forge.kind, "", config.forge.project)
    if on_loopback(origin_of(place.api)[1]) or (own and origin_of(own.api) == origin_of(place.api)):
        return ""
    said = main()
    if said and origin_of(said.forge.api) == origin_of(place.api):
        return ""
    named = f"names {said.forge.api or 'none'}" if said else "is not known here"
    return f"release.toml here names this host, and that of the main branch {named}"
