"""Which plans a commit has, and which of them a person means: each is named by its version, plans/1.3.toml."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import date

from packaging.version import InvalidVersion, Version

from release.adapters.git.git_repository import Git
from release.base.errors import ReleaseError
from release.planning.plan import FOLDER, path_of


class NothingPlanned(ReleaseError):
    """There is no plan of a release that is still to come."""


def plan_names(git: Git, commit: str) -> dict[str, Version]:
    """Return {name: version} of the plans in a commit, by version: {"1.3": 1.3}."""
    paths = git.read("ls-tree", "--name-only", commit, "--", f"{FOLDER}/").splitlines()
    found: dict[str, Version] = {}
    for path in paths:
        name = path.removeprefix(f"{FOLDER}/").removesuffix(".toml")
        if path.endswith(".toml"):
            try:
                found[name] = Version(name)
            except InvalidVersion:
                raise ReleaseError(
                    f"cannot read {path}",
                    why=f'"{name}" is no version; a plan is called {path_of("1.3")}',
                    run=f"git mv {path} {path_of('1.3')}",
                ) from None
    return dict(sorted(found.items(), key=lambda each: each[1]))


def plan_named(names: Mapping[str, Version], wanted: str, main: str) -> str:
    """Return the name of the plan that a person means by 1.3, 1.3.0 or v1.3.0; raise ReleaseError for none."""
    same = [name for name in names if name == wanted or full(names[name]) == wanted.removeprefix("v")]
    if same:
        return same[0]
    near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.4)
    known = f"; did you mean {near[0]}?" if near else f"; plans: {', '.join(names)}" if names else ""
    raise ReleaseError(
        f"cannot find the plan of {wanted}",
        why=f"{main} has no {path_of(wanted)}{known}",
        run=f"inv plan {wanted}" if _plannable(wanted) else f"inv plan {_free(names)}",
    )


def nothing_planned(names: Mapping[str, Version], main: str, past: date | None = None) -> NothingPlanned:
    """Return the error for a main branch without a plan of a release to come, today or on a `past` day."""
    if past:
        none = f"{main} had no plan of a release that was still to come on {past}"
        return NothingPlanned("nothing was planned", why=none, run=f"git log --first-parent {main} -- {FOLDER}")
    why = f"{main} has no plan of a release that is still to come"
    return NothingPlanned("nothing is planned", why=why, run=f"inv plan {_free(names)}")


def full(version: Version) -> str:
    """Return the version of the final release: 1.3.0 for 1.3."""
    return f"{version.major}.{version.minor}.{version.micro}"


def _plannable(wanted: str) -> bool:
    try:
        version = Version(wanted)
    except InvalidVersion:
        return False
    return not (version.is_prerelease or version.is_postrelease or version.epoch or len(version.release) > 3)


def _free(names: Mapping[str, Version]) -> str:
    """Return a version that has no plan yet, for the command that writes one: the next minor one, else 1.3."""
    last = max(names.values(), default=Version("1.2"))
    return f"{last.major}.{last.minor + 1}"
