"""The packaging tools of the field, each called by its own command line."""

from __future__ import annotations

import json
import os
import re
import sys
import threading
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from release.adapters.retry import Unavailable, asked_for, transient
from release.adapters.workers import tool_worker
from release.adapters.workers.pool import LoadedTool, LoadedTools, ours
from release.base.errors import ReleaseError
from release.base.shell import Completed, run
from release.base.temporary_folders import temporary_folder
from release.config.constraints import held, pinned
from release.config.index_credentials import Account
from release.config.version_file import configured_in

# What is loaded ahead, by tool: the modules that its start would import.
_PRELOAD = {
    "bumpversion": ("bumpversion.cli",),
    "towncrier": ("towncrier._shell",),
    "twine": ("twine.cli", "twine.commands.upload", "twine.commands.check"),
    "check_wheel_contents": ("click", "check_wheel_contents.checker"),
}
_CONSTRAINTS = ("UV_CONSTRAINT", "UV_BUILD_CONSTRAINT", "PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT")
_COMPILES = "UV_COMPILE_BYTECODE"  # would start the Python of the environment, and with it what is installed there
_FRAME = re.compile(r"^[╭╰].*\n?|^│ ?| *│$", re.MULTILINE)  # what rich-click draws around what it says


class Tools:
    """bump-my-version, towncrier, build, twine, check-wheel-contents and uv, in the environment that runs this."""

    def __init__(
        self, root: Path, environment: Mapping[str, str], timeout: float, credentials: Mapping[str, str] | None = None
    ) -> None:
        """`credentials` are variables that twine alone is given, and a command that yanks."""
        self._root = root
        self._env = dict(environment) | {"PYTHONUTF8": "1", "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "200"}
        self._credentials = dict(credentials or {})
        self._timeout = timeout
        self._tools = LoadedTools(partial(_start, root, self._env), timeout)
        self._drafts: dict[tuple[Path, str], str] = {}
        self._drafting = threading.Lock()

    def load(self, *tools: str) -> None:
        """Load those of `tools` that are not loaded yet, in this order, so that they are ready when they are called."""
        self._tools.load(*tools)

    def close(self) -> None:
        """End the tools that were loaded."""
        self._tools.close()

    def _call(self, tool: str, *argv: str | Path, cwd: Path, **env: str) -> Completed:
        return self._tools.call(tool, *argv, cwd=cwd, env=env)

    def bump(self, root: Path, version: object, current: str = "") -> None:
        """Write `version` instead of `current` into the files that bump-my-version is configured for."""
        words = ["bump", "--new-version", str(version), "--no-commit", "--no-tag", "--allow-dirty"]
        if current and configured_in(root) == ".bumpversion.toml":  # apart from [project] version, where it would look
            words += ["--current-version", current]
        ended = self._call("bumpversion", *words, cwd=root)
        plain = replace(ended, out=_FRAME.sub("", ended.out), err=_FRAME.sub("", ended.err))
        plain.require(run=f"$EDITOR {self.bump_configuration(root)}")

    @staticmethod
    def bump_configuration(root: Path) -> str:
        """Return the file that configures bump-my-version, or the one where it could be."""
        return configured_in(root) or "pyproject.toml"

    def write_notes(self, root: Path, version: object, *, date: str = "") -> list[Path]:
        """Write the section of `version` into the changelog and remove the fragments in it; return their paths.

        `date` is its date as it is to be written; without one it is today's (ISO 8601). towncrier's git has an index
        of its own: two at one index can miss a file of equal size that is changed in the second of its checkout.
        """
        words = ["--version", str(version), *(["--date", date] if date else [])]
        with temporary_folder() as aside:
            index = str(Path(aside) / "index")
            written = self._call("towncrier", "build", "--yes", *words, cwd=root, GIT_INDEX_FILE=index).require()
        rows = written.out.partition("Removing the following files:\n")[2].partition("Removing news fragments")[0]
        return [Path(row) for row in rows.splitlines()]

    def draft_notes(self, root: Path, version: object, *, date: str = "") -> str:
        """Return the section that the fragments would make, in Markdown; it is made once."""
        with self._drafting:
            if (root, str(version)) not in self._drafts:
                words = ["--version", str(version), *(["--date", date] if date else [])]
                drafted = self._call("towncrier", "build", "--draft", *words, cwd=root).require()
                self._drafts[root, str(version)] = drafted.out.strip()
        return self._drafts[root, str(version)]

    def create_fragment(self, root: Path, name: str, text: str) -> Path:
        """Write a fragment and return its path; towncrier numbers it when the name is taken."""
        completed = self._call("towncrier", "create", "--content", text, name, cwd=root).require()
        return Path(completed.out.partition("Created news fragment at ")[2].strip())

    def build(self, root: Path, into: Path, epoch: int, *only: str, **more: str) -> None:
        """Build the sdist, unless `only` is "sdist" the wheel, by the constraints; `more` is for the backend."""
        env = _held(root) | {"SOURCE_DATE_EPOCH": str(epoch)} | more
        # What is loaded has the build requirements of today; those of an older commit are other ones.
        tools = self if pinned(root) == pinned(self._root) else Tools(root, self._env, self._timeout)
        tools._call("build", root, into, *only, cwd=root, **env).require(run="nox -s build")

    def check_metadata(self, files: Sequence[Path]) -> Completed:
        """Ask twine whether metadata and long description are fit for an index."""
        return self._call("twine", "check", "--strict", *files, cwd=files[0].parent)

    def check_wheel(self, wheel: Path, root: Path) -> Completed:
        """Ask check-wheel-contents, as the project configures it, whether the wheel holds what a wheel should."""
        return self._call("check_wheel_contents", "--config", root / "pyproject.toml", wheel, cwd=wheel.parent)

    def upload(self, files: Sequence[Path], where: tuple[str, ...], account: Account) -> None:
        """Send `files` with twine, attestations among them with what they are of; `where` names the index.

        Raises Unavailable when the network or the index failed for now, ReleaseError when the index refused.
        """
        env = self._login(account)
        signed = ("--attestations",) if any(file.suffix == ".attestation" for file in files) else ()
        words = ("upload", "--non-interactive", "--disable-progress-bar", *signed, *where)
        completed = self._call("twine", *words, *files, cwd=files[0].parent, **env)
        if completed.code != tool_worker.NETWORK_FAILED:
            completed.require()
            return
        answer = json.loads(completed.err.rstrip().rpartition("\n")[2])
        status, reason, after = answer["status"], answer["reason"], answer["after"]
        if status == 0 or transient(status):
            why = f"index answered {status}" if status else reason
            raise Unavailable("the upload failed", why=why, after=asked_for(after))
        raise UploadRefused(status, reason)

    def _login(self, account: Account) -> dict[str, str]:
        """Return what twine is given for one call: its process has waited without it, while code of the project ran."""
        given = {"TWINE_USERNAME": account.username, "TWINE_PASSWORD": account.password} if account.password else {}
        return self._credentials | given

    def sign(self, files: Sequence[Path]) -> list[Path]:
        """Sign `files` by what the forge says of this CI job (PEP 740); return the attestations, beside them."""
        argv: list[str | Path] = [sys.executable, "-P", "-m", "pypi_attestations", "sign", *files]
        again = 'nox -s release      (or without: attestations = "no" at this index in release.toml)'
        env = self._env | self._credentials
        run(argv, cwd=files[0].parent, env=env, timeout=self._timeout).require(run=again)
        return [Path(f"{file}.publish.attestation") for file in files]

    def upload_address(self, where: tuple[str, ...]) -> str:
        """Return the address that twine would upload to; `where` are its options that name the index."""
        option, value = where
        if option == "--repository-url":
            return value
        if self._env.get("TWINE_REPOSITORY_URL"):
            return self._env["TWINE_REPOSITORY_URL"]
        from twine.utils import get_config

        pypirc = Path(self._env.get("HOME") or "~", ".pypirc")
        known = get_config(str(pypirc) if pypirc.exists() else os.devnull).get(value, {})
        return str(known.get("repository") or "")

    def ask_upload(self, where: tuple[str, ...], account: Account) -> tuple[int, str]:
        """Return the HTTP status of an upload without a file, and where it leads, for a redirect.

        401 and 403 mean that the account is not accepted. Twine's own session is used, with the account that it would
        find; 0 where it finds none.
        """
        env = self._login(account)
        completed = self._call("twine", tool_worker.ASK_UPLOAD, *where, cwd=self._root, **env)
        if completed.code == tool_worker.NETWORK_FAILED:
            answer = json.loads(completed.err.rstrip().rpartition("\n")[2])
            raise Unavailable("the index cannot be asked about the account", why=answer["reason"])
        status, _, location = completed.require().out.strip().partition(" ")
        return int(status), location

    def api_breaks(self, older: Path, newer: Path) -> list[str]:
        """Return what users of the packages in `older` lose in `newer`, a sentence each."""
        told = run(ours("griffe_worker", older, newer), cwd=newer, env=self._env, timeout=self._timeout).require().out
        return [str(each) for each in json.loads(told)]

    def uv(self, *words: str | Path, cwd: Path, **env: str) -> Completed:
        """Run uv apart from the project's own configuration, constraints and cool-down."""
        aside = (*_CONSTRAINTS, "UV_EXCLUDE_NEWER", "VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "PYTHONPATH", _COMPILES)
        clean = {name: value for name, value in self._env.items() if name not in aside}
        argv = [*_uv(), "--no-config", "--no-python-downloads", *words]
        return run(argv, cwd=cwd, env=clean | env, timeout=self._timeout)

    def resolve(self, requirements: Sequence[str], lowest: Sequence[str]) -> list[str]:
        """Return what an installer chooses for requirements on any platform, a line each.

        "idna==3.10 # via requests", with a marker where it is not for all; `lowest` is the lowest Python, if known.
        """
        words = ["pip", "compile", "--quiet", "--universal", "--no-header", "--annotation-style=line"]
        words += [f"--python-version={lowest[0]}"] if lowest else []
        with temporary_folder() as place:
            wanted = Path(place) / "requirements.in"
            wanted.write_text("\n".join(requirements), encoding="utf-8")
            told = self.uv(*words, wanted, cwd=Path(place)).require().out
        lines = (line for line in told.splitlines() if "==" in line)
        return [" ".join(re.sub(r"(# via |, )-r \S+", "", line).split()) for line in lines]

    def lock(self, root: Path, lowest: Sequence[str]) -> str:
        """Return the pins (requirements.txt format) of all that a checkout needs: to run, to build and to be tested.

        What its constraints pin already stays at that version; `lowest` is the lowest Python, if it is known.
        """
        table = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
        groups = [word for name in table.get("dependency-groups", {}) for word in ("--group", f"pyproject.toml:{name}")]
        constraints = held(root)
        pinned: list[str | Path] = ["--constraints", constraints] if constraints else []
        with temporary_folder() as place:
            building = Path(place) / "build.in"
            building.write_text("\n".join(table.get("build-system", {}).get("requires", [])), encoding="utf-8")
            words: list[str | Path] = ["pip", "compile", "--quiet", "--universal", "--no-annotate"]
            words += ["--no-python-downloads", *([f"--python-version={lowest[0]}"] if lowest else [])]
            words += ["--custom-compile-command=inv freeze", *pinned, "--all-extras", *groups]
            clean = {name: value for name, value in self._env.items() if name not in _CONSTRAINTS}
            argv: list[str | Path] = [*_uv(), *words, "pyproject.toml", building]
            return run(argv, cwd=root, env=clean, timeout=self._timeout).require(run="inv doctor").out

    def command(
        self, words: Sequence[str], cwd: Path, *, trusted: bool = False, given: bytes | None = None
    ) -> Completed:
        """Run a command of the owner's; a `trusted` one is given the credentials, too; `given` is what it can read."""
        env = self._env | self._credentials if trusted else self._env
        return run(words, cwd=cwd, env=env, timeout=self._timeout, given=given)

    def python(self, interpreter: Path, *words: str, cwd: Path, **env: str) -> Completed:
        """Run a command of the environment that `interpreter` belongs to, with its scripts first on PATH."""
        clean = {name: value for name, value in self._env.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
        path = os.pathsep.join([str(interpreter.parent), clean.get("PATH", "")])
        argv = [str(interpreter) if words[0] == "python" else words[0], *words[1:]]
        return run(argv, cwd=cwd, env=clean | {"PATH": path} | env, timeout=self._timeout)


def _start(root: Path, env: Mapping[str, str], tool: str) -> LoadedTool:
    if tool == "build":
        return LoadedTool(tool, ours("build_worker", root), env={**env, **_held(root)}, tidies=True)
    return LoadedTool(tool, ours("tool_worker", tool, *_PRELOAD[tool]), env=env)


def _uv() -> list[str]:
    """Return what starts uv: itself, where this environment has it, without a Python before it."""
    try:
        from uv import find_uv_bin

        return [find_uv_bin()]
    except (ImportError, FileNotFoundError):
        return [sys.executable, "-P", "-m", "uv"]


def _held(root: Path) -> dict[str, str]:
    """Return what holds pip and uv to the versions of a project's constraints, if it has any."""
    path = held(root)
    return dict.fromkeys(_CONSTRAINTS, path.as_uri()) if path else {}


class UploadRefused(ReleaseError):
    """The index answered that it does not take the files; `status` is the HTTP status."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__("the index refused the upload", why=f"it answered {status} {reason}")
        self.status = status
