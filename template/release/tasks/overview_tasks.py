"""The Invoke tasks that answer for the project where Invoke answers for itself: `inv help`, `inv version`."""

from __future__ import annotations

import sys
from pathlib import Path

from invoke.context import Context as Invocation
from invoke.tasks import task

from release.tasks.invoke_support import load, told
from release.tasks.task_arguments import Worded

GROUPS = {
    "to begin with": ("status", "note", "preflight", "rehearse", "release"),
    "see": ("status", "notes", "preflight", "doctor", "gates", "verify"),
    "plan": (
        "plan",
        "scope",
        "health",
        "forecast",
        "calendar",
        "timeline",
        "due",
        "prioritise",
        "defer",
        "risks",
        "check",
        "test-plan",
        "readiness",
        "runbook",
        "support",
    ),
    "release": ("note", "rehearse", "release", "abort", "yank", "announce"),
    "release step by step": ("bump", "build", "publish"),
    "after a release": (
        "watch",
        "published",
        "builds",
        "metrics",
        "history",
        "compare",
        "retrospective",
        "analysis",
        "accuracy",
        "pages",
    ),
    "release branches": ("freeze", "thaw", "approve", "waive", "backport", "merge-back"),
    "emergencies": ("hotfix", "follow-up"),
    "the release process itself": ("setup", "adopt", "update"),
}


@task(name="help", klass=Worded, positional=["name"], help={"name": "the task whose options to show"})
@told
def show_help(c: Invocation, name: str | None = None) -> None:
    """Show the tasks by what they are for, or one task's options."""
    from release import tasks
    from release.base.shell import run

    if name:  # in a process of its own: Invoke takes the texts of the options out of a task when it reads them
        print(run([sys.executable, "-m", "invoke", "--help", name], cwd=Path.cwd()).require("inv --list").out, end="")
        return
    print(f"{_version()}\n")
    for group, names in GROUPS.items():
        print(f"{group}:")
        for each in names:
            found = getattr(tasks, each.replace("-", "_"))
            print(f"  {each:<11}  {(found.__doc__ or '').splitlines()[0]}")
    print("\ninv --list also shows tasks of your own; inv --help TASK shows the options of one")


@task(name="version")
@told
def show_version(c: Invocation) -> None:
    """Show the version of the project, and its newest release."""
    from release.config.engine_place import engine_place

    print(_version())
    if engine_place().installed:
        print(f"released by {engine_place()}")


def _version() -> str:
    """Return "acme 1.3.0.dev0, newest release 1.2.0", by the tags of this clone."""
    ctx = load(write=False)
    found = [version for version in map(ctx.config.version_of, ctx.git.tags()) if version]
    here = f" {ctx.project.version}" if ctx.project.version else ""
    return f"{ctx.project.name}{here}" + (f", newest release {max(found)}" if found else "")
