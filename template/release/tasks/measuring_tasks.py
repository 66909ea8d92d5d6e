"""The Invoke tasks that measure a project: `python -m release.tasks.measuring_tasks lowest`, by nox."""

from __future__ import annotations

from invoke.collection import Collection
from invoke.context import Context as Invocation
from invoke.program import Program
from invoke.tasks import task

from release.tasks.invoke_support import load, told


@task
@told
def lowest(c: Invocation) -> None:
    """Run the tests with the lowest versions of the dependencies that pyproject.toml declares."""
    from release.commands.measuring.tests_with_versions import run_tests_with
    from release.measuring.dependency_versions import Resolution

    run_tests_with(load(write=True), Resolution.LOWEST)


@task
@told
def newest(c: Invocation) -> None:
    """Run the tests with the newest versions of the dependencies, pre-releases among them."""
    from release.commands.measuring.tests_with_versions import run_tests_with
    from release.measuring.dependency_versions import Resolution

    run_tests_with(load(write=True), Resolution.NEWEST)


@task
@told
def benchmarks(c: Invocation) -> None:
    """Compare the import time and the benchmarks with those of the last release on the index."""
    from release.commands.measuring.speed import compare_speed

    compare_speed(load(write=True))


@task
@told
def profile(c: Invocation) -> None:
    """Show which modules take longest to import and which functions to run, beside the last release."""
    from release.commands.measuring.speed import show_profile

    show_profile(load(write=True))


@task
@told
def documentation(c: Invocation) -> None:
    """Check docstrings, examples and links of the documentation against the wheel of the working tree."""
    from release.commands.measuring.documentation_check import check_documentation

    check_documentation(load(write=True))


if __name__ == "__main__":
    Program(
        namespace=Collection(lowest, newest, benchmarks, profile, documentation), name="measuring", binary="measuring"
    ).run()
