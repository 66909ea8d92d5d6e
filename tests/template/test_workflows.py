"""The workflows of a project: valid, pinned, with no more rights than needed, and without a word that is not static."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.installed import render_installed
from tests.support.workflows.expressions import Known
from tests.support.world import REPOSITORY, World, render

# Hashes proven in the histories of these actions, or in many public workflows; a new one is proven again.
ACTIONS = {
    "actions/cache": ("55cc8345863c7cc4c66a329aec7e433d2d1c52a9", "v6.1.0"),
    "actions/checkout": ("3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"),
    "actions/download-artifact": ("3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c", "v8.0.1"),
    "actions/setup-python": ("5fda3b95a4ea91299a34e894583c3862153e4b97", "v7.0.0"),
    "actions/upload-artifact": ("043fb46d1a93c77aae656e7c1c64a875d1fc6a0a", "v7.0.1"),
}
ENGINES = ("repository", "installed")
TEMPLATE = REPOSITORY / "template"
PAGES = next(TEMPLATE.glob("*/workflows/pages.yml.jinja"))  # by an answer: test_pages_workflow.py
WORKFLOWS = sorted({*TEMPLATE.glob("*/workflows/*.yml.jinja")} - {PAGES})
PIPELINE = next(TEMPLATE.glob("*.gitlab-ci.yml*"))


def text_of(path: Path) -> str:
    """Return a workflow as a project has it that has release/ in its repository."""
    return re.sub(r"\{%.*?%\}", "", path.read_text(encoding="utf-8"))


def document(path: Path) -> dict[str, Any]:
    text = text_of(path)
    loaded: dict[str, Any] = yaml.safe_load(text.replace("\non:", '\n"on":', 1))
    return loaded


def tool(*argv: str | Path) -> str:
    ran = subprocess.run(list(map(str, argv)), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def jobs() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{path.name.partition('.')[0]}.{name}", job)
        for path in WORKFLOWS
        for name, job in document(path)["jobs"].items()
    ]


def test_there_are_three_workflows_without_any_answer() -> None:
    """Of Jinja they have what fetches the release process where it is installed, a whole step, and nothing else."""
    assert [path.name for path in WORKFLOWS] == ["ci.yml.jinja", "release.yml.jinja", "watch.yml.jinja"]
    for path in (*WORKFLOWS, PIPELINE):
        kind = "gitlab" if path == PIPELINE else "github"
        step = f'{{% endraw %}}{{% include "template/engine/fetch-{kind}" %}}{{% raw %}}\n'
        written = path.read_text(encoding="utf-8").replace(step, "\n")
        written = written.replace('{% include "template/engine/pages-gitlab" %}', "")
        head, text, end = re.split(r"\A\{% raw %\}|\{% endraw %\}\n\Z", written)
        assert (head, end) == ("", "")
        assert not re.findall(r"(?<!\$)\{\{|\{%|\{#", text)


@pytest.mark.parametrize(("schema", "paths"), [("github-workflows", WORKFLOWS), ("gitlab-ci", [PIPELINE])])
def test_they_are_valid(schema: str, paths: list[Path], tmp_path: Path) -> None:
    copies = [tmp_path / f"{number}.yml" for number, _ in enumerate(paths)]
    for path, copy in zip(paths, copies, strict=True):
        copy.write_text(text_of(path), encoding="utf-8")

    tool(sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *copies)


def test_zizmor_finds_nothing_even_when_it_is_pedantic(template_tagged: World, tmp_path: Path) -> None:
    """With release/ in the repository, and where it is fetched for a job."""
    answers = {"forge": "github", "namespace": "octo-org"}
    ways = [render_installed(template_tagged.project, tmp_path / each, answers | {"engine": each}) for each in ENGINES]
    found = [path for way in ways for path in sorted(way.glob(".github/workflows/*.yml"))]
    assert len(found) == 2 * len(WORKFLOWS)
    assert [path.read_text(encoding="utf-8") for path in found[:3]] == [f"{text_of(path)}" for path in WORKFLOWS]
    tool(Path(sys.executable).with_name("zizmor"), "--offline", "--quiet", "--persona=pedantic", *found)


def test_the_examples_of_notices_are_as_strict_as_what_is_rendered(tmp_path: Path) -> None:
    page = (REPOSITORY / "docs" / "planning.md").read_text(encoding="utf-8")
    github, gitlab = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    workflow, pipeline = tmp_path / ".github" / "workflows" / "notices.yml", tmp_path / ".gitlab-ci.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(github, encoding="utf-8")
    pipeline.write_text(f"{text_of(PIPELINE)}\n{gitlab}", encoding="utf-8")

    for name, path in (("github-workflows", workflow), ("gitlab-ci", pipeline)):
        tool(sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{name}", path)
    tool(Path(sys.executable).with_name("zizmor"), "--offline", "--quiet", "--persona=pedantic", workflow)
    steps = yaml.safe_load(github)["jobs"]["notices"]["steps"]
    assert [step["uses"] for step in steps if "uses" in step] == [
        f"{name}@{ACTIONS[name][0]}" for name in ("actions/checkout", "actions/setup-python")
    ]
    lines = [row for row in steps[-1]["run"].splitlines() if row.startswith("nox")]
    assert [row for row in yaml.safe_load(gitlab)["notices"]["script"] if row.startswith("nox")] == lines
    assert lines == [f"nox --session inv -- {words} --announce" for words in ("due", "health")]


def test_a_job_that_has_no_release_process_fetches_it(template_tagged: World, tmp_path: Path) -> None:
    """The first jobs, which list the sessions, as they are written for either forge."""
    for forge, namespace, file in (
        ("github", "octo", ".github/workflows/ci.yml"),
        ("gitlab", "octo", ".gitlab-ci.yml"),
    ):
        place = tmp_path / forge
        project = render_installed(template_tagged.project, place / "acme", {"forge": forge, "namespace": namespace})
        world = World(project, place / "acme.git", "", place / "home")
        world.git("init", "--quiet")
        world.commit("start")
        read = yaml.safe_load((project / file).read_text(encoding="utf-8"))
        rows = (
            [step.get("run", "") for step in read["jobs"]["matrix"]["steps"]]
            if forge == "github"
            else read["matrix"]["script"]
        )
        script = "\n".join(row for row in rows if "pip install" not in row)

        ran = world.run(
            "bash", "-euo", "pipefail", "-c", script, env={"GITHUB_OUTPUT": str(place / "output"), "NEWEST_TOOLS": ""}
        )

        assert ran.code == 0, ran.text
        made = (place / "output").read_text() if forge == "github" else (project / "jobs.yml").read_text()
        assert "tests-3.12" in made
        assert {row[3:] for row in world.git("status", "--porcelain").splitlines()} <= {"sessions.json", "jobs.yml"}
        needs = [name for name, text in scripts(read, forge).items() if re.search(r"python3? -m release", text)]
        fetch = [name for name, text in scripts(read, forge).items() if "fetch --quiet --depth=1" in text]
        assert fetch == needs


def scripts(read: dict[str, Any], forge: str) -> dict[str, str]:
    """Return {job: the lines that it runs}."""
    if forge == "gitlab":
        return {
            name: "\n".join(job["script"]) for name, job in read.items() if isinstance(job, dict) and "script" in job
        }
    return {name: "\n".join(step.get("run", "") for step in job["steps"]) for name, job in read["jobs"].items()}


def test_every_action_is_held_to_a_commit_that_was_looked_at() -> None:
    text = "".join(map(text_of, WORKFLOWS))
    used = set(re.findall(r"uses: (\S+)@([0-9a-f]{40}) # (v[\d.]+)\n", text))

    assert used == {(name, *held) for name, held in ACTIONS.items()}
    assert len(re.findall(r"uses:", text)) == len(re.findall(r"uses: \S+@[0-9a-f]{40} # v", text))


def test_the_job_that_has_an_identity_may_write_nothing_and_has_an_environment() -> None:
    writing = {name: job for name, job in jobs() if "write" in job["permissions"].values()}

    assert {name: job["permissions"] for name, job in writing.items()} == {
        "release.record": {"contents": "write"},
        "release.publish": {"contents": "read", "id-token": "write"},
        "release.page": {"contents": "write"},
        "release.image": {"contents": "read", "packages": "write"},
    }
    assert "environment" in writing["release.publish"]
    for path in WORKFLOWS:
        assert document(path)["permissions"] == {}


def test_the_jobs_that_may_upload_or_write_install_by_hash_and_run_no_session() -> None:
    install = (
        "python -m pip install --require-hashes --no-deps --only-binary=:all: --requirement release/publishing.txt"
    )
    for name, part in (("publish", "upload"), ("page", "page")):
        command = f"python -m release release --only {part} --yes"
        github = [step["run"] for step in document(WORKFLOWS[1])["jobs"][name]["steps"] if "run" in step]
        gitlab = document(PIPELINE)[name]["script"]

        assert github == [install, command]
        assert (gitlab[0], gitlab[-1]) == (install, command)
        assert not any("nox" in line for line in gitlab)
    record = [step["run"] for step in document(WORKFLOWS[1])["jobs"]["record"]["steps"] if "run" in step]
    assert (record[0], record[-1]) == (install, "python -m release release --only record --yes")
    assert [name for name, job in document(PIPELINE).items() if "id_tokens" in job] == ["publish"]


def test_nothing_is_published_before_the_promised_wheels_are_recorded() -> None:
    """And who promises none has neither job: what needs them runs all the same."""
    found = document(WORKFLOWS[1])["jobs"]

    assert (found["wheels"]["needs"], found["record"]["needs"]) == ("build", ["build", "wheels"])
    assert found["publish"]["needs"] == ["build", "record"]
    for wheels, recorded, published in (
        ("[]", "skipped", True),
        ('[{"platform": "win_amd64"}]', "success", True),
        ('[{"platform": "win_amd64"}]', "skipped", False),
        ('[{"platform": "win_amd64"}]', "failure", False),
    ):
        build = {"result": "success", "outputs": {"publish": "ci", "wheels": wheels}}
        needs = {"build": build, "record": {"result": recorded}}
        assert Known({"needs": needs}, Path()).holds(found["publish"]["if"]) is published, (wheels, recorded)


def test_what_they_install_is_held_by_hash_and_at_the_versions_of_the_constraints() -> None:
    text = (TEMPLATE / "release" / "publishing.txt").read_text(encoding="utf-8")
    constraints = (TEMPLATE / "constraints.txt").read_text(encoding="utf-8")
    rows = [row for row in re.split(r"\n(?=\S)", text) if not row.startswith("#")]

    assert all("--hash=sha256:" in row for row in rows)
    versions = dict(re.findall(r"^(\S+)==([^\s;]+)", constraints, re.MULTILINE))
    for name, version in re.findall(r"^(\S+)==([^\s;]+)", text, re.MULTILINE):
        assert versions.get(name, version) == version or f"{name}=={version}" in constraints, name
    assert len(rows) < 90, "what is installed beside an identity is little"


def test_gits_helper_answers_the_host_of_the_forge_alone() -> None:
    assert document(WORKFLOWS[1])["env"]["GIT_CONFIG_KEY_0"] == "credential.${{ github.server_url }}.helper"


def test_no_script_has_an_expression_in_it() -> None:
    for name, job in jobs():
        for step in job["steps"]:
            assert "${{" not in step.get("run", ""), name


def test_only_the_job_with_the_environment_sees_a_secret() -> None:
    assert [name for name, job in jobs() if "secrets." in str(job)] == ["release.publish"]


def required(**results: str) -> int:
    """Run the one step of the job that is required, after jobs that ended so; return its exit code."""
    [step] = document(WORKFLOWS[0])["jobs"]["required"]["steps"]
    needs = {name: {"result": result} for name, result in results.items()}
    env = {"RESULTS": Known({"needs": needs}, Path()).filled(step["env"]["RESULTS"])}
    argv = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(argv, env=env, capture_output=True, check=False).returncode


@pytest.mark.parametrize("other", ["failure", "cancelled", "skipped"])
def test_the_required_job_is_red_when_any_other_is_not_green(other: str) -> None:
    job = document(WORKFLOWS[0])["jobs"]["required"]

    assert set(job["needs"]) == {"matrix", "session", "coverage"}
    assert job["if"] == "always()"
    assert required(matrix="success", session="success", coverage="success") == 0
    for red in ("matrix", "session", "coverage"):
        assert required(**dict.fromkeys(("matrix", "session", "coverage"), "success") | {red: other}) == 1


@pytest.mark.parametrize(
    ("event", "newest", "constraint", "called"),
    [("push", "", "constraints.txt", "required"), ("schedule", "1", "", "newest tools")],
)
def test_once_a_week_everything_is_the_newest_and_nobody_waits_for_it(
    event: str, newest: str, constraint: str, called: str
) -> None:
    workflow, known = document(WORKFLOWS[0]), Known({"github": {"event_name": event}}, Path())
    env = {name: known.filled(text) for name, text in workflow["env"].items()}

    assert env == {"NEWEST_TOOLS": newest, "PIP_CONSTRAINT": constraint}
    assert known.filled(workflow["jobs"]["required"]["name"]) == called
    assert known.holds(workflow["jobs"]["template"]["if"]) is bool(newest)
    assert "template" not in workflow["jobs"]["required"]["needs"]


def test_the_pipeline_that_gitlab_is_given_is_valid(tmp_path: Path) -> None:
    project = render(tmp_path / "acme", forge="gitlab", namespace="group", docs="none")
    told, argv = "", [sys.executable, "-m"]
    for words in (["nox", "--list", "--json"], ["release.ci_matrix", "gitlab"]):
        ran = subprocess.run([*argv, *words], cwd=project, input=told, capture_output=True, text=True, check=True)
        told = ran.stdout
    made = tmp_path / "jobs.yml"
    made.write_text(told, encoding="utf-8")

    tool(sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", made)


def test_expressions_that_are_not_known_are_refused() -> None:
    known = Known({"github": {"ref": "refs/heads/main"}}, Path())

    assert known.given("${{ github.ref == 'REFS/heads/main' && 'yes' || 'no' }}") == "yes"
    for text in ("github.nothing", "nowhere.x", "toJSON(github)", "github.ref ~ 1"):
        with pytest.raises(AssertionError):
            known.value(text)


@pytest.mark.parametrize(("hours", "young"), [(1, True), (49, True), (51, False), (None, False)])
def test_the_watch_asks_nothing_once_the_newest_tag_is_two_days_old(
    tmp_path: Path, hours: int | None, young: bool
) -> None:
    """On GitHub and on GitLab; also in a project that has no tag."""
    identity = {
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "a@b",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "a@b",
    }
    made = {"GIT_COMMITTER_DATE": f"@{int(time.time()) - 3600 * (hours or 0)} +0000"}
    env = os.environ | identity | made | {"GITHUB_OUTPUT": str(tmp_path / "output")}
    commands = ["git init --quiet", "git commit --quiet --allow-empty --message=x"]
    commands += ["git tag --annotate --message=x v1"] if hours is not None else []
    subprocess.run(["bash", "-ec", "\n".join(commands)], cwd=tmp_path, env=env, check=True)
    steps = document(WORKFLOWS[2])["jobs"]["watch"]["steps"]
    [newest] = [step["run"] for step in steps if step.get("id") == "newest"]
    subprocess.run(["bash", "-eo", "pipefail", "-c", newest], cwd=tmp_path, env=env, check=True)
    output = tmp_path / "output"

    assert output.exists() is young
    assert all("young" in step["if"] for step in steps if "nox" in str(step))
    script = document(PIPELINE)["watch"]["script"][:2]
    words = ["bash", "-ec", "\n".join([*script, "echo asks"])]
    ran = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, check=False)
    assert (b"asks" in ran.stdout) is young
    assert ran.returncode == 0


def test_the_scheduled_watch_on_gitlab_starts_nothing_else() -> None:
    for name, job in document(PIPELINE).items():
        if (isinstance(job, dict) and "script" in job) or name == "sessions":
            first = job["rules"][0]
            never = "$WATCH" in first["if"] and first.get("when") == "never"
            assert never or first["if"] == "$CI_COMMIT_TAG" or name == "watch", name
