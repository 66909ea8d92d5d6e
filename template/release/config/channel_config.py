"""The channels on which a release is announced: where each leads, for which stages, and in which words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from release.base.errors import ReleaseError
from release.config.toml_schema import key, wrong

DEFAULT_TEXT = "{project} {version} is released.\n\n{notes}\n\n{install}\n"
PLACEHOLDERS = ("project", "version", "tag", "stage", "date", "index", "install", "page", "notes")
_WORD = re.compile(r"\{([a-z_]+)\}")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_HARMLESS = ("json", "jsons", "xml", "xmls", "form", "forms", "mailto", "syslog", "dbus")
_BY_ITSELF = ("production", "hotfix")
AUDIENCES = ("team", "management", "customers", "partners")  # of the weekly status update
NOTICES, UPCOMING = "notices", "upcoming"
TOPICS = (*AUDIENCES, NOTICES, UPCOMING)


@dataclass(frozen=True)
class ChannelConfig:
    """A channel on which releases are announced: a file, or an address that apprise knows."""

    name: str = key("", "Its name, in small letters, digits and hyphens: chat.")
    file: str = key("", "A file to which the text is appended; the path starts at the project's folder.")
    write: bool = key(False, "Replace the file instead of appending to it.")
    url: str = key("", "An address of apprise without any secret: json://127.0.0.1:8000/releases.")
    variable: str = key("", "The variable that holds an address of apprise, which may have secrets: CHAT_URL.")
    template: str = key("", f"A tracked file with the text, with {{{'}, {'.join(PLACEHOLDERS)}}}; empty: a short one.")
    stages: tuple[str, ...] = key(
        (), "The stages whose releases it announces; empty: production and hotfix, or none where it has topics."
    )
    topics: tuple[str, ...] = key((), f"What it gets of planned releases, of {', '.join(TOPICS)}.")

    def announces(self, stage: str) -> bool:
        """Return whether it announces the releases of a stage."""
        return stage in (self.stages or (() if self.topics else _BY_ITSELF))


def variables_of(channels: tuple[ChannelConfig, ...]) -> list[str]:
    """Return the variables of the environment that hold addresses."""
    return [each.variable for each in channels if each.variable]


def fill_placeholders(template: str, facts: Mapping[str, str], where: str) -> str:
    """Return a text with its placeholders filled; raise ReleaseError for one that is unknown."""
    for found in _WORD.finditer(template):
        if found[1] not in facts:
            why = f"there is no {{{found[1]}}}; there are {', '.join(f'{{{name}}}' for name in facts)}"
            raise ReleaseError(f"cannot use {where}", why=why, run=f"$EDITOR {where}")
    return _WORD.sub(lambda found: facts[found[1]], template).strip() + "\n"


def refuse_nonsense_in_channels(channels: tuple[ChannelConfig, ...], stages: tuple[str, ...]) -> None:
    """Raise ReleaseError for a channel without a name of its own, that leads nowhere, or shows a secret."""
    names = [each.name for each in channels]
    if len(set(names)) != len(names):
        raise wrong("announce", f"two have the same name: {', '.join(names)}")
    for number, each in enumerate(channels):
        where = f"announce[{number}]"
        if not _NAME.fullmatch(each.name):
            raise wrong(f"{where}.name", f'"{each.name}" is not small letters, digits and hyphens')
        if sum(map(bool, (each.file, each.url, each.variable))) != 1:
            raise wrong(where, f"{each.name} needs one of file, url and variable")
        if each.variable and not _VARIABLE.fullmatch(each.variable):
            raise wrong(f"{where}.variable", f'"{each.variable}" is no name of a variable, such as CHAT_URL')
        for stage in each.stages:
            if stage not in stages:
                raise wrong(f"{where}.stages", f'"{stage}" is none of {", ".join(stages)}')
        for topic in each.topics:
            if topic not in TOPICS:
                raise wrong(f"{where}.topics", f'"{topic}" is none of {", ".join(TOPICS)}')
        _refuse_secret(f"{where}.url", each.url)


def _refuse_secret(where: str, url: str) -> None:
    """Raise ReleaseError for an address that is, or may be, a secret: those of most services are."""
    if not url:
        return
    parts = urlsplit(url)
    if parts.scheme not in _HARMLESS:
        kinds = ", ".join(f"{kind}://" for kind in _HARMLESS)
        raise wrong(
            where, f"an address of {parts.scheme or url}:// may hold a secret; give it by variable ({kinds} may stand)"
        )
    if parts.password or parts.username or parts.query:
        raise wrong(where, "an address with a user, a password or parameters; give it by variable")
