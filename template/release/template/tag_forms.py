"""How a project names the tags of its releases, among tags of something else: the facts have to agree."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

_TAG = re.compile(r"(?P<before>.*?)(?P<version>\d+(?:\.\d+)*\S*)")


def forms(tags: Iterable[str]) -> dict[str, list[Version]]:
    """Return {form of the name: versions}; "v{version}": [1.2.0, ..]. A number alone (v1, 2024) is no release's."""
    found: dict[str, list[Version]] = defaultdict(list)
    for name in tags:
        match = _TAG.fullmatch(name)
        try:
            version = Version(match["version"]) if match else None
        except InvalidVersion:
            continue
        if match and version and "." in match["version"]:
            found[f"{match['before']}{{version}}"].append(version)
    return dict(found)


def form_of(tags: Iterable[str], version: str | None, name: str) -> str | None:
    """Return the form of the tags of a project called `name` whose files state `version`; None where nothing shows it.

    That in which this very version is tagged; else the one with most releases. A form with a word that says something
    else (docs-2.0) is believed only where this very version is tagged so.
    """
    found, stated = forms(tags), _parsed(version)
    plain = {form: there for form, there in found.items() if _plain(form, name)}
    for among in (plain, found):
        exact = {form: there for form, there in among.items() if stated in there}
        if exact:
            return _most(exact)
    return _most(plain) if plain else None


def doubts(tags: Iterable[str], version: str | None, name: str) -> list[str]:
    """Return the forms that could be those of the releases, where there are several and the version is in none."""
    found, stated = forms(tags), _parsed(version)
    plain = sorted(form for form in found if _plain(form, name))
    return plain if len(plain) > 1 and not any(stated in there for there in found.values()) else []


def odd_forms(version: str | None, tags: Iterable[str]) -> list[str]:
    """Return what is said of versions that cannot be kept as the project writes them: a line each."""
    stated = _parsed(version)
    if stated and (stated.epoch or stated.local):
        return [f"{version} has an epoch or a local part, which cannot be released"]
    rows = (
        [f"{version} is written {stated} from the next release on (PEP 440)"]
        if stated and str(stated) != version
        else []
    )
    newest = max(((each, name) for name in tags for each in [_version_in(name)] if each), default=None)
    if newest and str(newest[0]) not in newest[1]:
        rows.append(f"the tag {newest[1]} is read as {newest[0]}; new ones have no leading zeros and such")
    return rows


def _most(found: dict[str, list[Version]]) -> str:
    return max(found, key=lambda form: (len(found[form]), -len(form), form))


def _version_in(tag: str) -> Version | None:
    match = _TAG.fullmatch(tag)
    return _parsed(match["version"]) if match and "." in match["version"] else None


def _plain(form: str, name: str) -> bool:
    """Return whether all that a form has beside the version is a v, the word release, or the project's name."""
    words = re.split(r"[-_/.@ ]+", form.replace("{version}", " "))
    return {word.lower() for word in words if word} <= {"v", "ver", "version", "rel", "release", "releases"} | {
        name.lower(),
        *re.split(r"[-_.]+", name.lower()),
        canonicalize_name(name),
    }


def _parsed(text: str | None) -> Version | None:
    try:
        return Version(text) if text else None
    except InvalidVersion:
        return None
