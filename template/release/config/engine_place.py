"""Where the release process that runs is: in the repository of the project, as release/, or installed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import release

DISTRIBUTION = "keelway"
# For `nox -f`, the sessions of the release process alone: in a project that has release/, and in one that installs it.
_REQUIRED = re.compile(rf'^ *(?:ENGINE = )?"({DISTRIBUTION} ?(?:@|==)[^"]+)"', re.MULTILINE)
_NOXFILE, _NOXFILE_WHEN_INSTALLED = "release/noxfile.py", "release-noxfile.py"


@dataclass(frozen=True)
class EnginePlace:
    """The release process that runs; `source` and `commit` say what it was installed from, where that was git."""

    version: str
    installed: bool = False
    source: str = ""
    commit: str = ""

    def meets(self, wanted: str) -> bool:
        """Return whether it is the one that a requirement names: by its commit, or by its version."""
        from packaging.requirements import Requirement

        named = Requirement(wanted)
        if named.url:
            return self.installed and named.url.endswith(f"@{self.commit}")
        return self.installed and self.version in named.specifier

    def __str__(self) -> str:
        """Say it in one line: "0.3.0 in release/", "keelway 0.3.0 (git+https://example.org/keelway.git@3f2c1ab...)"."""
        if not self.installed:
            return f"{self.version} in release/"
        return f"{DISTRIBUTION} {self.version}" + (f" (git+{self.source}@{self.commit})" if self.commit else "")


@cache
def engine_place() -> EnginePlace:
    """Return where the release process of this process is, by what installers recorded (PEP 376, PEP 610)."""
    try:
        found = distribution(DISTRIBUTION)
    except PackageNotFoundError:
        return EnginePlace(release.__version__)
    if Path(str(found.locate_file("release"))).resolve() != Path(release.__path__[0]).resolve():
        return EnginePlace(release.__version__)
    recorded = json.loads(found.read_text("direct_url.json") or "{}")
    commit = str(recorded.get("vcs_info", {}).get("commit_id", ""))
    return EnginePlace(found.version, installed=True, source=str(recorded.get("url", "")), commit=commit)


def noxfile(root: Path) -> str:
    """Return the noxfile that a project has of the sessions of the release process alone."""
    return _NOXFILE_WHEN_INSTALLED if (root / _NOXFILE_WHEN_INSTALLED).exists() else _NOXFILE


def wanted_engine(root: Path) -> str:
    """Return the requirement by which a project installs the release process; empty where it has release/."""
    for name in (_NOXFILE_WHEN_INSTALLED, "pyproject.toml"):
        path = root / name
        found = _REQUIRED.search(path.read_text(encoding="utf-8")) if path.exists() else None
        if found:
            return found[1]
    return ""


def in_repository(root: Path) -> bool:
    """Return whether the release process of a project is in its repository: beside it, or above it for several."""
    for folder in (root, *root.parents):
        if (folder / "release/pipeline.py").exists():
            return True
        if (folder / ".git").exists():
            break
    return False
