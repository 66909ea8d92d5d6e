"""Whether the indexes serve the very bytes that were built, and whether an installer gets the version from them."""

from __future__ import annotations

from dataclasses import replace

from release.artifacts.distribution_files import packages, wheel_of
from release.artifacts.distributions import checked, recorded
from release.artifacts.install_check import login_for, try_out
from release.context import Context
from release.engine.gate import Gate, Verdict


def _bytes(ctx: Context) -> Verdict:
    """Download every file and compare: an index may list one hash and serve another file."""
    ours = recorded(ctx)
    for index in ctx.indexes:
        files = index.files(ctx.project.canonical, ctx.release.version)
        for each in ours:
            if each.name not in files:
                return Verdict(False, f"{index.name} does not serve {each.name}", "inv status")
            served = index.download_sha256(files[each.name])
            if served != each.sha256:
                fact = f"{index.name} serves {each.name} with sha256 {served}, the tag records {each.sha256}"
                return Verdict(False, fact, "inv status")
    names = " and ".join(index.name for index in ctx.indexes)
    return Verdict(True, f"{names} serves the files that were built" if names else "no index is configured")


def _installable(ctx: Context) -> Verdict:
    wheel = wheel_of(checked(ctx))
    python = ctx.pythons[-1]
    requirement = f"{ctx.project.canonical}=={ctx.release.version}"
    for index in ctx.indexes:
        words = ["--refresh-package", ctx.project.canonical, *index.installer_options, requirement]
        login = login_for(index, ctx.project.canonical)
        verdict = try_out(ctx, python, [words], packages(wheel) if wheel else (), login)
        if not verdict.met:
            return replace(verdict, fact=f"{requirement} from {index.name}: {verdict.fact}")
    return Verdict(True, f"{requirement} installs from the index and runs" if ctx.indexes else "no index is configured")


BYTES = Gate("published files", _bytes)
INSTALLABLE = Gate("install from index", _installable)
