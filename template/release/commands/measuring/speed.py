"""nox -s benchmarks and profile: this working tree beside the last release on the index."""

from __future__ import annotations

from pathlib import Path

from release.artifacts.entry_point import pack
from release.base.errors import ReleaseError
from release.base.temporary_folders import temporary_folder
from release.context import Context
from release.measuring.passes import measure, sides
from release.measuring.profiles import Row, functions, imported
from release.measuring.slowdown import Speed, duration

_TOP = 10  # rows of a profile


def compare_speed(ctx: Context) -> None:
    """Print every number beside that of the last release; raise ReleaseError where one is slower or not known."""
    with temporary_folder() as folder, sides(ctx, pack(ctx, Path(folder))) as both:
        judged, alone = measure(both)
    for comparison, speed in judged:
        ctx.report.line({Speed.SLOWER: "no"}.get(speed, speed.value), "speed", str(comparison))
    for name, seconds in alone.items():
        ctx.report.line("ok", "speed", f"{name}: {duration(seconds)}; there is nothing to compare it with")
    bad = [str(each) for each, speed in judged if speed is Speed.SLOWER]
    unknown = [each.name for each, speed in judged if speed is Speed.UNKNOWN]
    if bad:
        raise ReleaseError(f"slower than {both.version}", why="; ".join(bad), run="nox -s profile")
    if unknown:
        why = f"the measurements vary too much: {', '.join(unknown)}"
        raise ReleaseError("the speed is unknown", why=why, run="nox -s benchmarks      (on an idle machine)")


def show_profile(ctx: Context) -> None:
    """Print the modules that take longest to import, and the functions that take longest, beside the last release."""
    with temporary_folder() as folder, sides(ctx, pack(ctx, Path(folder))) as both:
        where = "while the benchmarks run" if both.benchmarks else "while it is imported"
        tables = {
            "import time by module": imported(both, _TOP),
            f"functions of {ctx.project.name}, {where}": functions(both, _TOP),
        }
    before = f"in {both.version}" if both.version else "(there is no release on an index to compare with)"
    for title, rows in tables.items():
        ctx.report.say(f"\n{title}: own time now, and {before}")
        for row in rows:
            ctx.report.say(f"  {duration(row.now):>9}  {_before(row):>9}  {row.name}")


def _before(row: Row) -> str:
    return "-" if row.before is None else duration(row.before)
