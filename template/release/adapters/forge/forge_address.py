"""Where a project lies on a forge, by the address of its git remote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from release.base.forge_kinds import FORGE_KINDS, ForgeKind, kind_of_host

_SSH = re.compile(r"(?:[^@/]+@)?(?P<host>[A-Za-z0-9.-]+):(?!//)(?P<path>.+)")


@dataclass(frozen=True)
class Place:
    """Where a project lies on a forge: the kind, the base URL of its API, the address for people, owner and name."""

    kind: str
    api: str
    home: str
    project: str

    @property
    def traits(self) -> ForgeKind:
        """What is different about forges of this kind."""
        return FORGE_KINDS[self.kind]

    def page(self, path: str) -> str:
        """Return the address of a page, by its path below that of the project."""
        return f"{self.home}/{self.project}/{path}"

    @property
    def name(self) -> str:
        """What a person calls the forge: github, gitlab or gitea, with its host where that is not the known one."""
        host = urlsplit(self.home).netloc
        return self.kind if host == f"{self.kind}.com" else f"{self.kind} ({host})"


def place_of(remote: str, kind: str = "", api: str = "", project: str = "") -> Place | None:
    """Return the place that the address of a git remote means; what is given of it counts before what is read from it.

    Addresses: https://host/owner/name.git, ssh://git@host:22/owner/name, git@host:owner/name. None where the kind
    cannot be told from the host, or nothing says which project.
    """
    host, path, scheme = _parts(remote)
    traits = FORGE_KINDS.get(kind) if kind else kind_of_host(host)
    project = project or path.removesuffix("/").removesuffix(".git").strip("/")
    if traits is None or not project or not (host or api):
        return None
    home = f"{scheme}://{host}" if host else api.rstrip("/").removesuffix(traits.api)
    usual = traits.public_api.get(host, f"{home}{traits.api}")
    return Place(traits.name, (api or usual).rstrip("/"), home, project)


def on_disk(remote: str) -> bool:
    """Return whether the address of a git remote is a folder, which no forge knows of."""
    return bool(remote) and not _parts(remote)[0]


def _parts(remote: str) -> tuple[str, str, str]:
    """Return host (with the port of a web address), path and web scheme of a remote; empty for a path on disk."""
    if "://" in remote:
        parts = urlsplit(remote)
        if parts.scheme not in ("http", "https", "ssh", "git"):
            return "", "", "https"
        port = f":{parts.port}" if parts.port and parts.scheme.startswith("http") else ""
        return (parts.hostname or "") + port, parts.path, "http" if parts.scheme == "http" else "https"
    found = _SSH.fullmatch(remote)
    return (found["host"], found["path"], "https") if found else ("", "", "https")
