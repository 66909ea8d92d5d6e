"""The matrix: what nox lists becomes the jobs of a forge, and a Python more is a job more."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from release.ci_matrix import AFTER, SessionJob, after, for_github, for_gitlab, for_release, jobs_of
from release.config.forge_config import ForgeConfig
from release.config.release_toml import Config
from release.config.wheels_config import WheelsConfig
from tests.support.world import render


def listing(*rows: tuple[str, str, str | None]) -> str:
    return json.dumps([{"session": session, "name": name, "python": python} for session, name, python in rows])


LISTED = listing(
    ("lint", "lint", "3.13"),
    ("tests-3.12", "tests", "3.12"),
    ("tests-3.13", "tests", "3.13"),
    (AFTER, AFTER, "3.13"),
    ("links", "links", None),
)


def test_a_session_of_several_pythons_runs_on_every_system_and_any_other_on_the_first() -> None:
    assert jobs_of(LISTED, ["here", "there"]) == [
        SessionJob("lint", "3.13", "here"),
        SessionJob("tests-3.12", "3.12", "here"),
        SessionJob("tests-3.12", "3.12", "there"),
        SessionJob("tests-3.13", "3.13", "here"),
        SessionJob("tests-3.13", "3.13", "there"),
        SessionJob("links", "3.13", "here"),
    ]
    assert after(LISTED) == AFTER


def test_github_is_given_a_matrix_to_include() -> None:
    jobs, then = for_github(LISTED, ()).splitlines()

    assert json.loads(jobs.removeprefix("jobs="))[1] == {
        "session": "tests-3.12",
        "python": "3.12",
        "system": "ubuntu-latest",
    }
    assert then == "after=coverage"


def test_gitlab_is_given_a_pipeline_in_which_the_coverage_comes_last() -> None:
    pipeline = json.loads(for_gitlab(LISTED, (), newest=False))

    assert [name for name in pipeline if name.startswith("nox")] == [
        "nox -s lint",
        "nox -s tests-3.12",
        "nox -s tests-3.13",
        "nox -s links",
        "nox -s coverage",
    ]
    assert pipeline["nox -s tests-3.12"]["image"] == "python:3.12"
    assert pipeline["nox -s coverage"]["stage"] == pipeline["stages"][-1]
    assert pipeline["variables"]["PIP_CONSTRAINT"] == "constraints.txt"


def test_once_a_week_gitlab_takes_the_newest_tools_on_each_of_its_runners() -> None:
    pipeline = json.loads(for_gitlab(LISTED, ("linux", "arm"), newest=True))

    assert pipeline["variables"]["NEWEST_TOOLS"] == "1"
    assert "PIP_CONSTRAINT" not in pipeline["variables"]
    assert pipeline["nox -s tests-3.12 (arm)"]["tags"] == ["arm"]


def test_a_project_without_coverage_has_nothing_after_its_sessions() -> None:
    bare = listing(("lint", "lint", "3.13"))

    assert for_github(bare, ()).endswith("\nafter=\n")
    assert "nox -s coverage" not in json.loads(for_gitlab(bare, (), newest=False))


def release_outputs(tag: str, config: Config, *sessions: str) -> dict[str, str]:
    rows = "".join(f"- {session} -> what it does\n" for session in sessions)
    text = for_release(f"Sessions\n\n* lint -> style\n{rows}", tag, config=config, pythons=("3.12", "3.13"))
    assert text.endswith("pythons<<END_OF_PYTHONS\n3.12\n3.13\nEND_OF_PYTHONS\n")
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def test_a_tag_of_a_release_starts_what_the_project_has() -> None:
    config = Config(publish="ci", systems=("ubuntu-latest", "macos-latest"), forge=ForgeConfig(environment="pypi"))

    assert release_outputs("v1.2.0", config, "executable", "image") == {
        "publish": "ci",
        "environment": "pypi",
        "executables": '["ubuntu-latest", "macos-latest"]',
        "image": "true",
        "wheels": "[]",
    }
    assert release_outputs("v1.2.0", replace(config, publish="here")) == {
        "publish": "here",
        "environment": "pypi",
        "executables": "[]",
        "image": "false",
        "wheels": "[]",
    }


def test_each_platform_with_promised_wheels_is_a_job_on_a_machine_of_its_own() -> None:
    wheels = WheelsConfig(platforms=("manylinux_x86_64", "macosx_arm64", "win_amd64"), pythons=("3.13", "3.12"))
    config = Config(publish="ci", wheels=wheels)

    found = json.loads(release_outputs("v1.2.0", config)["wheels"])
    stable = json.loads(release_outputs("v1.2.0", replace(config, wheels=replace(wheels, abi3=True)))["wheels"])

    assert [(each["system"], each["machine"], each["build"]) for each in found] == [
        ("ubuntu-latest", "x86_64", "cp312-manylinux_x86_64 cp313-manylinux_x86_64"),
        ("macos-latest", "arm64", "cp312-macosx_arm64 cp313-macosx_arm64"),
        ("windows-latest", "AMD64", "cp312-win_amd64 cp313-win_amd64"),
    ]
    assert [each["build"] for each in stable] == ["cp312-manylinux_x86_64", "cp312-macosx_arm64", "cp312-win_amd64"]


def test_any_other_tag_starts_nothing() -> None:
    assert release_outputs("nightly", Config(publish="ci"))["publish"] == ""
    assert release_outputs("v1.2.0", Config(index=()))["publish"] == ""


def listed(project: Path) -> set[str]:
    ran = subprocess.run(
        [sys.executable, "-m", "nox", "--list", "--json"], cwd=project, capture_output=True, text=True, check=True
    )
    argv = [sys.executable, "-m", "release.ci_matrix", "github"]
    told = subprocess.run(argv, cwd=project, input=ran.stdout, capture_output=True, text=True, check=True).stdout
    return {job["session"] for job in json.loads(told.splitlines()[0].removeprefix("jobs="))}


def test_a_python_more_in_the_project_is_a_job_more(tmp_path: Path) -> None:
    project = render(tmp_path / "acme", python_min="3.12")
    before = listed(project)

    path = project / "pyproject.toml"
    one = '  "Programming Language :: Python :: 3.13",\n'
    path.write_text(path.read_text(encoding="utf-8").replace(one, one + one.replace("13", "14")), encoding="utf-8")

    assert listed(project) - before == {"tests-3.14"}
    assert before == {"lint", "types", "docs", "tests-3.12", "tests-3.13"}


def test_a_form_that_there_is_none_of_is_refused(rendered: Path) -> None:
    argv = [sys.executable, "-m", "release.ci_matrix", "jenkins"]
    ran = subprocess.run(argv, cwd=rendered, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

    assert (ran.returncode, re.sub(r"\s+", " ", ran.stderr)) == (
        1,
        'there is no form "jenkins"; forms: github, gitlab [NEWEST], release TAG, pythons ',
    )


def test_the_pythons_are_those_of_the_classifiers(rendered: Path) -> None:
    argv = [sys.executable, "-m", "release.ci_matrix", "pythons"]
    ran = subprocess.run(argv, cwd=rendered, capture_output=True, text=True, check=True)

    assert ran.stdout.split() == ["3.10", "3.11", "3.12", "3.13"]
