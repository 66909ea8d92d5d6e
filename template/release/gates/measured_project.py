"""What a project measures of itself: whether the lowest declared versions work, whether it is slower than before."""

from __future__ import annotations

from release.artifacts.distribution_files import wheel_of
from release.artifacts.distributions import checked
from release.artifacts.install_check import Unfit, Untried
from release.artifacts.last_release import last_published, which_published
from release.base.errors import ReleaseError
from release.base.first_few import rows_of
from release.base.session_advice import sessions_in
from release.context import Context
from release.engine.gate import Gate, Reads, Severity, Verdict
from release.engine.gate_digest import Readings
from release.measuring.dependency_versions import Resolution, try_versions
from release.measuring.docstring_coverage import coverage_in, shortfall
from release.measuring.passes import has_benchmarks, measure, measured_python, sides
from release.measuring.slowdown import Speed

_SESSION = Resolution.LOWEST.session


def _lowest(ctx: Context) -> Verdict:
    """Run the tests with the lowest declared versions, as `nox -s tests-lowest` does."""
    try:
        tried = try_versions(ctx, Resolution.LOWEST)
    except Unfit as unfit:
        return Verdict(False, f"{unfit.what}\n{unfit.why}".rstrip(), unfit.run, log=unfit.log)
    if tried.untried:
        rows = [
            f"{name}: {version} is allowed, but {tried.versions[name]} is the lowest with which the tests run"
            for name, version in sorted(tried.untried.items())
        ]
        return Verdict(
            False, "\n".join(rows), "$EDITOR pyproject.toml      (raise the lower bounds to the tested versions)"
        )
    return Verdict(True, str(tried))


def _performance(ctx: Context) -> Verdict:
    """Compare the wheel that was built with the last release, as `nox -s benchmarks` does with the working tree."""
    wheel = wheel_of(checked(ctx), measured_python(ctx))
    if wheel is None or last_published(ctx, ctx.release.version)[1] is None:
        return Verdict(True, "there is no earlier release to compare with")
    try:
        with sides(ctx, wheel, ctx.release.version) as both:
            judged, _ = measure(both)
    except Untried as untried:
        return Verdict(None, f"{untried.what}\n{untried.why}".rstrip(), log=untried.log)
    except Unfit as unfit:
        return Verdict(False, f"{unfit.what}\n{unfit.why}".rstrip(), unfit.run, log=unfit.log)
    except ReleaseError as error:
        return Verdict(None, f"{error.what}: {error.why}", error.run)
    rows = {speed: [str(each) for each, found in judged if found is speed] for speed in Speed}
    if rows[Speed.SLOWER]:
        return Verdict(False, "\n".join(rows[Speed.SLOWER]), "nox -s profile")
    if rows[Speed.UNKNOWN]:
        why = f"the measurements vary too much: {rows_of(rows[Speed.UNKNOWN])}"
        return Verdict(None, why, "nox -s benchmarks      (on an idle machine)")
    return Verdict(True, f"{len(judged)} numbers are similar to those of {both.version}")


def _documented(ctx: Context) -> Verdict:
    """Compare the share of the public API that has a docstring with [documentation] in release.toml."""
    found = coverage_in(ctx, ctx.root)
    short = shortfall(ctx, found)
    return Verdict(False, short, "nox -s docs-check") if short else Verdict(True, str(found))


def remembered_lowest(ctx: Context) -> str | None:
    """Return what the tests printed with the lowest versions, while nothing that they read has changed."""
    return ctx.memory.recall(LOWEST.name, Readings(ctx).digest(LOWEST.name, READS_OF_TESTS))


def concerning(ctx: Context) -> tuple[Gate, ...]:
    """Return the gates that concern a project: one with dependencies whose noxfile has the session."""
    known = sessions_in(ctx.root / "noxfile.py") or frozenset()
    return (LOWEST,) if ctx.project.dependencies and _SESSION in known else ()


def of_documentation(ctx: Context) -> tuple[Gate, ...]:
    """Return what asks for docstrings, where release.toml says how many."""
    return (DOCUMENTED,) if ctx.config.documentation.minimum or ctx.config.documentation.keep else ()


def of_distributions(ctx: Context) -> tuple[Gate, ...]:
    """Return what is asked of the distributions: performance, where there are benchmarks or release.toml says so."""
    return (PERFORMANCE,) if has_benchmarks(ctx) or ctx.config.performance.imports else ()


READS_OF_TESTS = Reads(("*", "!changelog.d", "!CHANGELOG.md", "!docs", "!release", "!release.toml"), tools=("uv",))
LOWEST = Gate("lowest versions", _lowest, severity=Severity.WARNING, reads=READS_OF_TESTS, heavy=True)
PERFORMANCE = Gate(
    "performance",
    _performance,
    severity=Severity.WARNING,
    reads=Reads(tools=("uv",), keys=("performance", "index"), version=True, committed=True, beside=which_published),
    asked_after=("installs", "sdist installs", "upgrade", "reproducible"),  # which would disturb what is measured
    heavy=True,
)
DOCUMENTED = Gate(
    "documented",
    _documented,
    reads=Reads(("*.py", "*.pyi", "!release", "!tests"), tools=("griffelib",), keys=("documentation",), version=True),
)
EVERY = (DOCUMENTED, LOWEST, PERFORMANCE)
