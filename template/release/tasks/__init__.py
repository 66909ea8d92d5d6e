"""The Invoke tasks: their arguments; the work is done in commands/."""

from __future__ import annotations

# ruff: noqa: E402 - first of all, since the imports below find what sys.path finds first
from release.base import module_path

module_path.apply()

from release.engine.custom_gates import gate
from release.tasks.approval_tasks import approve, follow_up, gates, hotfix, waive
from release.tasks.branch_tasks import backport, freeze, merge_back, thaw
from release.tasks.insight_tasks import accuracy, analysis, compare, history, metrics, pages, retrospective
from release.tasks.monitoring_tasks import builds, published, watch
from release.tasks.overview_tasks import show_help, show_version
from release.tasks.planning_tasks import (
    calendar,
    due,
    forecast,
    health,
    plan,
    prioritise,
    risks,
    scope,
    timeline,
)
from release.tasks.readiness_tasks import check, defer, doctor, preflight, readiness, runbook, support, test_plan
from release.tasks.release_tasks import (
    abort,
    build,
    bump,
    note,
    notes,
    publish,
    rehearse,
    release,
    status,
    yank,
)
from release.tasks.setup_tasks import setup
from release.tasks.template_tasks import adopt, update
from release.tasks.verification_tasks import announce, verify

__all__ = [
    "abort",
    "accuracy",
    "adopt",
    "analysis",
    "announce",
    "approve",
    "backport",
    "build",
    "builds",
    "bump",
    "calendar",
    "check",
    "compare",
    "defer",
    "doctor",
    "due",
    "follow_up",
    "forecast",
    "freeze",
    "gate",
    "gates",
    "health",
    "history",
    "hotfix",
    "merge_back",
    "metrics",
    "note",
    "notes",
    "pages",
    "plan",
    "preflight",
    "prioritise",
    "publish",
    "published",
    "readiness",
    "rehearse",
    "release",
    "retrospective",
    "risks",
    "runbook",
    "scope",
    "setup",
    "show_help",
    "show_version",
    "status",
    "support",
    "test_plan",
    "thaw",
    "timeline",
    "update",
    "verify",
    "waive",
    "watch",
    "yank",
]
