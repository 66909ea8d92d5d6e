"""Whether there is something in the files that should not become public, or that is known to be dangerous."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from release.adapters.tools.scanners import Finding
from release.artifacts.distributions import checked
from release.base.temporary_folders import temporary_folder
from release.config.constraints import pinned
from release.context import Context
from release.engine.gate import Gate, Reads, Severity, Verdict
from release.gates.known_findings import beyond, built_before, by_line, by_rule, judged, new_in
from release.repository.exported_tree import exported

_WORKFLOWS = ".github/workflows"


def _audit(ctx: Context) -> Verdict:
    """Ask for known vulnerabilities of what the project's users install, and of the tools that make the release."""
    with temporary_folder() as folder:
        pins = Path(folder).resolve() / "pins.txt"
        pins.write_text(_pins(ctx, Path(folder)), encoding="utf-8")
        found, asked = ctx.scanners.vulnerabilities(pins, ctx.config.advisories, ctx.cache / "advisories")
    if not found:
        return Verdict(True, f"no known vulnerability in {asked} dependencies")
    return judged(found, found, "nox -s audit")


def _pins(ctx: Context, folder: Path) -> str:
    """Return one pin a distribution: constraints.txt, and what the project's dependencies resolve to beside it."""
    text, path = pinned(ctx.root), folder / "held.txt"
    path.write_text(text, encoding="utf-8")
    if ctx.project.dependencies:
        words: list[str | Path] = ["pip", "compile", "--quiet", "--no-header", "--no-annotate"]
        words += ["--constraint", path] if text else []
        (folder / "dependencies.in").write_text("\n".join(ctx.project.dependencies), encoding="utf-8")
        compiled = ctx.tools.uv(*words, folder / "dependencies.in", cwd=folder).require()
        known = {row.partition("==")[0] for row in text.splitlines()}
        text += "\n".join(row for row in compiled.out.splitlines() if row.partition("==")[0] not in known) + "\n"
    return text


def _secrets(ctx: Context) -> Verdict:
    def look(folder: Path) -> Sequence[Finding]:
        return ctx.scanners.secrets(folder, ctx.cache / "rules")

    with exported(ctx.git, "HEAD") as files:
        found = look(files)
        new = new_in(ctx.git, found, files, look, by_line)
    return _told(found, new, "no secrets found in tracked files")


def _secrets_inside(ctx: Context) -> Verdict:
    """Look into the distributions: what a build packs need not be tracked."""
    found, fact = _secrets_in(ctx, checked(ctx)), "no secrets found in the distributions"
    if not found:
        return Verdict(True, fact)
    with built_before(ctx) as files:
        known = _secrets_in(ctx, files) if files else []
    return _told(found, beyond(found, map(_kind, found), map(_kind, known)), fact)


def _kind(found: Finding) -> object:
    """Return by what a secret inside of an archive is known: its rule, in a wheel or in an sdist."""
    return (found.rule, ".whl" in found.path)


def _secrets_in(ctx: Context, files: Sequence[Path]) -> list[Finding]:
    with temporary_folder() as folder:
        for file in files:
            shutil.copy(file, folder)
        return ctx.scanners.secrets(Path(folder), ctx.cache / "rules")


def _told(found: Sequence[Finding], new: Sequence[Finding], fact: str) -> Verdict:
    first = next(iter(new or found), None)
    return judged(found, new, f"$EDITOR {first.path}      (and revoke it)") if first else Verdict(True, fact)


def _risky_code(ctx: Context) -> Verdict:
    found = ctx.scanners.risky_code(ctx.root)
    if not found:
        return Verdict(True, "ruff's security rules find nothing")
    new = new_in(ctx.git, found, ctx.root, ctx.scanners.risky_code, by_line)
    return judged(found, new, f"$EDITOR {(new or found)[0].path}")


def _workflows(ctx: Context) -> Verdict:
    folder = ctx.root / _WORKFLOWS
    if not folder.is_dir():
        return Verdict(True, f"there is no {_WORKFLOWS}")
    found = ctx.scanners.workflows(folder, ctx.root)
    if not found:
        return Verdict(True, "zizmor finds nothing")

    def look(root: Path) -> Sequence[Finding]:
        return ctx.scanners.workflows(root / _WORKFLOWS, root) if (root / _WORKFLOWS).is_dir() else []

    new = new_in(ctx.git, found, ctx.root, look, by_rule)
    verdict = judged(found, new, f"$EDITOR {(new or found)[0].path}")
    severe = any(each.severe for each in new)
    return verdict if severe else replace(verdict, severity=Severity.WARNING)


_PINS = Reads(("pyproject.toml", "constraints*.txt"), tools=("pip-audit",), keys=("advisories",), day=True)
_PYTHON = Reads(("*.py", "*.pyi", "pyproject.toml", "*ruff.toml", "!release", "!tests"), tools=("ruff",))

AUDIT = Gate("audit", _audit, reads=_PINS, doubt=Severity.WARNING)  # it mostly waits for the network
SECRETS = Gate("secrets", _secrets, reads=Reads(tools=("kingfisher-bin",), committed=True), heavy=True)
SECRETS_INSIDE = Gate(
    "secrets inside",
    _secrets_inside,
    reads=Reads(tools=("kingfisher-bin",), version=True, committed=True),
    needs=("secrets",),  # not at the same time: the first scan compiles the rules, which takes seconds
    heavy=True,
)
RISKY_CODE = Gate("risky code", _risky_code, severity=Severity.WARNING, reads=_PYTHON)
WORKFLOWS = Gate("workflows", _workflows, reads=Reads((_WORKFLOWS, ".github"), tools=("zizmor",)))
