"""Opens the forge that release.toml names: its place by the remote's address, its adapters, and who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from release.adapters.forge.forge_address import place_of
from release.adapters.forge.forge_http import Api
from release.adapters.forge.protocols import Forge
from release.adapters.forge.tokens import Login
from release.config.release_toml import Config


def open_forge(config: Config, remote: str, environment: Mapping[str, str], say: Callable[[str], None]) -> Forge | None:
    """Return the forge of the project; None where release.toml names none, or nothing says which project it is there.

    Nothing is asked and no token is looked up here; the adapters of the other forges are not loaded.
    """
    forge = config.forge
    place = place_of(remote, forge.kind, forge.api, forge.project) if forge.shows else None
    if place is None:
        return None
    api = Api(place, Login(place, environment), config.retry, say)
    if place.kind == "github":
        from release.adapters.forge.github_branches import GitHubBranches
        from release.adapters.forge.github_releases import GitHubReleases

        return Forge(place, GitHubReleases(api, place), GitHubBranches(api, place))
    if place.kind == "gitlab":
        from release.adapters.forge.gitlab_branches import GitLabBranches
        from release.adapters.forge.gitlab_releases import GitLabReleases

        return Forge(place, GitLabReleases(api, place), GitLabBranches(api, place))
    from release.adapters.forge.gitea_branches import GiteaBranches
    from release.adapters.forge.gitea_releases import GiteaReleases

    return Forge(place, GiteaReleases(api, place), GiteaBranches(api, place))
