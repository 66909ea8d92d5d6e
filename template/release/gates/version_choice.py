"""Whether the version may be the next one of its line, and is large enough for what changed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

from packaging.version import Version

from release.adapters.git.marks import RELEASE
from release.base.errors import ReleaseError
from release.base.first_few import rows_of
from release.config.towncrier_config import read_fragments
from release.config.version_copies import contradicting
from release.config.version_file import declared, from_tags, unreadable
from release.context import Context
from release.engine.gate import Gate, Reads, Severity, Verdict
from release.repository.exported_tree import exported
from release.values.bump import Bump
from release.values.fragment import bump_of
from release.values.version_numbers import bump_between, bumped, parse_version, series
from release.versioning.next_version import last_final
from release.versioning.version_advice import next_free

_NAMING = ("*.py", "pyproject.toml", "setup.cfg", "Cargo.toml", "meson.build", "!release", "!tests")


def _higher(ctx: Context) -> Verdict:
    version = ctx.release.version
    names = set(ctx.git.tags()) | set(ctx.git.remote_refs(ctx.config.remote).tags)
    if ctx.git.tags().get(ctx.release.tag, "") == ctx.release_commit():
        names.discard(ctx.release.tag)  # ours, made by a command that was stopped before it was pushed
    taken = {found: name for name in names if (found := ctx.config.version_of(name))}
    if ctx.release.line != ctx.config.branch:  # a line goes on below what others have released
        taken = {found: name for found, name in taken.items() if series(found) == series(version)}
    highest = max((each for each in taken if each <= version or not _left_behind(ctx, each, taken)), default=None)
    if highest is None:
        return Verdict(True, f"{version} is the first version")
    if version > highest:
        return Verdict(True, f"{version} is higher than {taken[highest]}")
    return Verdict(False, f"{version} is not higher than {taken[highest]}", f"inv release {next_free(ctx, highest)}")


def _left_behind(ctx: Context, version: Version, taken: Mapping[Version, str]) -> bool:
    """Return whether a pre-release was given up: its history went on to a final below it, as 1.0.0b0 before 0.13.0."""
    if not version.is_prerelease:
        return False
    later = ctx.git.look("tag", "--contains", f"refs/tags/{taken[version]}").out.split()
    return any(each < version and not each.is_prerelease for each in filter(None, map(ctx.config.version_of, later)))


def _agreed(ctx: Context) -> Verdict:
    """Compare the version that the build takes with what the project's own code and documentation say."""
    ours = ctx.project.version
    table = tomllib.loads((ctx.root / "pyproject.toml").read_text(encoding="utf-8"))
    if ours is None:
        if from_tags(ctx.root, table):
            return Verdict(True, "the build backend takes the version from the tag")
        fact = f"the version is neither in a file that can be written nor in the tag: {unreadable(ctx.root, table)}"
        return Verdict(False, fact, "$EDITOR pyproject.toml      (state version in [project])")
    tracked = [path for path in ctx.git.read("ls-files", "-z").split("\0") if path]
    other = contradicting(ctx.root, tracked, ours)
    if other:
        main = declared(ctx.root, table)
        where = main.path if main else "pyproject.toml"
        return Verdict(False, f"{where} says {ours}, {other.path} says {other.version}", f"$EDITOR {other.path}")
    return Verdict(True, f"{ours} in every file that states a version")


def _large_enough(ctx: Context) -> Verdict:
    """Compare the version with what the fragments' types ask for."""
    if stray := _stray(ctx):
        return stray
    before = last_final(ctx)
    if before is None:
        return Verdict(True, "the first release may have any version")
    try:
        fragments = read_fragments(ctx.root, ctx.project.notes)
    except ReleaseError as error:
        return Verdict(True, f"not known: a fragment cannot be read: {error.why}")
    wanted = bump_of(fragments, before)
    made = bump_between(before, ctx.release.version)
    kinds = sorted({each.kind for each in fragments})
    if made.rank < wanted.rank:
        fact = f"{ctx.release.version} is a {made.value} release after {before}"
        fact += f"; its fragments ({', '.join(kinds)}) require a {wanted.value} release"
        return Verdict(False, fact, f"inv release {wanted.value}      ({bumped(before, wanted)})")
    return Verdict(True, f"a {made.value} release for {', '.join(kinds) or 'no fragment'}")


def _stray(ctx: Context) -> Verdict | None:
    """Look for a tag between the last release of this process and the next version, which it would be counted from."""
    head = next(iter(ctx.heads(ctx.release.line)), None)
    if head is None:
        return None
    marked = (parse_version(trailer.partition(": ")[2]) for _, trailer in ctx.git.marks.trailers((RELEASE,), head))
    last = max((each for each in marked if not each.is_prerelease), default=None)
    here, remote_tags = ctx.git.tags(), ctx.git.remote_refs(ctx.config.remote).tags
    for tag, commit in {**remote_tags, **here}.items():
        version = ctx.config.version_of(tag)
        between = last and version and not version.is_prerelease and last < version < ctx.release.version
        if between and ctx.git.commit_of(commit) and ctx.git.contains(head, commit):
            remote = ctx.config.remote
            run = [f"git push {remote} --delete {tag}"] * (tag in remote_tags) + [f"git tag --delete {tag}"] * (
                tag in here
            )
            fact = f"{tag} stands on {commit[:7]}, not a release of this process; without it the next counts from"
            skipping = f'inv release {ctx.release.version} --skip "large enough", if it was released with another tool'
            return Verdict(False, f"{fact} {last}", f"{' && '.join(run)}      (or {skipping})")
    return None


def _api(ctx: Context) -> Verdict:
    """Compare the public names with those of the last final release; what is gone or changed asks for a larger bump."""
    before = last_final(ctx)
    if before is None:
        return Verdict(True, "there is no earlier release to compare with")
    tag, version = ctx.tag_of(before), ctx.release.version
    with exported(ctx.git, f"refs/tags/{tag}") as old:
        breaks = ctx.tools.api_breaks(old, ctx.root)
    if not breaks:
        return Verdict(True, f"everything in the API of {before} is still there")
    made = bump_between(before, version)
    wanted = bump_of_break(before)
    told = rows_of(breaks)
    count = f"{len(breaks)} change" + ("s" if len(breaks) > 1 else "")
    if made.rank >= wanted.rank:
        return Verdict(True, f"{count} that can break users, in a {made.value} release")
    strict = before.major > 0 or ctx.config.strict_api
    fact = f"{count} since {before} can break users; {version} is a {made.value} release\n{told}"
    run = f"inv release {wanted.value}      ({bumped(before, wanted)})"
    return Verdict(False, fact, run, severity=Severity.BLOCKING if strict else Severity.WARNING)


def bump_of_break(before: Version) -> Bump:
    """Return the bump that a breaking change asks for: minor before 1.0 (https://semver.org, item 4)."""
    return Bump.MAJOR if before.major else Bump.MINOR


_CODE = ("*.py", "*.pyi", "!release", "!tests", "!tasks.py", "!noxfile.py")

HIGHER = Gate("version order", _higher, essential=True)
AGREED = Gate("matching versions", _agreed, reads=Reads(_NAMING))
LARGE_ENOUGH = Gate("bump size", _large_enough)
API = Gate("api", _api, reads=Reads(_CODE, tools=("griffelib",), keys=("strict_api",), version=True), heavy=True)
