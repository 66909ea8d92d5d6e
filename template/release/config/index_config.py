"""An index that receives the distributions (`[[index]]` in release.toml)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from release.config.toml_schema import key, wrong

_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}([.]{_LABEL})*[.]?|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*")  # a name, IPv4 or IPv6


@dataclass(frozen=True)
class IndexConfig:
    """An index that receives the distributions."""

    name: str = key(
        "pypi", "The index's name: pypi, testpypi, or one of your own; without upload also its section in ~/.pypirc."
    )
    upload: str = key("", "The upload address, as twine takes it; empty: the one that twine knows for this name.")
    simple: str = key(
        "", "The address of the simple API for installers (PEP 503, PEP 691); empty: known for pypi and testpypi."
    )
    largest: int = key(0, "The maximum size of a file in megabytes; 0: 100 for pypi and testpypi, no limit for others.")
    days: int = key(
        0, "Days after which a version accepts no more files; 0: 14 for pypi and testpypi, never for others."
    )
    yank: tuple[str, ...] = key(
        (),
        "A command that yanks on this index, as arguments with {project}, {version}, {reason}; empty: by hand.",
    )
    stages: tuple[str, ...] = key((), "The stages whose releases are uploaded to it; empty: all.")
    attestations: str = key(
        "", "yes or no: whether it takes attestations (PEP 740), which CI signs; empty: yes on pypi and testpypi."
    )
    rules: str = key(
        "",
        "What is refused before the tag: pypi, all that PyPI refuses; own, the same but for `Private ::`, direct "
        "references and local versions; none; empty: pypi on pypi and testpypi, else own.",
    )

    @property
    def public(self) -> bool:
        """Whether this is PyPI or TestPyPI."""
        return self.name in ("pypi", "testpypi") and not self.upload

    @property
    def refuses(self) -> str:
        """By which rules it refuses distributions: pypi, own or none."""
        return self.rules or ("pypi" if self.public else "own")


def refuse_nonsense_in_indexes(indexes: Sequence[IndexConfig], stages: Sequence[str]) -> None:
    """Raise ReleaseError for two indexes of one name, words that there are none of, or an address that is none."""
    names = [index.name for index in indexes]
    if len(set(names)) != len(names):
        raise wrong("index", f"two indexes have the same name: {', '.join(names)}")
    for index in indexes:
        if index.attestations not in ("", "yes", "no"):
            raise wrong("index.attestations", f'"{index.attestations}" is neither yes nor no')
        if index.rules not in ("", "pypi", "own", "none"):
            raise wrong("index.rules", f'"{index.rules}" is none of pypi, own, none')
        for stage in index.stages:
            if stage not in stages:
                raise wrong("index.stages", f'"{stage}" is none of {", ".join(stages)}')
        for url in (index.upload, index.simple):
            if url and (why := _unusable(url)):
                raise wrong("index", why)


def _unusable(url: str) -> str:
    """Return why an address cannot be that of an index; empty where it can."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f'"{url}" is no http or https address: {error}'
    if parts.username or parts.password:
        return "an address with a password in it; give it by TWINE_USERNAME and TWINE_PASSWORD"
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.hostname or "") or port == 0:
        return f'"{url}" is no http or https address'
    if parts.query or parts.fragment or re.search(r"\s|[\x00-\x1f\x7f]", url):
        return f'"{url}" has a query, a fragment or white space, which the address of an index has not'
    return ""
