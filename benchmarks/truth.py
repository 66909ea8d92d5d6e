"""What the world shows of a release, whatever the tool that made it said: refs of the remote, files of the index.

A release is complete when the tag is on the remote, on a commit of that version that main contains, and the index has
wheel and sdist of the very sources that the tag names.
"""

from __future__ import annotations

import hashlib
import re
import tarfile
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import CalledProcessError

from benchmarks.world import NEW, PROJECT, World, git

TAG = f"v{NEW}"
FILES = (f"{PROJECT}-{NEW}-py3-none-any.whl", f"{PROJECT}-{NEW}.tar.gz")
_VERSION = re.compile(rf"^(?:v|{PROJECT}-)(\d+\.\d+\.\d+(?:\.?[a-z]+\d+)?)(?:-py3-none-any\.whl|\.tar\.gz)?$")


@dataclass(frozen=True)
class Truth:
    """The world at one moment.

    `refs`: {full ref of the remote: commit}; `files`: {file on the index: sha256 in lower-case hex}; `here`: commit,
    tags and changes of the clone.
    """

    refs: Mapping[str, str]
    files: Mapping[str, str]
    here: str

    def same_public(self, other: Truth) -> bool:
        """Return whether nobody outside of the clone can see a difference."""
        return (self.refs, self.files) == (other.refs, other.files)

    @property
    def versions(self) -> frozenset[str]:
        """The versions that tags of the remote or files of the index are named after."""
        names = [ref.rpartition("/")[2] for ref in self.refs if ref.startswith("refs/tags/")]
        found = (_VERSION.match(name) for name in [*names, *self.files])
        return frozenset(match[1] for match in found if match)


def look(world: World) -> Truth:
    """Return the world as it is now."""
    rows = git(world.remote, "for-each-ref", "--format=%(refname) %(objectname) %(*objectname)").splitlines()
    refs = {words[0]: words[-1] for words in map(str.split, rows)}
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in world.packages.glob("*-*")}
    here = [
        git(world.clone, "rev-parse", "HEAD"),
        git(world.clone, "for-each-ref", "refs/tags", "refs/heads"),
        git(world.clone, "status", "--porcelain"),
    ]
    return Truth(refs, files, "\n".join(here))


def missing(world: World, truth: Truth) -> list[str]:
    """Return what a complete release of NEW lacks, in words; empty when it is complete."""
    commit = truth.refs.get(f"refs/tags/{TAG}")
    found = [] if commit else ["no tag"]
    there = [name for name in FILES if name in truth.files]
    if len(there) < len(FILES):
        found += [f"{len(there)} of {len(FILES)} files"]
    if commit is None:
        return found
    if _version_at(world, commit) != NEW:
        return [*found, "the tag is on another commit"]
    if git(world.remote, "branch", "--contains", commit, "--format=%(refname)", "main") != "refs/heads/main":
        found += ["the tagged commit is not on main"]
    sources = _sources_at(world, commit)
    found += [f"{name} is not of the tag" for name in there if not _made_of(world.packages / name, sources)]
    return found


def _version_at(world: World, commit: str) -> str:
    return str(tomllib.loads(git(world.remote, "show", f"{commit}:pyproject.toml"))["project"]["version"])


def _sources_at(world: World, commit: str) -> dict[str, str]:
    """Return {path below src/: git's own hash of it} of a commit."""
    rows = git(world.remote, "ls-tree", "-r", commit, "src/").splitlines()
    return {path.removeprefix("src/"): row.split()[2] for row, _, path in (row.partition("\t") for row in rows)}


def _made_of(file: Path, sources: Mapping[str, str]) -> bool:
    """Return whether a distribution can be read and holds exactly these sources."""
    try:
        return _contents(file) == sources
    except (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError, CalledProcessError):
        return False


def _contents(file: Path) -> dict[str, str]:
    if file.suffix == ".whl":
        with zipfile.ZipFile(file) as wheel:
            return {name: _blob(wheel.read(name)) for name in wheel.namelist() if ".dist-info/" not in name}
    found = {}
    with tarfile.open(file) as sdist:
        for member in sdist:
            _, below, path = member.name.partition("/src/")
            content = sdist.extractfile(member)
            if below and content is not None:
                found[path] = _blob(content.read())
    return found


def _blob(content: bytes) -> str:
    """Return the name that git gives to this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
