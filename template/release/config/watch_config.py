"""What release.toml says of the watch after a release: checks of the project's own, and changes to those there are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from urllib.parse import urlsplit

from release.config.toml_schema import key, wrong

PHASES = {"immediate": 2.0, "extended": 8.0, "business": 48.0}  # hours after the release until which each lasts
VERDICTS = ("look", "take back", "off")
BUILT_IN = ("files", "yanked", "installs", "page", "documentation", "reports")
ACTS = ("yank", "hotfix", "restore")


@dataclass(frozen=True)
class WatchConfig:
    """A check of the watch after a release."""

    name: str = key(
        "", "Its name; files, installs, yanked, page, documentation and reports are there: it changes them."
    )
    run: tuple[str, ...] = key(
        (), "A command as arguments, with {project}, {version}; with a threshold it prints a number."
    )
    url: str = key("", "An http or https address that must answer, with {project}, {version}.")
    contains: str = key("", "What the answer of the address must contain, with {project}, {version}.")
    at_most: float | None = key(None, "The highest acceptable number.")
    at_least: float | None = key(None, "The lowest acceptable number.")
    phase: str = key("", "When it starts: immediate, extended (2 h after the release), business (8 h).")
    verdict: str = key(
        "", "What a failure means: look, take back, or off; empty: the default of the check, look for your own."
    )
    installed: bool = key(
        False, "Run the command with the release installed from the first index; {source} is its checkout."
    )
    label: str = key("", "Of reports: the label of bug reports; empty: bug, where any issue has it, else every issue.")
    act: tuple[str, ...] = key(
        (), "What runs automatically if it fails and means take back: yank, hotfix (a draft), restore."
    )
    restore: tuple[str, ...] = key(
        (), "A command for act that brings {previous} back, such as its image as latest; with {project}, {version}."
    )


def refuse_nonsense_in_watch(checks: tuple[WatchConfig, ...]) -> None:
    """Raise ReleaseError for a check that asks nothing, or that contradicts itself."""
    names = [each.name for each in checks]
    if len(set(names)) != len(names):
        raise wrong("watch", f"two checks have the same name: {', '.join(names)}")
    for number, check in enumerate(checks):
        where = f"watch[{number}]"
        if not check.name:
            raise wrong(f"{where}.name", "a check needs a name")
        for name, value, known in (("phase", check.phase, PHASES), ("verdict", check.verdict, VERDICTS)):
            if value and value not in known:
                raise wrong(f"{where}.{name}", f'"{value}" is none of {", ".join(known)}')
        if check.name not in BUILT_IN and bool(check.run) == bool(check.url):
            raise wrong(where, f'"{check.name}" needs either run or url')
        if check.url and (urlsplit(check.url).scheme not in ("http", "https") or not urlsplit(check.url).hostname):
            raise wrong(f"{where}.url", f'"{check.url}" is no http or https address')
        if urlsplit(check.url).password:
            raise wrong(f"{where}.url", "an address with a password in it")
        if any(limit is not None and not math.isfinite(limit) for limit in (check.at_most, check.at_least)):
            raise wrong(where, "a threshold is a number")
        if check.installed and not check.run:
            raise wrong(f"{where}.installed", "only a command can run with the release installed")
        _refuse_act(check, where)


def _refuse_act(check: WatchConfig, where: str) -> None:
    for act in check.act:
        if act not in ACTS:
            raise wrong(f"{where}.act", f'"{act}" is none of {", ".join(ACTS)}')
    if ("restore" in check.act) != bool(check.restore):
        raise wrong(f"{where}.restore", 'act = ["restore"] needs a command, and a command needs it')
    if check.act and check.verdict != "take back" and check.name not in BUILT_IN:
        raise wrong(f"{where}.act", 'only a check with verdict = "take back" can act')
