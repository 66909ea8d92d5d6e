"""How a project names the tags of its releases, among tags of something else: the facts have to agree."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

_TAG = re.compile(r"(?P<before>.*?)(?P<version>\d+(?:\.\d+)*\S*)")
_PARTS = re.compile(r"(?P<before>.*?)(?P<version>\d+(?P<between>[_-])\d+(?:(?P=between)\d+)*(?:(?:a|b|rc)\d+)?)")
_NEWEST = 5  # releases whose tags have to agree: what was named otherwise before them is history


def forms(tags: Iterable[str]) -> dict[str, list[Version]]:
    """Return {form of the name: versions}; "v{version}": [1.2.0, ..]. A number alone (v1, 2024) is no release's.

    REL_1_2_0 has the form "REL_{version:_}".
    """
    found: dict[str, list[Version]] = defaultdict(list)
    for name in tags:
        if version := _version_in(name):
            form = _TAG.sub(lambda match: f"{match['before']}{{version}}", name, count=1)
            found[form].append(version)
        elif match := _PARTS.fullmatch(name):
            between = match["between"]
            if parted := _parsed(match["version"].replace(between, ".")):
                found[f"{match['before']}{{version:{between}}}"].append(parted)
    return dict(found)


def form_of(tags: Iterable[str], version: str | None, name: str) -> str | None:
    """Return the form of the tags of a project called `name` whose files state `version`; None where nothing shows it.

    That in which this very version is tagged; else that of the newest release. A form with a word that says something
    else (docs-2.0) is believed only where this very version is tagged so.
    """
    found, stated = forms(tags), _parsed(version)
    plain = {form: there for form, there in found.items() if _plain(form, name)}
    for among in (plain, found):
        exact = {form: there for form, there in among.items() if stated in there}
        if exact:
            return _most(exact)
    newest = max((max(there) for there in plain.values()), default=None)
    return _most({form: there for form, there in plain.items() if newest in there}) if plain else None


def doubts(tags: Iterable[str], version: str | None, name: str) -> list[str]:
    """Return the forms that could be those of the releases: the newest have several, and the version is in none."""
    found, stated = forms(tags), _parsed(version)
    named = sorted(
        ((each, form) for form, there in found.items() if _plain(form, name) for each in there), reverse=True
    )
    plain = sorted({form for _, form in named[:_NEWEST]})
    return plain if len(plain) > 1 and not any(stated in there for there in found.values()) else []


def odd_forms(version: str | None, tags: Iterable[str]) -> list[str]:
    """Return what is said of versions that cannot be kept as the project writes them: a line each."""
    stated = _parsed(version)
    if stated and stated.local:
        return [f"{version} has a local part, which cannot be released"]
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
    words = re.split(r"[-_/.@ ]+", re.sub(r"\{version(:.)?\}", " ", form))
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
