"""Whether every index answers, takes what this account sends, and has nothing of this version yet."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from packaging.utils import canonicalize_name

from release.config.toml_schema import FILE
from release.context import Context
from release.engine.gate import Gate, Severity, Verdict
from release.versioning.version_advice import next_free

_NONE = "no index is configured"
_STANDARD = {canonicalize_name(name) for name in sys.stdlib_module_names}


def _version_free(ctx: Context) -> Verdict:
    version = ctx.release.version
    for index in ctx.indexes:
        files = index.files(ctx.project.canonical, version)
        if files:
            fact = f"{index.name} has {', '.join(sorted(files))}; an uploaded file cannot be replaced"
            back = (
                "inv abort && " if ctx.release_commit() else ""
            )  # what was begun stands in the way of another version
            return Verdict(False, fact, f"{back}inv release {next_free(ctx, version)}")
    names = " and ".join(index.name for index in ctx.indexes)
    return Verdict(True, f"{names} answered and has no file of {version}" if names else _NONE)


def _name_ours(ctx: Context) -> Verdict:
    """A name is ours when a version that the index has is a tag here; PyPI tells nobody who owns a name."""
    found = filter(None, map(ctx.config.version_of, {**ctx.git.tags(), **ctx.git.remote_refs(ctx.config.remote).tags}))
    ours, facts = set(found), []
    for index in ctx.indexes:
        listed = index.versions(ctx.project.canonical)
        if listed and not listed & ours:
            fact = f"{index.name} has {ctx.project.name} {max(listed)}, but no tag here is one of its versions"
            tag = ctx.tag_of(max(listed))
            run = f"git tag {tag} COMMIT && git push {ctx.config.remote} {tag}"
            return Verdict(
                False, fact, f"{run}      (if it is yours; otherwise choose another name: $EDITOR pyproject.toml)"
            )
        if not listed and index.rules == "pypi" and ctx.project.canonical in _STANDARD:
            fact = f"{index.name} accepts no new project with the name of a standard library module: {ctx.project.name}"
            return Verdict(False, fact, "$EDITOR pyproject.toml")
        facts.append(f"{index.name}: {'ours' if listed else 'free'}")
    return Verdict(True, f"{ctx.project.name} on {', '.join(facts)}" if facts else _NONE)


def _account(ctx: Context) -> Verdict:
    """Send an upload form without a file, which every index refuses; how it refuses tells what it holds of the account.

    A name and password that are accepted may still lack the right to this project: no index lets one ask that.
    """
    facts = []
    for index in ctx.indexes:
        if ctx.job and ctx.job.trusted and index.public and not index.account.password:
            facts.append(f"{index.name}: trusted publishing")
            continue
        variables = f"RELEASE_{index.variable}_PASSWORD or TWINE_PASSWORD"
        status, location = ctx.tools.ask_upload(index.twine_options, index.account)
        if location:
            fact = f"{index.name} answered {status} to an upload: it redirects to {location}; no password is sent there"
            return Verdict(False, fact, f"$EDITOR {FILE}      (upload of {index.name}, if that is its new address)")
        if status == 0:
            fact = f"there is no password for {index.name}: not in {variables}, ~/.pypirc or the keyring"
            return Verdict(False, fact, "export TWINE_USERNAME=... TWINE_PASSWORD=...")
        if status in (401, 403):
            return Verdict(False, f"{index.name} answered {status} to {index.account.told}", index.account.advice)
        facts.append(f"{index.name} accepts {index.account.username or index.account.told}")
    return Verdict(True, ", ".join(facts) or _NONE)


def _age(ctx: Context) -> Verdict:
    """PyPI refuses new files for a version some days after its first one."""
    for index in ctx.indexes:
        files = index.files(ctx.project.canonical, ctx.release.version).values()
        times = [file.uploaded for file in files if file.uploaded]
        if times and index.days and datetime.now(UTC) - min(times) > timedelta(days=index.days):
            fact = f"{index.name} has accepted files of {ctx.release.version} since {min(times):%Y-%m-%d}"
            return Verdict(False, f"{fact}; after {index.days} days it accepts no more", "inv abort --spent")
    return Verdict(True, "every index still accepts files of this version")


VERSION_FREE = Gate("version free", _version_free, essential=True)
_ANSWERING = ("version free",)  # an index that did not answer one question is not asked the others
NAME_OURS = Gate("project name", _name_ours, asked_after=_ANSWERING)
ACCOUNT = Gate("index account", _account, asked_after=_ANSWERING, doubt=Severity.WARNING)
AGE = Gate("upload deadline", _age)
