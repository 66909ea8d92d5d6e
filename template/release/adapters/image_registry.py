"""What a registry of container images has under a reference: its digest (OCI distribution specification 1.1).

The engines are not asked: each says "not there" and "not allowed" in words of its own, which prove nothing.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from release.adapters.network_errors import root_of
from release.adapters.retry import Unavailable, transient
from release.base.errors import ReleaseError
from release.base.redact import learn
from release.base.web_origin import on_loopback, origin_of

if TYPE_CHECKING:
    import requests

_TIMEOUT = (10, 30)  # seconds to connect, and between two bytes
_ACCEPT = ", ".join(
    (
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    )
)
_REFERENCE = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9.:_/-]*?)(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9._-]*))?")
_HUB, _HUB_API, _HUB_LOGIN = "docker.io", "registry-1.docker.io", "auth.docker.io"
_PARAMETER = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class Image:
    """What a reference names: the digest of its manifest, and that of the image's configuration (empty for several)."""

    digest: str
    config: str

    def is_image(self, id_: str) -> bool:
        """Return whether it is the image that an engine knows by an id, which is the one digest or the other."""
        return id_.removeprefix("sha256:") in (self.digest.removeprefix("sha256:"), self.config.removeprefix("sha256:"))


def image_at(reference: str, logins: Mapping[str, str]) -> Image | None:
    """Return what a registry has under a reference (host/team/acme:1.2.0); None for nothing.

    `logins` are {host: user and password in base64}; each is sent to its host, by TLS or to this machine alone. Raises
    Unavailable where nothing answers, ReleaseError where it is not allowed to ask.
    """
    host, name, tag = parts_of(reference)
    api = _HUB_API if host == _HUB else host
    scheme = "http" if on_loopback(api.partition(":")[0]) else "https"
    url = f"{scheme}://{api}/v2/{name}/manifests/{tag}"
    login = logins.get(host, "")
    answer = _get(url, {"Accept": _ACCEPT})
    if answer.status_code == 401:
        answer = _get(url, {"Accept": _ACCEPT, "Authorization": _authorization(answer, api, login)})
    if answer.status_code == 404:
        return None
    if answer.status_code != 200:
        why = f"{host} answered {answer.status_code} {answer.reason}".rstrip()
        raise ReleaseError(f"cannot look for {reference}", why=why, run=f"podman login {host}")
    digest = f"sha256:{sha256(answer.content).hexdigest()}"
    manifest: Any = json.loads(answer.content)
    return Image(digest, str(manifest.get("config", {}).get("digest", "")))


def parts_of(reference: str) -> tuple[str, str, str]:
    """Return host, name and tag of a reference; raise ReleaseError for a text that is none."""
    first, slash, rest = reference.partition("/")
    named = slash and ("." in first or ":" in first or first == "localhost")
    host, path = (first, rest) if named else (_HUB, reference)
    found = _REFERENCE.fullmatch(path)
    if not found:
        why = "a reference reads host/team/acme:1.2.0"
        raise ReleaseError(f'cannot use "{reference}"', why=why, run="nox -s image -- --push host/team/acme")
    name = found["name"] if named or "/" in path else f"library/{found['name']}"
    return host, name, found["tag"] or "latest"


def _authorization(refused: requests.Response, api: str, login: str) -> str:
    """Return what a registry asks for: the login itself, or a token that its own service gives."""
    wanted = refused.headers.get("WWW-Authenticate", "")
    facts = dict(_PARAMETER.findall(wanted))
    realm = facts.pop("realm", "")
    if not wanted.lower().startswith("bearer") or not realm:
        return f"Basic {login}" if login else ""
    _, host, _ = origin_of(realm)
    own = (api.partition(":")[0], _HUB_LOGIN if api == _HUB_API else "")
    mine = host in own or (host.count(".") and own[0].endswith(f".{host}"))
    safe = mine and (realm.startswith("https://") or on_loopback(host))
    given = _get(realm, {"Authorization": f"Basic {login}"} if login and safe else {}, facts)
    table: Any = given.json() if given.status_code == 200 else {}
    token = str(table.get("token") or table.get("access_token") or "")
    learn(token)
    return f"Bearer {token}"


def _get(url: str, headers: Mapping[str, str], query: Mapping[str, str] | None = None) -> requests.Response:
    import requests

    try:
        answer = requests.get(url, headers=dict(headers), params=query, timeout=_TIMEOUT, allow_redirects=False)
    except requests.RequestException as error:
        raise Unavailable(f"cannot ask {origin_of(url)[1]}", why=f"{origin_of(url)[1]}: {root_of(error)}") from error
    if transient(answer.status_code):
        why = f"{origin_of(url)[1]} answered {answer.status_code} {answer.reason}"
        raise Unavailable(f"cannot ask {origin_of(url)[1]}", why=why)
    return answer


def logins_in(environment: Mapping[str, str], home: Path) -> dict[str, str]:
    """Return {host: user and password in base64} of the files in which engines keep logins."""
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    folder = Path(environment.get("DOCKER_CONFIG") or home / ".docker")
    files = [Path(environment["REGISTRY_AUTH_FILE"])] if environment.get("REGISTRY_AUTH_FILE") else []
    files += [Path(runtime, "containers", "auth.json")] if runtime else []
    files += [home / ".config" / "containers" / "auth.json", folder / "config.json"]
    found: dict[str, str] = {}
    for file in files:
        try:
            rows: Any = json.loads(file.read_text(encoding="utf-8")).get("auths", {})
        except (OSError, ValueError):
            continue
        for host, row in rows.items():
            if auth := row.get("auth"):
                found.setdefault(_host(host), auth)
                learn(auth)
                learn(base64.b64decode(auth).decode("utf-8", "replace").partition(":")[2])
    return found


def _host(name: str) -> str:
    """Return the host of a row of logins, which may be an address: docker writes one for its own registry."""
    host = name.removeprefix("https://").removeprefix("http://").partition("/")[0]
    return _HUB if host == "index.docker.io" else host
