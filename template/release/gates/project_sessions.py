"""Whether the project's own sessions succeed: style, types, tests on every Python, documentation."""

from __future__ import annotations

import json
import re
from functools import partial

from release.base.shell import CommandFailed
from release.config.release_toml import Config
from release.context import Context
from release.engine.custom_gates import GATES
from release.engine.gate import Gate, Reads, Severity, Verdict
from release.engine.gate_digest import Readings

_TESTS = "tests"
_TESTING = frozenset(("test", "tests", "pytest", "unittest", "tox", "check", "checks", "unit", "integration"))
_LISTING, _LISTED = "nox --list", Reads(("noxfile.py", "pyproject.toml"), tools=("nox",))


def sessions(ctx: Context) -> tuple[Gate, ...]:
    """Return a gate for each session in `quality` of release.toml, on each Python that the noxfile has it for.

    A session of the default list that the noxfile does not have is left out; one that was asked for is a refusal.
    """
    if not ctx.config.quality:
        return ()
    known = _known(ctx)
    gates: list[Gate] = []
    for wanted in ctx.config.quality:
        names = [name for name, function in known.items() if wanted in (name, function)]
        earlier = tuple(gate.name for gate in gates if gate.name.partition("-")[0] == "tests")
        for name in names:
            needs = earlier if wanted == "coverage" else ()  # it combines what the tests measured
            gates.append(Gate(name, partial(_succeeds, name), reads=_reads(ctx, wanted), needs=needs, heavy=True))
        if not names and ctx.config.quality != Config().quality:
            gates.append(Gate(wanted, partial(_missing, wanted, tuple(known))))
    if not any(is_test(gate.name) for gate in gates) and not _own_tests(ctx):
        gates.append(Gate(_TESTS, partial(_untested, tuple(known)), severity=Severity.WARNING))
    return tuple(gates)


def is_test(name: str) -> bool:
    """Return whether a gate or a session is one that tests the project, by its name."""
    return any(word in _TESTING for word in re.split(r"[^a-z]+", name.lower()))


def _own_tests(ctx: Context) -> bool:
    """Return whether a gate of the project's own runs tests."""
    words = (word for each in ctx.config.gates if each.run for word in (each.name, *each.run))
    return any(map(is_test, words)) or any(is_test(each.name) for each in GATES)


def _untested(known: tuple[str, ...], ctx: Context) -> Verdict:
    there = f"the noxfile has {', '.join(known)}" if known else "there is no noxfile with sessions of the project"
    run = "$EDITOR release.toml      (quality: nox sessions; [[gates]] with run: a command such as pytest)"
    return Verdict(False, f"no tests of {ctx.project.name} were found, so none are run: {there}", run)


def _known(ctx: Context) -> dict[str, str]:
    """Return the sessions of the noxfile; listing them takes half a second, so it is remembered."""
    if not (ctx.root / "noxfile.py").exists():
        return {}
    digest = Readings(ctx).digest(_LISTING, _LISTED)
    kept = ctx.memory.recall(_LISTING, digest)
    if kept is not None:
        return dict(json.loads(kept))
    names = ctx.sessions.names()
    ctx.memory.keep(_LISTING, digest, json.dumps(names))
    return names


def _reads(ctx: Context, session: str) -> Reads:
    """Return what a session reads: all but what tells of a release, and for types only code.

    The owner can say it exactly, by `reads` in [[gates]].
    """
    notes = ctx.project.notes
    told = (*(f"!{each}" for each in notes.folders), f"!{notes.changelog}", "!RELEASING.md", "!release.toml")
    patterns = {
        "types": ("*.py", "*.pyi", "*.toml", "*.cfg", "*.ini", "constraints*.txt", "!release", "!release.toml"),
        "tests": ("*", *told, "!release", "!docs"),
        "coverage": ("*", *told, "!release", "!docs"),
        "docs": ("*", *told, "!release", "!tests"),
    }
    return Reads(patterns.get(session, ("*",)), tools=("nox", "uv"))


def _succeeds(name: str, ctx: Context) -> Verdict:
    ended = ctx.sessions.run(name)
    log = ended.completed.printed
    if ended.result == "success":
        return Verdict(True, _last(log))
    again = "nox -s tests coverage" if name == "coverage" else f"nox -s {name}"
    if ended.completed.code == 0:
        return Verdict(False, f"nox exited with 0, but the session: {ended.result}", again, log=log)
    return Verdict(False, CommandFailed(ended.completed).why, again, log=log)


def _last(log: str) -> str:
    """Return the last line that is not nox's own: "12 passed in 0.31s"."""
    lines = [line.strip() for line in log.splitlines() if line.strip() and not line.startswith("nox > ")]
    return " ".join(lines[-1].strip("= ").split())[:80] if lines else "it succeeds"


def _missing(name: str, known: tuple[str, ...], _: Context) -> Verdict:
    there = ", ".join(known) or "there is no noxfile.py"
    return Verdict(False, f"the noxfile has no session {name}: {there}", "$EDITOR release.toml")
