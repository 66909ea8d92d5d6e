"""nox -s tests-lowest and tests-newest: the tests with other versions of the dependencies."""

from __future__ import annotations

from release.context import Context
from release.engine.gate_digest import Readings
from release.gates.measured_project import LOWEST, READS_OF_TESTS
from release.measuring.dependency_versions import Resolution, try_versions, without_lower_bound


def run_tests_with(ctx: Context, resolution: Resolution) -> None:
    """Run the tests with these versions, print which those are; raise Unfit where they do not work."""
    if not ctx.project.dependencies:
        ctx.report.line("ok", resolution.session, "the project has no dependencies: nothing to test")
        return
    digest = Readings(ctx).digest(LOWEST.name, READS_OF_TESTS)
    tried = try_versions(ctx, resolution)
    ctx.report.line("ok", resolution.session, str(tried))
    if resolution is Resolution.NEWEST:
        return
    for name, version in sorted(tried.untried.items()):
        fact = f"{version} is declared; {tried.versions[name]} is the lowest with which the tests run"
        ctx.report.line("warn", name, fact)
    for name in without_lower_bound(ctx):
        ctx.report.line("warn", name, "has no lower bound: an installer may choose any old version")
    if not tried.untried:
        ctx.memory.keep(LOWEST.name, digest, str(tried))
