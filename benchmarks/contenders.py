"""The contenders: how each is configured in a project, and which one command makes it release."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import HERE
from benchmarks.world import NEW, OLD, PASSWORD, USER, World

_INDEX = """
[[index]]
name = "local"
upload = "{0}"
simple = "{0}simple/"
"""
# What no other contender does, by gate.
_MORE = (
    *("index account", "upload deadline", "api", "audit", "clock", "licences", "project name", "reproducible"),
    *("risky code", "sdist installs", "secrets", "secrets inside", "size", "tools", "upgrade", "workflows"),
)
_OFF = "".join(f'\n[[gates]]\nname = "{name}"\nseverity = "off"\n' for name in _MORE)
_ONLY = "check = false\nverify = false\nreopen = false\nquality = []\n" + _OFF
_PROVEN = "quality = []\n" + _OFF
_ALL = "quality = []\n"  # the project's own sessions take as long as they take, whoever starts them


def _nothing(project: Path) -> None:
    """Leave the project as it was rendered."""


def _no_address(project: Path, address: str) -> None:
    """Learn the index from TWINE_REPOSITORY_URL."""


@dataclass(frozen=True)
class Contender:
    """One way to release: `command` in the environment `environment`, in a project that was configured for it.

    `configure` makes the project its own, once; `point` tells it the address of the index.
    """

    name: str
    environment: str
    command: tuple[str, ...]
    configure: Callable[[Path], None] = _nothing
    point: Callable[[Path, str], None] = _no_address


def account(world: World, password: str = PASSWORD) -> Mapping[str, str]:
    """Return the variables by which everybody's twine learns index, user and password."""
    return {"TWINE_REPOSITORY_URL": world.address, "TWINE_USERNAME": USER, "TWINE_PASSWORD": password}


def _point_ours(more: str) -> Callable[[Path, str], None]:
    def point(project: Path, address: str) -> None:
        (project / "release.toml").write_text(more + _INDEX.format(address), encoding="utf-8")

    return point


def _add(project: Path, name: str, text: str) -> None:
    path = project / name
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def _configure_zest(project: Path) -> None:
    """Give zest.releaser tags with a v, and its own kind of changelog; it knows no fragments without a plug-in."""
    (project / "CHANGELOG.md").write_text(
        f"# Changelog\n\n## {NEW} (unreleased)\n\n- There is more.\n\n## {OLD} (2026-01-01)\n\n- Less.\n",
        encoding="utf-8",
    )
    _add(project, "pyproject.toml", '\n[tool.zest-releaser]\ntag-format = "v{version}"\n')


def _configure_semantic(project: Path) -> None:
    """Give python-semantic-release version, changelog and the fast build; no forge, and git's own remote."""
    (project / "CHANGELOG.md").write_text("# Changelog\n\n<!-- version list -->\n", encoding="utf-8")
    settings = """
[tool.semantic_release]
version_toml = ["pyproject.toml:project.version"]
build_command = "python -m build --installer uv"
build_command_env = {0}

[tool.semantic_release.remote]
ignore_token_for_push = true
"""
    # It gives the build a clean environment; what pip and uv need here to reach their index must be named.
    network = ("PIP_", "UV_", "SSL_", "REQUESTS_", "HTTP_", "HTTPS_", "ALL_PROXY", "NO_PROXY")
    names = [name for name in os.environ if name.upper().startswith(network)]
    _add(project, "pyproject.toml", settings.format(json.dumps(names)))


def _configure_nox(project: Path) -> None:
    shutil.copy(HERE / "sessions.py", project / "noxfile.py")


_SEMANTIC = "semantic-release version --no-vcs-release && twine upload --non-interactive --disable-progress-bar dist/*"
_PATCH = ("inv", "release", "patch", "--yes")

SAME = Contender("ours, the same work", "ours", _PATCH, point=_point_ours(_ONLY))
BARE = Contender("bare script", "bare", ("bash", str(HERE / "bare.sh"), NEW))
ZEST = Contender("zest.releaser", "zest", ("fullrelease", "--no-input"), _configure_zest)
SEMANTIC = Contender("python-semantic-release", "semantic", ("bash", "-c", _SEMANTIC), _configure_semantic)
PROVEN = Contender("ours, checked and proven", "ours", _PATCH, point=_point_ours(_PROVEN))
OURS = Contender("ours, every gate", "ours", _PATCH, point=_point_ours(_ALL))
SESSIONS = Contender("nox sessions", "nox", ("bash", str(HERE / "sessions.sh"), NEW), _configure_nox)

TIMED = (SAME, BARE, ZEST, SEMANTIC, PROVEN, OURS)
DISTURBED = (OURS, ZEST, SEMANTIC, BARE, SESSIONS)
