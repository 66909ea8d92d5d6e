"""inv test-plan: what the changes of the next release ask to be tested, by which evidence, and who does it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from packaging.version import Version

from release.base.errors import ReleaseError
from release.context import Context
from release.current_release import start
from release.gate_order import DISTRIBUTIONS, before_all
from release.insight.release_changes import ReleaseChanges, release_changes
from release.insight.tests_asked import KINDS, AskedTest, asked_tests
from release.planning.moment import moment_of
from release.planning.people_checks import CheckState, check_states
from release.planning.planned_release import PlannedRelease, next_planned
from release.planning.prose import as_json, columns, escaped, table
from release.values.bump import Bump
from release.values.release import Release
from release.values.version_numbers import ZERO, bumped, series
from release.versioning.next_version import last_final

_SMOKE = "installs"  # the gate that runs `smoke` of release.toml, where the distribution was installed


def show(ctx: Context, at: str = "", *, json: bool = False, markdown: bool = False) -> str:
    """Return the test plan of the next release of this line, at a moment.

    Raises ReleaseError where there is no commit yet.
    """
    release = _planned(ctx, at)
    taken, head, since = _past(ctx, release, at) if at else _now(ctx, release)
    changes = release_changes(ctx, since, head)
    checks = check_states(ctx, release) if release else []
    names = [each.check.name for each in checks]
    found = asked_tests(changes, _gates(taken), _folders(ctx, head), names, _measured(release))
    title = f"{taken.release}: what its changes ask to be tested, " + (
        f"since {changes.since}" if changes.since else "for a first release"
    )
    title += f"; as of {at}" if at else ""
    if json:
        return as_json(_document(str(taken.release.version), changes, found, checks))
    return _markdown(title, changes, found, checks) if markdown else _text(title, changes, found, checks)


def _now(ctx: Context, release: PlannedRelease | None) -> tuple[Context, str, str]:
    """Return the context with the next release in hand, the newest commit of its line, and the last final's tag."""
    taken = ctx.taking(start(ctx, _full(release.version) if release else "auto"))
    head = next(iter(ctx.heads(ctx.line)), None)
    if head is None:
        raise ReleaseError("cannot plan the tests", why=f"{ctx.line} has no commit", run="git status")
    last = last_final(taken)
    return taken, head, ctx.tag_of(last) if last else ""


def _past(ctx: Context, release: PlannedRelease | None, at: str) -> tuple[Context, str, str]:
    """Return what `_now` does as it was at a moment; without a plan then, the release is the minor one that came next.

    The gates are those of today.
    """
    head = release.line if release else moment_of(ctx.git, ctx.config, at).main
    finals = [each for each in map(ctx.config.version_of, ctx.git.tags(merged=head)) if each and not each.is_prerelease]
    last = release.base if release else max(finals, default=None)
    version = Version(_full(release.version)) if release else bumped(last or ZERO, Bump.MINOR)
    taken = ctx.taking(Release(ctx.project.canonical, version, ctx.config.branch, ctx.config.tag_of(version)))
    return taken, head, ctx.tag_of(last) if last else ""


def _planned(ctx: Context, at: str) -> PlannedRelease | None:
    """Return the next planned release where this branch gives it: main, or the release branch of its series."""
    found = next_planned(ctx, at)
    if found is None:
        return None
    return found if ctx.line in (ctx.config.branch, ctx.config.lines.replace("{line}", series(found.version))) else None


def _full(version: Version) -> str:
    return f"{version.major}.{version.minor}.{version.micro}"


def _gates(ctx: Context) -> list[str]:
    """Return the names of what is asked before the release; what only runs with `smoke` counts where there is one."""
    every = [each.name for each in (*before_all(ctx), *DISTRIBUTIONS)]
    off = {each.name for each in ctx.config.gates if each.severity == "off"}
    ctx.tools.close()
    return [each for each in dict.fromkeys(every) if each not in off and (each != _SMOKE or ctx.config.smoke)]


def _folders(ctx: Context, head: str) -> list[str]:
    """Return the folders and modules below the tests in a commit, by name."""
    listing = ctx.git.read("ls-tree", "-r", "--name-only", head, "--", "tests", "test").splitlines()
    names = {part for path in listing for part in path.removesuffix(".py").split("/")[1:]}
    return sorted(name.removeprefix("test_") for name in names)


def _measured(release: PlannedRelease | None) -> int:
    return sum(bool(each.run) for each in release.plan.objective) if release else 0


def _rows(found: Sequence[AskedTest]) -> list[tuple[str, str, str, str]]:
    rows = []
    for each in found:
        evidence = "; ".join(each.evidence)
        gap = each.gap.replace(evidence, "all of these") if evidence else each.gap
        by = "; ".join(filter(None, (", ".join(each.by), gap))) or "not covered"
        rows.append((each.state, each.kind, by, evidence))
    return rows


def _people(checks: Sequence[CheckState]) -> list[tuple[str, str, str, str]]:
    return [(each.state, "by people", each.check.name, each.fact) for each in checks]


def _text(title: str, changes: ReleaseChanges, found: Sequence[AskedTest], checks: Sequence[CheckState]) -> str:
    rows = columns([*_rows(found), *_people(checks)]) or ["  no changes that require a test"]
    lines = [title, "", *rows, *(["", *changes.doubts] if changes.doubts else [])]
    missing = next((each.kind for each in found if each.state == "missing"), "")
    if missing:
        lines += ["", f"next: $EDITOR release.toml      (a [[gates]] named {missing}, or a [[check]] of the plan)"]
    return "\n".join(lines)


def _markdown(title: str, changes: ReleaseChanges, found: Sequence[AskedTest], checks: Sequence[CheckState]) -> str:
    head = ("State", "Kind", "Done by", "Asked for by")
    doubts = ["", *map(escaped, changes.doubts)] if changes.doubts else []
    return "\n".join([f"# {escaped(title)}", "", *table(head, [*_rows(found), *_people(checks)]), *doubts])


def _document(
    version: str, changes: ReleaseChanges, found: Sequence[AskedTest], checks: Sequence[CheckState]
) -> dict[str, Any]:
    asked = {each.kind for each in found}
    return {
        "release": version,
        "since": changes.since or None,
        "tests": [
            {"kind": each.kind, "state": each.state, "by": each.by, "gap": each.gap or None, "evidence": each.evidence}
            for each in found
        ],
        "not_asked": [kind for kind in KINDS if kind not in asked],
        "people": [{"name": each.check.name, "stage": each.check.stage, "state": each.state} for each in checks],
        "doubts": changes.doubts,
    }
