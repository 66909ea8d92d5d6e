"""What the documents promise exists: tasks, sessions, keys, and the two commands of the README."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from release import tasks
from release.config.assistant_config import AssistantConfig
from release.config.channel_config import ChannelConfig
from release.config.demands_config import DemandsConfig
from release.config.forge_config import ForgeConfig
from release.config.freeze_config import FreezeConfig
from release.config.hotfix_config import HotfixConfig
from release.config.index_config import IndexConfig
from release.config.metrics_config import DocumentationConfig, MetricsConfig, PerformanceConfig
from release.config.planning_config import CalendarConfig, HealthConfig, PlanConfig
from release.config.release_toml import Config
from release.config.retry_config import RetryConfig
from release.config.stages import GateConfig, RoleConfig, StageConfig, TypeConfig
from release.config.watch_config import WatchConfig
from release.config.wheels_config import WheelsConfig
from release.gate_order import EVERY
from release.planning.plan import Action, DatesTable, Deferred, Item, Objective, PersonCheck, Plan, Risk
from release.values.gate_names import all_names
from tests.support.world import NOXFILE, REPOSITORY

PAGES = [
    REPOSITORY / "README.md",
    REPOSITORY / "template" / "RELEASING.md.jinja",
    REPOSITORY / "CONTRIBUTING.md",
    REPOSITORY / "SECURITY.md",
    *sorted((REPOSITORY / "docs").glob("*.md")),
]


def sessions(path: Path) -> set[str]:
    """Return the names of the sessions that a noxfile defines."""
    names = set()
    text = re.sub(r"\{%.*?%\}", "", path.read_text(encoding="utf-8"))  # the template's own conditions
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and any("session" in ast.unparse(word) for word in node.decorator_list):
            names.add(node.name.replace("_", "-"))
    return names


def mentions(pattern: str) -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for found in re.findall(pattern, page.read_text(encoding="utf-8")):
            yield page.name, found


def test_every_task_in_the_documents_exists() -> None:
    known = {getattr(tasks, name).name for name in tasks.__all__ if name != "gate"}
    assert {name for _, name in mentions(r"\binv ([a-z][a-z-]+)")} <= {name.replace("_", "-") for name in known}


def test_every_session_in_the_documents_exists() -> None:
    known = sessions(REPOSITORY / "noxfile.py") | sessions(REPOSITORY / "template" / NOXFILE)
    known |= sessions(REPOSITORY / "template" / "release" / "sessions.py")

    assert {name for _, name in mentions(r"\bnox -s ([a-z-]+)")} <= known


@pytest.mark.parametrize(
    "table",
    [
        Config,
        DemandsConfig,
        IndexConfig,
        RetryConfig,
        GateConfig,
        FreezeConfig,
        HotfixConfig,
        TypeConfig,
        StageConfig,
        RoleConfig,
        ForgeConfig,
        ChannelConfig,
        CalendarConfig,
        HealthConfig,
        PlanConfig,
        MetricsConfig,
        WatchConfig,
        AssistantConfig,
        PerformanceConfig,
        DocumentationConfig,
        WheelsConfig,
    ],
)
def test_the_documentation_explains_every_key_as_the_schema_does(table: type) -> None:
    page = (REPOSITORY / "docs" / "configuration.md").read_text(encoding="utf-8")

    for key in (each for each in fields(table) if "doc" in each.metadata):
        assert re.search(rf"^\| `{key.name}` \| .* \| {re.escape(key.metadata['doc'])} \|$", page, re.MULTILINE), (
            key.name
        )


@pytest.mark.parametrize("table", [Plan, DatesTable, Item, Deferred, Risk, Objective, PersonCheck, Action])
def test_the_documentation_explains_every_key_of_a_plan(table: type) -> None:
    page = (REPOSITORY / "docs" / "planning.md").read_text(encoding="utf-8")

    for key in (each for each in fields(table) if "doc" in each.metadata):
        assert re.search(rf"^\| `{key.name}` \| .* \| {re.escape(key.metadata['doc'])} \|$", page, re.MULTILINE), (
            key.name
        )


def test_ci_runs_exactly_the_test_command_of_the_readme() -> None:
    commands = re.findall(
        r"^(python3 -m venv .*)$", (REPOSITORY / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    script = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8").splitlines()

    assert len(commands) == 2
    assert script[-1] == commands[1]


def test_a_clone_without_tags_gets_those_of_its_release_commits(tmp_path: Path) -> None:
    def run(*words: str) -> str:
        return subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    for name in ("noxfile.py", "constraints.txt"):
        shutil.copy(REPOSITORY / name, tmp_path)
    run("git", "init", "--quiet")
    for words in (
        "start",
        "Release keelway 0.1.0\n\nRelease: 0.1.0",
        "more",
        "Release keelway 0.2.0\n\nRelease: 0.2.0",
    ):
        who = ["-c", "user.name=Ada Lovelace", "-c", "user.email=ada@example.org"]
        run("git", *who, "commit", "--quiet", "--allow-empty", f"--message={words}")
    run("git", "tag", "v0.1.0", "HEAD~2")

    for _ in range(2):
        run(sys.executable, "-m", "nox", "-s", "tags")
        names = "%(refname:short) %(subject)"
        assert run("git", "for-each-ref", f"--format={names}", "refs/tags").splitlines() == [
            "v0.1.0 Release keelway 0.1.0",
            "v0.2.0 Release keelway 0.2.0",
        ]


def test_every_gate_is_explained() -> None:
    page = (REPOSITORY / "docs" / "preflight.md").read_text(encoding="utf-8")

    assert [gate.name for gate in EVERY if f"`{gate.name}`" not in page] == []


def test_every_old_name_of_a_gate_is_in_the_documentation() -> None:
    page = (REPOSITORY / "docs" / "preflight.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z ]+)` \| `([a-z ]+)` \|$", page, re.MULTILINE)

    assert rows == [(old, gate.name) for gate in EVERY for old in all_names(gate.name)[1:]]
