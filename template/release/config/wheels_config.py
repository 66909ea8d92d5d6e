"""What release.toml promises of a compiled package: a wheel for each of these Pythons on each of these platforms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from release.config.toml_schema import key, wrong

THIS = "this"  # the platform of the machine that makes the release
_PYTHON = re.compile(r"3\.\d+")
_PLATFORM = re.compile(r"(manylinux|musllinux|macosx|linux)_[a-z0-9_]+|win32|win_(amd64|arm64)")


@dataclass(frozen=True)
class WheelsConfig:
    """The wheels that every release of a compiled package has; a release without one of them is not published."""

    platforms: tuple[str, ...] = key(
        (),
        "Platforms with a wheel, without the version of their system, such as manylinux_x86_64, macosx_arm64, "
        f"win_amd64; {THIS}: that of the machine that makes the release; empty: no wheel is promised.",
    )
    pythons: tuple[str, ...] = key((), "Pythons with a wheel, such as 3.12; empty: those of the classifiers.")
    abi3: bool = key(False, "One wheel for each platform, for the lowest of these Pythons and all later ones.")


def refuse_nonsense_in_wheels(wheels: WheelsConfig, publish: str) -> None:
    """Raise ReleaseError for a platform or a Python that cannot be one, and for what a workflow cannot build."""
    for python in wheels.pythons:
        if not _PYTHON.fullmatch(python):
            raise wrong("wheels.pythons", f'"{python}" is not written as 3.12')
    for platform in wheels.platforms:
        if platform != THIS and not _PLATFORM.fullmatch(platform):
            raise wrong("wheels.platforms", f'"{platform}" is not written as manylinux_x86_64, macosx_arm64, win_amd64')
    if publish == "ci" and THIS in wheels.platforms:
        raise wrong("wheels.platforms", f'"{THIS}" depends on the machine; with publish = "ci" name the platforms')
