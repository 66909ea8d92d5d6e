"""The workflows as they run: each line of theirs, in clean environments, for a candidate and for a final release."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.acts import slow
from tests.support.forges.branches import branch_server, variable
from tests.support.forges.kinds import PROJECT, TOKEN
from tests.support.forges.server import ForgeServer
from tests.support.forges.worlds import shown
from tests.support.installed import install, render_installed, requirement
from tests.support.lacking import stop_for_lack
from tests.support.making import ready
from tests.support.proxy import Exchange, Fault, Proxy
from tests.support.secrets import PASSWORD, USER
from tests.support.workflows.github import Event, GitHub
from tests.support.workflows.gitlab import GitLab
from tests.support.workflows.running import PYENV, Machine
from tests.support.world import HERE, REPOSITORY, World, make_world, render

pytestmark = [pytest.mark.journey, pytest.mark.timeout(1800)]  # a fresh environment for each of many jobs

PYTHONS = ["3.12", "3.13"]
TESTS = "tests-3.12", "tests-3.13"
ACCOUNT = {"TWINE_USERNAME": USER, "TWINE_PASSWORD": PASSWORD}


@dataclass
class Project:
    """A project that CI publishes: its world, a proxy before its index, the folder of the index, room for machines."""

    world: World
    proxy: Proxy
    shelf: Path
    place: Path
    forge: ForgeServer

    def started(self, *words: str) -> None:
        """Release on the laptop, which waits for CI no longer than a moment."""
        ran = self.world.inv("release", *words, "--yes", cwd=None, **variable(self.forge))
        assert "is not on local yet" in ran.text, ran.text

    def finished(self) -> str:
        """Let the laptop go on, which must work; return what it told."""
        ran = self.world.inv("publish", "--yes", cwd=None, **variable(self.forge))
        assert ran.code == 0, ran.text
        return ran.text

    def there(self) -> set[str]:
        """Return the names of the files on the index."""
        return {path.name for path in self.shelf.iterdir()}

    def public(self) -> set[tuple[str, bool, int]]:
        """Return (tag, whether it is a draft, number of files) of each forge release."""
        return {(each.tag, each.draft, len(each.files)) for each in shown(self.forge)}

    def half_way(self) -> Callable[[], bool]:
        """Let an upload hang once the first file of the final release is there, and return what says that it is."""

        def there() -> bool:
            return "acme-0.1.0-py3-none-any.whl" in self.there()

        def hang(exchange: Exchange) -> None:
            slow(60)(exchange) if there() else exchange.forward(exchange.body())

        self.proxy.plan(Fault(hang, method="POST"))
        return there


@pytest.fixture(scope="module")
def wheels() -> Iterator[Path]:
    """What pip installs in jobs, fetched once: asking the index takes half of an installation. (The rest is uv's.)"""
    with TemporaryDirectory(prefix="wheels-", dir="/var/tmp") as place:
        machine = Machine(Path(place, "machine"))
        machine.python(PYTHONS[-1:])
        template = REPOSITORY / "template"
        nox, publishing = template / "constraints.txt", template / "release/publishing.txt"
        fetch = f"python -m pip download --quiet --only-binary=:all: --dest {place}/wheels"
        script = f"{fetch} --constraint {nox} 'nox[uv]'\n{fetch} --no-deps --requirement {publishing}"
        ended = machine.run(script, Path(place), machine.environment())
        assert ended.code == 0, ended.text
        yield Path(place, "wheels")


@pytest.fixture
def project(
    tmp_path: Path,
    index: str,
    shelf: Path,
    wheels: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[Project]:
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    missing = [version for version in PYTHONS if not list(PYENV.glob(f"{version}.*"))]
    if missing:
        stop_for_lack(f"no Python {', '.join(missing)} below {PYENV}: nothing is known of the workflows")
    forge, _, way = str(request.param).partition(" ")
    answers = {"forge": forge, "namespace": "octo-org", "docs": "none", "python_min": PYTHONS[0]}
    if way == "installed":
        template: World = request.getfixturevalue("template_tagged")
        rendered = render_installed(template.project, tmp_path / "rendered", answers)
        install(requirement(rendered), tmp_path / "engine")  # for the laptop; each job fetches it
    else:
        rendered = render(tmp_path / "rendered", **answers, kind=way or "library")

    def by_ci(project: Path) -> None:
        path = project / "release.toml"
        text = path.read_text(encoding="utf-8").replace(f'python = ["{HERE}"]', f"python = {PYTHONS}")
        before, _, rest = text.partition("[forge]\n")  # in the project as it is rendered; other keys follow
        table, _, others = rest.partition("python = ")
        there = f'[forge]\n{table}api = "{server.api}"\nproject = "{PROJECT}"\n'
        path.write_text(f'publish = "ci"\nwait = 0.1\n{before}python = {others}\n{there}', encoding="utf-8")

    # On disk: machines are large, and the temporary files of tests may lie in memory.
    with (
        branch_server(forge) as server,
        Proxy(index) as proxy,
        TemporaryDirectory(prefix="workflows-", dir="/var/tmp") as place,
    ):
        world = ready(make_world(tmp_path, rendered, proxy.url, by_ci))
        server.state.remote = world.remote
        server.state.settings["environments"] = {"release": ["ada"]}
        yield Project(world, proxy, shelf, Path(place), server)
        assert server.faults == []


def names(version: str) -> set[str]:
    return {f"acme-{version}-py3-none-any.whl", f"acme-{version}.tar.gz"}


@pytest.mark.parametrize("project", ["github"], indirect=True)
def test_github_runs_every_session_of_a_push(project: Project) -> None:
    forge = GitHub(project.world.remote, project.place, project.world.git, TOKEN, ACCOUNT)

    forge.run("ci.yml", Event("push", "refs/heads/main"))
    assert {name: job.result for name, job in forge.jobs.items()} == {
        "matrix": "success",
        "session": "success",
        "coverage": "success",
        "required": "success",
        "template": "skipped",
    }, "".join(job.text for job in forge.jobs.values())
    for session in ("lint", "types", *TESTS):
        assert f"Session {session} was successful" in forge.jobs["session"].text
    assert "100%" in forge.jobs["coverage"].text


@pytest.mark.parametrize("project", ["github"], indirect=True)
def test_github_publishes_a_candidate_and_a_final_release_whose_job_was_killed(project: Project) -> None:
    forge = GitHub(project.world.remote, project.place, project.world.git, TOKEN, ACCOUNT)

    project.started("minor", "--pre", "rc")
    forge.run("release.yml", Event("workflow_dispatch", "refs/heads/main", {"tag": "v0.1.0rc1"}))
    assert released(forge) == "success", "".join(job.text for job in forge.jobs.values())
    for job in ("publish", "page"):
        assert "Running session" not in forge.jobs[job].text
    assert (project.there(), project.public()) == (names("0.1.0rc1"), {("v0.1.0rc1", False, 4)})
    project.finished()

    project.started("minor")
    forge.run("release.yml", Event("push", "refs/tags/v0.1.0"), stops=project.half_way())
    assert released(forge) == "failure"
    assert project.there() == names("0.1.0rc1") | {"acme-0.1.0-py3-none-any.whl"}
    assert ("v0.1.0", False, 4) not in project.public()

    project.proxy.clear()
    forge.run("release.yml", Event("push", "refs/tags/v0.1.0"), only="publish")
    assert released(forge) == "success", forge.jobs["publish"].text
    assert project.there() == names("0.1.0rc1") | names("0.1.0")
    assert project.public() == {("v0.1.0rc1", False, 4), ("v0.1.0", False, 4)}
    assert "main is 0.2.0.dev0" in project.finished()


@pytest.mark.parametrize("project", ["github executable"], indirect=True)
def test_github_attaches_what_was_built_on_each_system(project: Project) -> None:
    forge = GitHub(project.world.remote, project.place, project.world.git, TOKEN, ACCOUNT)

    project.started("minor")
    forge.run("release.yml", Event("push", "refs/tags/v0.1.0"))

    assert forge.jobs["executable"].result == forge.jobs["page"].result == "success", forge.jobs["page"].text
    [page] = shown(project.forge)
    assert sum(name.startswith("acme-0.1.0-linux") for name in page.files) == 2, page.files


def released(forge: GitHub) -> str:
    """Return how the job that publishes ended; what a library does not have must have been left out."""
    assert forge.jobs["build"].result == "success", forge.jobs["build"].text
    assert (forge.jobs["executable"].result, forge.jobs["image"].result) == ("skipped", "skipped")
    results = [forge.jobs[name].result for name in ("publish", "prove", "page")]
    assert results in (["success"] * 3, ["failure", "skipped", "skipped"]), "".join(
        forge.jobs[name].text for name in ("publish", "prove", "page")
    )
    return results[0]


@pytest.mark.parametrize("project", ["github"], indirect=True)
def test_a_tag_that_is_no_release_and_a_red_session_are_what_they_are(project: Project) -> None:
    forge = GitHub(project.world.remote, project.place, project.world.git)
    project.world.git("tag", "nightly")
    project.world.git("push", "--quiet", "origin", "nightly")

    forge.run("release.yml", Event("push", "refs/tags/nightly"))
    assert {job.result for name, job in forge.jobs.items() if name != "build"} == {"skipped"}
    assert forge.jobs["build"].result == "success", forge.jobs["build"].text

    project.world.commit("wrong", **{"src/acme/wrong.py": "import os\n"})
    project.world.git("push", "--quiet", "origin", "main")
    forge.run("ci.yml", Event("push", "refs/heads/main"))
    assert [forge.jobs[name].result for name in ("session", "coverage", "required")] == [
        "failure",
        "skipped",
        "failure",
    ]


@pytest.mark.parametrize("project", ["gitlab"], indirect=True)
def test_gitlab_runs_every_session_of_a_push(project: Project) -> None:
    forge = GitLab(project.world.remote, project.place, project.world.git, PYTHONS, ACCOUNT | {"CI_JOB_TOKEN": TOKEN})

    forge.run("refs/heads/main")
    jobs = {f"nox -s {session}": "success" for session in ("lint", "types", *TESTS, "coverage")}
    assert forge.results == {"matrix": "success", "sessions": "success"} | jobs, forge.text


@pytest.mark.parametrize("project", ["gitlab installed"], indirect=True)
def test_gitlab_publishes_a_candidate_and_a_final_release_whose_job_was_killed(project: Project) -> None:
    """The release process is no part of this project: each job fetches it, or installs it."""
    forge = GitLab(project.world.remote, project.place, project.world.git, PYTHONS, ACCOUNT | {"CI_JOB_TOKEN": TOKEN})

    project.started("minor", "--pre", "rc")
    forge.run("refs/tags/v0.1.0rc1")
    jobs = ("build", "executable", "publish", "prove", "page")
    assert forge.results == dict.fromkeys(jobs, "success"), forge.text
    assert (project.there(), project.public()) == (names("0.1.0rc1"), {("v0.1.0rc1", False, 4)})
    project.finished()

    project.started("minor")
    shutil.rmtree(project.place / "artifacts")
    forge.run("refs/tags/v0.1.0", stops=project.half_way())
    assert forge.results["publish"] == "failed"
    assert project.there() == names("0.1.0rc1") | {"acme-0.1.0-py3-none-any.whl"}
    assert ("v0.1.0", False, 4) not in project.public()

    project.proxy.clear()
    for job in ("publish", "prove", "page"):
        forge.run("refs/tags/v0.1.0", only=job)
        assert forge.results[job] == "success", forge.text
    assert project.there() == names("0.1.0rc1") | names("0.1.0")
    assert project.public() == {("v0.1.0rc1", False, 4), ("v0.1.0", False, 4)}
    assert "main is 0.2.0.dev0" in project.finished()
    assert "\nEngine: keelway 0.3.0 (git+file:" in project.world.git("tag", "--list", "--format=%(contents)", "v0.1.0")
    assert "release/" not in project.world.git("ls-tree", "-r", "--name-only", "v0.1.0")


@pytest.mark.parametrize("project", ["gitlab executable"], indirect=True)
def test_gitlab_builds_nothing_for_a_tag_that_is_no_release_nor_publishes_what_others_publish(project: Project) -> None:
    forge = GitLab(project.world.remote, project.place, project.world.git, PYTHONS, ACCOUNT | {"CI_JOB_TOKEN": TOKEN})
    project.world.git("tag", "nightly")
    path = project.world.project / "release.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('publish = "ci"', 'publish = "here"'), encoding="utf-8")
    project.world.commit("published from a laptop")
    project.world.git("tag", "v0.1.0")
    project.world.git("push", "--quiet", "origin", "nightly", "v0.1.0")

    forge.run("refs/tags/nightly", only="build")  # the others look for one line, which neither tag has
    jobs = ("executable", "publish", "prove", "page")
    for job in jobs:
        forge.run("refs/tags/v0.1.0", only=job)

    assert forge.results == dict.fromkeys(("build", *jobs), "success"), forge.text
    assert "Running session" not in forge.text
    assert forge.text.count("this tag is no release") == 5
