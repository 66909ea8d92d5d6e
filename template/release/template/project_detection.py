"""How a project that was there before is released: its line, tags, version, changelog, packages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from release.adapters.forge.forge_address import Place, place_of
from release.adapters.git.git_repository import Git
from release.base.changelog import sections
from release.base.forge_kinds import FORGE_KINDS
from release.config.pyproject import described_in
from release.config.version_copies import copies, tuples
from release.config.version_file import configured_in, declared, from_tags, unreadable
from release.config.version_statements import Statement
from release.template.tag_forms import doubts, form_of

_CHANGELOG = re.compile(
    r"(change[-_ ]?log|changes|history|news|release[-_]?notes|what.?s[-_]?new)(\.md|\.rst|\.txt)?", re.IGNORECASE
)
_HISTORY = re.compile(r"(version[-_ ]?history|versions|releases)(\.md|\.rst|\.txt)", re.IGNORECASE)  # by its sections
_LOGGED = ("", "docs/", "doc/", "docs/source/", "doc/source/")  # where a changelog is looked for
_CI = {file: kind for kind in FORGE_KINDS.values() for file in kind.ci_files}
_HEAD = re.compile(r"^ref: refs/heads/(\S+)\tHEAD$", re.MULTILINE)  # what `git ls-remote --symref` prints
_USUAL = ("main", "master")
_BACKENDS = {
    "setuptools": "setuptools",
    "hatchling": "hatchling",
    "flit_core": "flit",
    "poetry": "poetry-core",
    "pdm": "pdm-backend",
    "uv_build": "uv_build",
    "maturin": "maturin",
    "mesonpy": "meson-python",
    "scikit_build_core": "scikit-build-core",
}
# What compiles, by the file that says so; where the backend alone compiles, any file of it will do.
_COMPILES = {
    "setuptools": {"setup.py": r"\b(ext_modules|cffi_modules|rust_extensions)\b", "pyproject.toml": r"^ext-modules\b"},
    "hatchling": {"pyproject.toml": r"\bhooks\.(cython|mypyc|cffi|cmake|zig)\b"},
    "poetry-core": {"pyproject.toml": r"^\[tool\.poetry\.build\]|^build = "},
    "pdm-backend": {"pyproject.toml": r"^run-setuptools = true"},
    "meson-python": {"meson.build": r"\bextension_module\("},
    "maturin": {"pyproject.toml": ""},
    "scikit-build-core": {"pyproject.toml": ""},
}
_ASIDE = ("release", "tests", "test", "docs", "doc", "examples", "scripts", "tools", "benchmarks", "build", "dist")
_NO_MODULES = ("setup", "noxfile", "tasks", "conftest", "fabfile", "toxfile", "pavement", "dodo")


@dataclass(frozen=True)
class Layout:
    """A project as it lies there: `root`, its pyproject.toml as a table, and the git that keeps it."""

    root: Path
    table: Mapping[str, Any]
    git: Git

    @property
    def tool(self) -> Mapping[str, Any]:
        """What pyproject.toml says in [tool]."""
        found = self.table.get("tool", {})
        return found if isinstance(found, Mapping) else {}

    @property
    def backend(self) -> str:
        """The build backend by the name of its project; setuptools where none is named (PEP 517)."""
        named = str(self.table.get("build-system", {}).get("build-backend", "setuptools"))
        return next((name for start, name in _BACKENDS.items() if named.startswith(start)), named)

    @property
    def name(self) -> str:
        """The project's name."""
        return str(described_in(self.root, self.table)["name"])

    def branch(self) -> str:
        """Return the branch that releases are made from: the remote's own choice, else the usual one, else this one.

        A clone made by `git init` and `git remote add` does not know the choice, and may stand on a topic branch.
        """
        remote, current = self.remote(), self.git.branch()
        known = self.git.look("symbolic-ref", "--quiet", f"refs/remotes/{remote}/HEAD").out
        if chosen := known.strip().removeprefix(f"refs/remotes/{remote}/"):
            return chosen
        said = self.git.look("ls-remote", "--symref", remote, "HEAD").out if remote in self.remotes() else ""
        if answered := _HEAD.search(said):
            return answered[1]
        there = [name for name in _USUAL if self._has_branch(name)]
        return there[0] if there and current not in there else current or "main"

    def _has_branch(self, name: str) -> bool:
        refs = (f"refs/remotes/{self.remote()}/{name}", f"refs/heads/{name}")
        return any(self.git.commit_of(ref) for ref in refs)

    def remotes(self) -> list[str]:
        """Return the names of all remotes."""
        return self.git.read("remote").split()

    def remote(self) -> str:
        """Return the remote that is pushed to: origin, else the only one."""
        names = self.remotes()
        return names[0] if len(names) == 1 else "origin"

    def address(self) -> str:
        """Return the address of the remote that is pushed to; empty while there is none."""
        said = self.git.ask("remote", "get-url", "--push", self.remote())
        return said.out.strip() if said.code == 0 else ""

    def place(self) -> Place | None:
        """Return where the project lies on a forge, as far as the remote's address says which forge it is."""
        return place_of(self.address())

    def guessed_place(self) -> Place | None:
        """Return where the project lies on a forge that its address does not tell, but the only CI that it has.

        Gitea and Forgejo run .github/workflows, too: that alone tells nothing.
        """
        kinds = {_CI[name].name: _CI[name] for name in self.pipelines()}
        told = len(kinds) == 1 and all(kind.ci_is_its_own for kind in kinds.values())
        return place_of(self.address(), *kinds) if told and not self.place() else None

    def pipelines(self) -> list[str]:
        """Return where forges find what they run, as far as it is there."""
        return [name for name in _CI if (self.root / name).exists()]

    def tag(self) -> str | None:
        """Return how the tags of releases are named, with {version} for the version; None where nothing shows it."""
        return form_of(*self._tag_facts())

    def doubtful_tags(self) -> list[str]:
        """Return a line where more than one form of tags could be that of the releases."""
        found = " and ".join(doubts(*self._tag_facts()))
        return (
            [f"{found} are there; {self.tag()} is taken: another one is written as tag in release.toml"]
            if found
            else []
        )

    def _tag_facts(self) -> tuple[list[str], str | None, str]:
        main = self.statement()
        return list(self.git.tags()), main.version if main else None, self.name

    def statement(self) -> Statement | None:
        """Return where the version is stated that the build backend reads; None where no file does."""
        return declared(self.root, self.table)

    def statements(self) -> list[Statement]:
        """Return all that states the version: what the backend reads first; none where the tag is the version."""
        main = self.statement()
        return [main, *copies(self.root, self._tracked(), main)] if main else []

    def unwritten(self) -> str:
        """Return what keeps the version from being written; empty where it is written, or the tag is the version."""
        if not self.statements():
            return "" if from_tags(self.root, self.table) else unreadable(self.root, self.table)
        return ", ".join(f"{each} in parts" for each in tuples(self.root, self._tracked()))

    def _tracked(self) -> list[str]:
        return [path for path in self.git.read("ls-files", "-z").split("\0") if path]

    def changelog(self) -> str | None:
        """Return the changelog's file, or None: one with sections of versions, at the top or in docs/, else any."""
        return next(iter([*self.changelogs(), *self._called_so("")]), None)

    def changelogs(self) -> list[str]:
        """Return the files that are called a changelog and have sections of versions."""
        return [path for path in self._logs() if self._has_sections(path)]

    def unread_changelogs(self) -> list[str]:
        """Return the files that are called a changelog, where none of them has sections of versions."""
        return [] if self.changelogs() else self._logs()

    def _logs(self) -> list[str]:
        return [path for each in (_CHANGELOG, _HISTORY) for folder in _LOGGED for path in self._called_so(folder, each)]

    def _has_sections(self, path: str) -> bool:
        return bool(sections((self.root / path).read_text(encoding="utf-8", errors="replace")))

    def _called_so(self, folder: str, pattern: re.Pattern[str] = _CHANGELOG) -> list[str]:
        place = self.root / folder
        names = sorted(path.name for path in place.iterdir() if path.is_file()) if place.is_dir() else []
        return [f"{folder}{name}" for name in names if pattern.fullmatch(name)]

    def keeps_towncrier(self) -> bool:
        """Return whether towncrier is configured."""
        return "towncrier" in self.tool or (self.root / "towncrier.toml").exists()

    def keeps_bumpversion(self) -> bool:
        """Return whether bump-my-version (or its ancestor) is configured."""
        return bool(configured_in(self.root))

    def compiles(self) -> bool:
        """Return whether it has compiled modules, as far as its build's configuration says it."""
        asked = _COMPILES.get(self.backend, {})
        below = [path for path in self._tracked() if path.endswith("/meson.build")] if "meson.build" in asked else []
        paths = [*asked.items()]
        paths += [(path, asked["meson.build"]) for path in below]  # subdir() leads there
        return any(self._says(path, pattern) for path, pattern in paths)

    def _says(self, name: str, pattern: str) -> bool:
        path = self.root / name
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None
        return text is not None and bool(re.search(pattern, text, re.MULTILINE))

    def folders(self, *, namespaces: bool) -> list[str]:
        """Return the folders at the root with tracked modules, as setuptools finds packages; release/ is not one."""
        listed = self.git.read("ls-files", "-z", "--", "*.py").split("\0")
        tops = {path.partition("/")[0] for path in listed if "/" in path}
        packages = (name for name in tops if namespaces or (self.root / name / "__init__.py").exists())
        return sorted(name for name in packages if name.isidentifier() and name != "release")

    def flat(self) -> tuple[list[str], list[str]]:
        """Return the packages and the modules that lie at the root itself; none where there is src/."""
        if (self.root / "src").is_dir():
            return [], []
        packages = [path.parent.name for path in sorted(self.root.glob("*/__init__.py"))]
        modules = [path.stem for path in sorted(self.root.glob("*.py"))]
        return [each for each in packages if each not in _ASIDE], [each for each in modules if each not in _NO_MODULES]


def layout(root: Path, git: Git) -> Layout:
    """Return the layout of the project at `root`, whose pyproject.toml can be read, or is missing."""
    path = root / "pyproject.toml"
    return Layout(root, tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}, git)
