"""What release.toml says of the forge that shows the releases."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PureWindowsPath
from urllib.parse import urlsplit

from release.base.forge_kinds import FORGE_KINDS
from release.config.toml_schema import key, wrong

KINDS = (*FORGE_KINDS, "none")


@dataclass(frozen=True)
class ForgeConfig:
    """The forge that shows the releases."""

    kind: str = key("none", "github, gitlab, gitea (also for Forgejo), or none (no release page is made).")
    api: str = key("", "The base URL of its API; empty: derived from the address of the remote.")
    project: str = key("", "The project there, as owner/name; empty: derived from the address of the remote.")
    assets: tuple[str, ...] = key((), "Additional files for the release page, as patterns; {version} is the version.")
    environment: str = key("release", "The deployment environment that must be approved before CI publishes.")
    rule: bool = key(True, "Protect a frozen release branch by a rule on the forge, which a thaw removes.")
    checks: tuple[str, ...] = key((), 'The status checks that this rule requires, such as ["freeze"] if CI reports it.')

    @property
    def shows(self) -> bool:
        """Whether releases are shown on a forge."""
        return self.kind != "none"


def refuse_nonsense_in_forge(forge: ForgeConfig) -> None:
    """Raise ReleaseError for a kind that there is none of, or an address that is none."""
    if forge.kind not in KINDS:
        raise wrong("forge.kind", f'"{forge.kind}" is none of {", ".join(KINDS)}')
    parts = urlsplit(forge.api)
    if forge.api and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise wrong("forge.api", f'"{forge.api}" is no http or https address')
    if parts.username or parts.password:
        raise wrong("forge.api", "an address with a password in it; give a token by the environment")
    for pattern in forge.assets:
        if not pattern or PureWindowsPath(pattern).anchor or {"..", ".git"} & set(PureWindowsPath(pattern).parts):
            raise wrong("forge.assets", f'"{pattern}" is not a pattern of files in the project, such as "extra/*.whl"')
