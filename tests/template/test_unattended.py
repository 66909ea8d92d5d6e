"""The examples for updates without anybody: what is written there is parsed and run as it stands."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.evolution import NEW, Evolution
from tests.support.world import REPOSITORY

PAGE = (REPOSITORY / "docs" / "updating.md").read_text(encoding="utf-8")
GITHUB, GITLAB, RENOVATE = re.findall(r"```(?:yaml|json)\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def evolution(evolution: Evolution) -> Evolution:
    """A project with a remote; its checks are off, for they take their time."""
    project = evolution.project
    project.commit("no checks", **{"release.toml": "quality = []\n"})
    project.git("init", "--quiet", "--bare", project.remote)
    project.git("config", "receive.advertisePushOptions", "true", cwd=project.remote)
    project.git("remote", "add", "origin", project.remote)
    project.git("push", "--quiet", "--set-upstream", "origin", "main")
    return evolution


def types(evolution: Evolution, script: str, **env: str) -> str:
    """Run a script as CI does, in a fresh clone of the remote; return what it printed."""
    project = evolution.project
    clone = project.remote.parent / "clone"
    if not clone.exists():
        project.git("clone", "--quiet", project.remote, clone)
    ran = project.run("bash", "-euo", "pipefail", "-c", script, cwd=clone, env=env)
    assert ran.code == 0, ran.text
    return ran.text


def test_github_runs_the_update_and_opens_a_request_once(evolution: Evolution, tmp_path: Path) -> None:
    workflow: dict[str, Any] = yaml.safe_load(GITHUB)
    steps = workflow["jobs"]["update"]["steps"]
    ours = yaml.safe_load(
        re.sub(r"\{%.*?%\}", "", (REPOSITORY / "template/.github/workflows/ci.yml.jinja").read_text())
    )
    assert [step["uses"] for step in steps[:2]] == [step["uses"] for step in ours["jobs"]["session"]["steps"][:2]]
    said, opened = tmp_path / "said", tmp_path / "opened"
    program = tmp_path / "bin" / "gh"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >> {said}\n[ "$2" = create ] && touch {opened}\n[ -e {opened} ]\n')
    program.chmod(0o755)
    path = f"{program.parent}:{evolution.project.environment()['PATH']}"

    types(evolution, steps[-1]["run"], PATH=path)
    types(evolution, steps[-1]["run"], PATH=path)

    view, create = "pr view template/0.2.0", "pr create --fill --head template/0.2.0"
    assert said.read_text().splitlines() == [view, create, view]
    answers = evolution.project.git("show", "template/0.2.0:.copier-answers.yml", cwd=evolution.project.remote)
    assert f"_commit: {NEW}\n" in answers


def test_github_opens_nothing_when_there_is_nothing(evolution: Evolution, tmp_path: Path) -> None:
    evolution.project.inv("update", "--yes")
    evolution.project.git("checkout", "--quiet", "HEAD^", "--", "constraints.txt")  # the new ones are made up
    evolution.project.commit("versions that exist")
    evolution.project.git("push", "--quiet")

    told = types(evolution, yaml.safe_load(GITHUB)["jobs"]["update"]["steps"][-1]["run"])

    assert "nothing to update" in told
    assert [ref for ref in evolution.project.remote_refs() if ref.startswith("refs/")] == ["refs/heads/main"]


def test_gitlab_pushes_with_what_opens_a_request(evolution: Evolution, tmp_path: Path) -> None:
    """A hook of the remote sees the push options; a pipeline begins with a detached HEAD."""
    lines = yaml.safe_load(GITLAB)["update"]["script"]
    options = tmp_path / "options"
    hook = evolution.project.remote / "hooks" / "post-receive"
    hook.write_text(f'#!/bin/sh\necho "$GIT_PUSH_OPTION_0" > {options}\n')
    hook.chmod(0o755)
    # The installations are the machine's here, and the address is of this test.
    script = [line for line in lines if not line.startswith(("python -m pip", "uv python", "git remote"))]
    assert len(script) == len(lines) - 3

    types(evolution, "\n".join(["git checkout --quiet --detach", *script]), CI_COMMIT_BRANCH="main")

    assert options.read_text() == "merge_request.create\n"
    assert "refs/heads/template/0.2.0" in evolution.project.remote_refs()


def test_renovate_runs_what_needs_no_trust(evolution: Evolution) -> None:
    assert json.loads(RENOVATE)["copier"] == {"enabled": True}
    command = ["copier", *re.findall(r"`copier (update --skip-answered --defaults)`", PAGE)[0].split()]

    ran = evolution.project.run(*command, "--answers-file", ".copier-answers.yml", "--vcs-ref", NEW)

    assert ran.code == 0, ran.text
    assert f"_commit: {NEW}\n" in evolution.read(".copier-answers.yml")
    assert evolution.project.git("ls-files", "--unmerged") == ""
