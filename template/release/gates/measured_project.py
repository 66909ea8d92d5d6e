"""What a project measures of itself: whether it works with the lowest versions that it declares."""

from __future__ import annotations

from release.artifacts.install_check import Unfit
from release.base.session_advice import sessions_in
from release.context import Context
from release.engine.gate import Gate, Reads, Severity, Verdict
from release.engine.gate_digest import Readings
from release.measuring.dependency_versions import Resolution, try_versions

_SESSION = Resolution.LOWEST.session


def _lowest(ctx: Context) -> Verdict:
    """Run the tests with the lowest declared versions, as `nox -s tests-lowest` does."""
    try:
        tried = try_versions(ctx, Resolution.LOWEST)
    except Unfit as unfit:
        return Verdict(False, f"{unfit.what}\n{unfit.why}".rstrip(), unfit.run, log=unfit.log)
    if tried.untried:
        rows = [
            f"{name}: {version} is declared, and {tried.versions[name]} is the lowest that the tests can be run with"
            for name, version in sorted(tried.untried.items())
        ]
        return Verdict(False, "\n".join(rows), "$EDITOR pyproject.toml      (raise the lower bounds to what is tried)")
    return Verdict(True, str(tried))


def remembered_lowest(ctx: Context) -> str | None:
    """Return what the tests printed with the lowest versions, while nothing that they read has changed."""
    return ctx.memory.recall(LOWEST.name, Readings(ctx).digest(LOWEST.name, READS_OF_TESTS))


def concerning(ctx: Context) -> tuple[Gate, ...]:
    """Return the gates that concern a project: one with dependencies whose noxfile has the session."""
    known = sessions_in(ctx.root / "noxfile.py") or frozenset()
    return (LOWEST,) if ctx.project.dependencies and _SESSION in known else ()


READS_OF_TESTS = Reads(("*", "!changelog.d", "!CHANGELOG.md", "!docs", "!release", "!release.toml"), tools=("uv",))
LOWEST = Gate("lowest versions", _lowest, severity=Severity.WARNING, reads=READS_OF_TESTS, heavy=True)
EVERY = (LOWEST,)
