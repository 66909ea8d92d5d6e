"""The tools that look for trouble in files: pip-audit, kingfisher, ruff's security rules and zizmor."""

from __future__ import annotations

import json
import re
import sys
import sysconfig
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from release.base.errors import ReleaseError
from release.base.shell import CommandFailed, Completed, run

_FOUND = 200  # what kingfisher exits with when it found something


@dataclass(frozen=True)
class Finding:
    """One thing that a scanner found: where, by which rule, and what it is in a few words.

    `severe` is the scanner's own judgement, where it has one.
    """

    path: str
    line: int
    rule: str
    text: str = ""
    severe: bool = True

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where} {self.rule}" + (f" {self.text}" if self.text else "")


class Scanners:
    """Each tool by its own command line, in the environment that runs this."""

    def __init__(self, environment: Mapping[str, str], timeout: float) -> None:
        self._env = dict(environment) | {"PYTHONUTF8": "1", "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "200"}
        self._timeout = timeout

    def vulnerabilities(self, pins: Path, address: str, cache: Path) -> tuple[list[Finding], int]:
        """Return the known vulnerabilities of what a requirements file pins, and how many distributions were asked for.

        They are asked of the OSV API whose query lies at `address` (https://google.github.io/osv.dev/post-v1-query/),
        or without one of PyPI; `cache` keeps its answers.
        Raises ReleaseError when the question could not be asked about each of them.
        """
        service = ["--vulnerability-service=osv", f"--osv-url={address}"] if address else []
        words = ["--strict", "--disable-pip", "--no-deps", "--progress-spinner=off", "--format=json", *service]
        words += [f"--cache-dir={cache}"]
        completed = self._module("pip_audit", *words, f"--requirement={pins}", cwd=pins.parent)
        if not completed.out.lstrip().startswith("{"):  # it exits 1 for "found" as well as for "could not ask"
            told = [line for line in completed.err.splitlines() if line and not line.startswith("WARNING")]
            why = re.sub(r"^ERROR:[\w.]+:", "", told[-1]) if told else f"pip-audit ended with {completed.code}"
            raise ReleaseError("known vulnerabilities", why=why, run="nox -s audit", log=completed.printed)
        asked = json.loads(completed.out)["dependencies"]
        pairs = [(f"{one['name']} {one['version']}", bad) for one in asked for bad in one["vulns"]]
        return [Finding(name, 0, bad["id"], _fixed(bad)) for name, bad in pairs], len(asked)

    def secrets(self, folder: Path, cache: Path) -> list[Finding]:
        """Return what looks like a secret in the files and archives below `folder`; `cache` holds compiled rules."""
        words = ["scan", "--no-validate", "--no-update-check", "--git-history=none", "--format=json", "--quiet"]
        completed = self._script("kingfisher", *words, f"--rule-cache-dir={cache}", ".", cwd=folder)
        if completed.code not in (0, _FOUND):
            raise CommandFailed(completed)
        found = json.loads(completed.out or "{}").get("findings", [])
        return [_secret(each) for each in found]

    def risky_code(self, root: Path) -> list[Finding]:
        """Return what ruff's security rules (S, those of bandit) find, but for the tests, as the project sets them."""
        words = ["check", "--select=S", "--output-format=json", "--no-cache", "--exit-zero", "--extend-exclude=tests"]
        words += [f"--ignore={code}" for code in _ignored(root)]  # which --select would override
        told = self._module("ruff", *words, ".", cwd=root).require().out
        return [
            Finding(_below(each["filename"], root), each["location"]["row"], each["code"], each["message"])
            for each in json.loads(told)
        ]

    def workflows(self, folder: Path, root: Path) -> list[Finding]:
        """Return what zizmor finds in the workflows of a folder, without asking the network."""
        completed = self._script("zizmor", "--offline", "--no-progress", "--format=json-v1", folder, cwd=root)
        if not completed.out.lstrip().startswith("["):
            raise CommandFailed(completed)
        return [_workflow(each, root) for each in json.loads(completed.out)]

    def _module(self, name: str, *words: str | Path, cwd: Path) -> Completed:
        return run([sys.executable, "-P", "-m", name, *words], cwd=cwd, env=self._env, timeout=self._timeout)

    def _script(self, name: str, *words: str | Path, cwd: Path) -> Completed:
        script = Path(sysconfig.get_path("scripts"), name)
        if not any(script.with_suffix(suffix).exists() for suffix in ("", ".exe")):
            why = f"it is not installed in {sys.prefix}"
            raise ReleaseError(f"cannot run {name}", why=why, run="nox -s dev && . .venv/bin/activate")
        return run([script, *words], cwd=cwd, env=self._env, timeout=self._timeout)


def _ignored(root: Path) -> list[str]:
    """Return the rules that the project tells ruff to ignore, wherever it keeps ruff's settings."""
    for name, keys in ((".ruff.toml", ()), ("ruff.toml", ()), ("pyproject.toml", ("tool", "ruff"))):
        path = root / name
        if path.exists():
            table = tomllib.loads(path.read_text(encoding="utf-8"))
            for key in (*keys, "lint"):
                table = table.get(key, {})
            return [*table.get("ignore", []), *table.get("extend-ignore", [])]
    return []


def _fixed(bad: Mapping[str, Any]) -> str:
    return f"(fixed in {', '.join(bad['fix_versions'])})" if bad.get("fix_versions") else "(no fix available)"


def _secret(each: Mapping[str, Any]) -> Finding:
    """Return where a secret lies and of what kind it is, never the secret."""
    where = each["finding"]
    return Finding(where["path"].removeprefix("./"), int(where.get("line") or 0), each["rule"]["name"])


def _workflow(each: Mapping[str, Any], root: Path) -> Finding:
    symbolic = each["locations"][0]["symbolic"]["key"]
    path = symbolic.get("Local", {}).get("verbatim_path") or symbolic.get("Local", {}).get("given_path", "")
    row = each["locations"][0]["concrete"]["location"]["start_point"]["row"] + 1
    severe = each["determinations"]["severity"] in ("Medium", "High")
    return Finding(_below(path, root), row, each["ident"], each["desc"], severe)


def _below(path: str, root: Path) -> str:
    return str(Path(path).relative_to(root)) if Path(path).is_relative_to(root) else path
