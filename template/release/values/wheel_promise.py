"""A promised wheel, for one Python on one platform; whether a file is one is read from its name (PEP 425, PEP 427)."""

from __future__ import annotations

import re
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass

from packaging.tags import Tag
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

_VERSIONED = re.compile(r"^(manylinux|musllinux|macosx)(?:_\d+_\d+|\d+)_")
_PROMISED = re.compile(r"^Promised: cp3(?P<minor>\d+)-(?P<abi3>abi3-)?(?P<platform>\w+)$", re.MULTILINE)
_CPYTHON = re.compile(r"cp3(\d+)")


@dataclass(frozen=True)
class WheelPromise:
    """A wheel that a release has to have: its Python, such as 3.12, and its platform, such as manylinux_x86_64.

    `abi3`: it has to be one for all later Pythons, too.
    """

    python: str
    platform: str
    abi3: bool = False

    def kept_by(self, name: str) -> bool:
        """Return whether a file of this name is such a wheel."""
        return any(self._is_for(tag) for tag in tags_of(name))

    def _is_for(self, tag: Tag) -> bool:
        if not (found := _CPYTHON.fullmatch(tag.interpreter)):
            return False
        minor, wanted = int(found[1]), int(self.python.partition(".")[2])
        python = (
            minor <= wanted if tag.abi == "abi3" else tag.abi == tag.interpreter and minor == wanted and not self.abi3
        )
        platform = family(tag.platform)
        return python and self.platform in (platform, platform.replace("manylinux_", "linux_"))

    def __str__(self) -> str:
        return f"cp{self.python.replace('.', '')}-{'abi3-' if self.abi3 else ''}{self.platform}"


def tags_of(name: str) -> frozenset[Tag]:
    """Return the tags in the name of a wheel; none for another file."""
    try:
        return parse_wheel_filename(name)[3] if name.endswith(".whl") else frozenset()
    except InvalidWheelFilename:
        return frozenset()


def family(platform: str) -> str:
    """Return a platform of a wheel without the version of its system: manylinux_x86_64 for manylinux_2_28_x86_64."""
    return _VERSIONED.sub(r"\1_", platform)


def this_platform() -> str:
    """Return the platform of this machine: linux_x86_64, macosx_arm64, win_amd64."""
    return family(sysconfig.get_platform().replace("-", "_").replace(".", "_"))


def not_kept(promises: Iterable[WheelPromise], names: Iterable[str]) -> list[WheelPromise]:
    """Return the promises that no file of these names keeps."""
    there = list(names)
    return [each for each in promises if not any(each.kept_by(name) for name in there)]


def not_promised(promises: Iterable[WheelPromise], names: Iterable[str]) -> list[str]:
    """Return the names of wheels that keep no promise."""
    wanted = list(promises)
    return [name for name in names if name.endswith(".whl") and not any(each.kept_by(name) for each in wanted)]


def fits(name: str, python: str) -> bool:
    """Return whether a wheel is for a Python, such as 3.12, whatever its platform; a pure one is for each."""
    anywhere = any(tag.interpreter.startswith("py") for tag in tags_of(name))
    platforms = {family(tag.platform) for tag in tags_of(name)}
    return anywhere or any(WheelPromise(python, platform).kept_by(name) for platform in platforms)


def compiled_for(names: Iterable[str]) -> tuple[str, ...]:
    """Return the Pythons of the compiled wheels among some files, lowest first: ("3.11", "3.12")."""
    minors = {
        int(found[1]) for name in names for tag in tags_of(name) if (found := _CPYTHON.fullmatch(tag.interpreter))
    }
    return tuple(f"3.{minor}" for minor in sorted(minors))


def promise_lines(promises: Iterable[WheelPromise]) -> list[str]:
    """Return the lines by which a tag promises wheels that a workflow builds."""
    return [f"Promised: {each}" for each in promises]


def promised_in(text: str) -> tuple[WheelPromise, ...]:
    """Return the wheels that the message of a tag promises."""
    return tuple(
        WheelPromise(f"3.{row['minor']}", row["platform"], bool(row["abi3"])) for row in _PROMISED.finditer(text)
    )
