"""Whether there is something in the files that should not become public, or that is known to be dangerous."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from release.adapters.tools.scanners import Finding
from release.artifacts.distributions import built
from release.config.constraints import pinned
from release.context import Context
from release.engine.gate import Gate, Reads, Severity, Verdict
from release.repository.exported_tree import exported

_SHOWN = 8  # findings that a refusal lists
_WORKFLOWS = ".github/workflows"


def _audit(ctx: Context) -> Verdict:
    """Ask for known vulnerabilities of what the project's users install, and of the tools that make the release."""
    with TemporaryDirectory(prefix="release-") as folder:
        pins = Path(folder).resolve() / "pins.txt"
        pins.write_text(_pins(ctx, Path(folder)), encoding="utf-8")
        found, asked = ctx.scanners.vulnerabilities(pins, ctx.config.advisories, ctx.cache / "advisories")
    if not found:
        return Verdict(True, f"no known vulnerability in {asked} distributions")
    return _refused(found, "nox -s audit")


def _pins(ctx: Context, folder: Path) -> str:
    """Return one pin a distribution: constraints.txt, and what the project's dependencies resolve to beside it."""
    text, path = pinned(ctx.root), folder / "held.txt"
    path.write_text(text, encoding="utf-8")
    if ctx.project.dependencies:
        words: list[str | Path] = ["pip", "compile", "--quiet", "--no-header", "--no-annotate"]
        words += ["--constraint", path] if text else []
        compiled = ctx.tools.uv(*words, ctx.root / "pyproject.toml", cwd=folder).require()
        known = {row.partition("==")[0] for row in text.splitlines()}
        text += "\n".join(row for row in compiled.out.splitlines() if row.partition("==")[0] not in known) + "\n"
    return text


def _secrets(ctx: Context) -> Verdict:
    with exported(ctx, "HEAD") as files:
        found = ctx.scanners.secrets(files, ctx.cache / "rules")
    return _told(found, "no secret is known in any tracked file")


def _secrets_inside(ctx: Context) -> Verdict:
    """Look into the distributions: what a build packs need not be tracked."""
    with TemporaryDirectory(prefix="release-") as folder:
        for file in built(ctx):
            shutil.copy(file, folder)
        found = ctx.scanners.secrets(Path(folder), ctx.cache / "rules")
    return _told(found, "no secret is known in any file of the distributions")


def _told(found: Sequence[Finding], fact: str) -> Verdict:
    return _refused(found, f"$EDITOR {found[0].path}      (and revoke it)") if found else Verdict(True, fact)


def _risky_code(ctx: Context) -> Verdict:
    found = ctx.scanners.risky_code(ctx.root)
    if not found:
        return Verdict(True, "ruff's security rules find nothing")
    return _refused(found, f"$EDITOR {found[0].path}")


def _workflows(ctx: Context) -> Verdict:
    folder = ctx.root / _WORKFLOWS
    if not folder.is_dir():
        return Verdict(True, f"there is no {_WORKFLOWS}")
    found = ctx.scanners.workflows(folder, ctx.root)
    if not found:
        return Verdict(True, "zizmor finds nothing")
    verdict = _refused(found, f"$EDITOR {found[0].path}")
    if any(each.severe for each in found):
        return verdict
    return Verdict(False, verdict.fact, verdict.run, severity=Severity.WARNING)


def _refused(found: Sequence[Finding], run: str) -> Verdict:
    more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return Verdict(False, "\n".join([*map(str, found[:_SHOWN]), *more]), run, log="\n".join(map(str, found)))


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
