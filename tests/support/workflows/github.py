"""Runs a workflow of GitHub as it is written: jobs in the order of their needs, lines by bash, actions by what they do.

Of the actions, those that our workflows use are played here; any other is refused.
"""

from __future__ import annotations

import fnmatch
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.support.workflows.expressions import Known, shown
from tests.support.workflows.running import Ended, Machine
from tests.support.workflows.written import needs_of, outputs_of, refuse_other_event, rows_of


@dataclass
class Event:
    """What started a workflow: its name and the ref it is for; `inputs` of one that was started by hand."""

    name: str
    ref: str
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Job:
    """How a job ended (success, failure, skipped), its outputs, and what was printed."""

    result: str
    outputs: dict[str, str] = field(default_factory=dict)
    text: str = ""


@dataclass
class GitHub:
    """A forge that runs workflows of the repository `remote`, below `place`; artifacts outlive a run of a job."""

    remote: Path
    place: Path
    git: Callable[..., str]
    token: str = "a-token-of-the-job"
    secrets: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)  # what jobs are given besides: the token service, say
    jobs: dict[str, Job] = field(default_factory=dict)
    permissions: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    def run(self, workflow: str, event: Event, *, only: str = "", stops: Callable[[], bool] | None = None) -> None:
        """Run a workflow as it is at the event's ref; with `only`, one job and those that need it again."""
        text = self.git("show", f"{event.ref}:.github/workflows/{workflow}", cwd=self.remote)
        document = yaml.safe_load(text.replace("\non:", '\n"on":', 1))
        refuse_other_event(document["on"], event.name, event.ref)
        again = {only}
        for name, job in document["jobs"].items():
            needs = needs_of(job)
            if only and name not in again and not again & set(needs):
                continue
            again.add(name)
            self.jobs[name] = self._job(document, name, job, event, stops)

    def _job(self, document: Any, name: str, job: Any, event: Event, stops: Callable[[], bool] | None) -> Job:
        needed = {each: self.jobs[each] for each in needs_of(job)}
        known = self._known(event, needed)
        if not known.holds(job.get("if")):
            return Job("skipped")
        strategy = job.get("strategy", {}).get("matrix")
        rows = list(rows_of(strategy, known)) if strategy else [{}]
        ended = [
            self._one(document, f"{name}-{number}", job, event, known, row, number, stops)
            for number, row in enumerate(rows)
        ]
        results = {each.result for each in ended}
        text = "".join(each.text for each in ended)
        return Job("failure" if "failure" in results else "success", ended[-1].outputs, text)

    def _known(self, event: Event, needed: Mapping[str, Job]) -> Known:
        short = event.ref.split("/", 2)[-1]
        github = {
            "event_name": event.name,
            "ref": event.ref,
            "ref_name": short,
            "server_url": "https://github.com",
            "workflow": "workflow",
            "token": self.token,
        }
        needs = {name: {"result": job.result, "outputs": job.outputs} for name, job in needed.items()}
        contexts = {"github": github, "needs": needs, "inputs": event.inputs, "secrets": self.secrets}
        return Known(contexts, self.place, tuple(job.result for job in needed.values()))

    def _one(
        self,
        document: Any,
        label: str,
        job: Any,
        event: Event,
        known: Known,
        row: Mapping[str, Any],
        number: int,
        stops: Callable[[], bool] | None,
    ) -> Job:
        place = self.place / "job"  # the same for each job, as on machines of a forge
        shutil.rmtree(place, ignore_errors=True)
        workspace = place / "workspace"
        workspace.mkdir(parents=True)
        machine = Machine(place, stops)
        runner = {"os": "Linux", "temp": str(place / "temporary")}
        steps: dict[str, Any] = {}
        strategy = {"job-index": number}
        contexts = dict(known.contexts) | {"matrix": row, "runner": runner, "strategy": strategy, "steps": steps}
        here = Known(contexts, workspace, ())
        shown(here.filled(str(job.get("environment", ""))))
        self.permissions.append((label, job["permissions"]))
        env = {name: here.filled(str(text)) for name, text in document.get("env", {}).items()}
        run = _Run(self, machine, workspace, here, event, env, steps)
        result = next((each for each in map(run.step, job["steps"]) if each), "")
        outputs = {name: here.filled(text) for name, text in job.get("outputs", {}).items()}
        shutil.rmtree(place, ignore_errors=True)
        return Job("failure" if result else "success", outputs, run.text)


@dataclass
class _Run:
    forge: GitHub
    machine: Machine
    workspace: Path
    known: Known
    event: Event
    env: Mapping[str, str]
    steps: dict[str, Any]
    text: str = ""

    def step(self, step: Mapping[str, Any]) -> str:
        """Run one step; return why it failed, or an empty text."""
        if not self.known.holds(step.get("if")):
            return ""
        if "uses" in step:
            action = step["uses"].partition("@")[0]
            given = {name: self.known.filled(str(text)) for name, text in step.get("with", {}).items()}
            _ACTIONS[action](self, given)
            return ""
        files = {name: self.machine.place / name for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("", encoding="utf-8")
        own = {name: self.known.filled(str(text)) for name, text in step.get("env", {}).items()}
        ended = self._bash(step["run"], {name: str(file) for name, file in files.items()} | own)
        self.text += ended.text
        self.steps[step.get("id", "")] = {"outputs": outputs_of(files["GITHUB_OUTPUT"].read_text(encoding="utf-8"))}
        return "" if ended.code == 0 else f"exit code {ended.code}"

    def _bash(self, script: str, own: Mapping[str, str]) -> Ended:
        github = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": "ada",
            "GITHUB_EVENT_NAME": self.event.name,
            "GITHUB_REF": self.event.ref,
            "GITHUB_REPOSITORY": "octo-org/acme",
            "RUNNER_TEMP": str(self.machine.place / "temporary"),
        }
        assert "${{" not in script, f"an expression in a script: {script}"
        env = self.machine.environment() | github | dict(self.forge.extra) | dict(self.env) | dict(own)
        return self.machine.run(script, self.workspace, env)

    def checkout(self, given: Mapping[str, str]) -> None:
        """Clone, and check out what is asked for, as actions/checkout does: detached at a tag."""
        assert given["persist-credentials"] == "False"
        ref = given.get("ref", self.event.ref)
        self.forge.git("clone", "--quiet", "--no-checkout", self.forge.remote, self.workspace)
        tag = ref.startswith("refs/tags/")
        words = ["--detach", ref] if tag else ["-B", ref.split("/", 2)[-1], f"origin/{ref.split('/', 2)[-1]}"]
        self.forge.git("checkout", "--quiet", *words, cwd=self.workspace)

    def setup_python(self, given: Mapping[str, str]) -> None:
        """Put Pythons on PATH; the last one is `python`."""
        self.machine.python(given["python-version"].split())

    def cache(self, given: Mapping[str, str]) -> None:
        """Have what this machine's uv has cached: as after a hit."""
        assert given["key"].startswith("uv-Linux-")
        Path(given["path"]).symlink_to(self.machine.environment()["UV_CACHE_DIR"])

    def upload(self, given: Mapping[str, str]) -> None:
        """Keep files under a name; what is hidden only if asked for."""
        place = self.forge.place / "artifacts" / given["name"]
        assert given["overwrite"] == "True"
        shutil.rmtree(place, ignore_errors=True)
        hidden = given.get("include-hidden-files") == "True"
        found = sorted(self.workspace.glob(given["path"]))
        sources = [(path, path.name) for path in found if path.is_file()]
        for folder in (path for path in found if path.is_dir()):
            sources += [(path, str(path.relative_to(folder))) for path in folder.rglob("*") if path.is_file()]
        kept = [(path, name) for path, name in sources if hidden or "/." not in f"/{name}"]
        assert kept or given["if-no-files-found"] == "ignore", f"nothing to upload: {given}"
        for path, name in kept:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place / name)

    def download(self, given: Mapping[str, str]) -> None:
        """Copy artifacts here, by name or by a pattern."""
        folder = self.forge.place / "artifacts"
        pattern = given.get("name") or given["pattern"]
        assert "name" in given or given["merge-multiple"] == "True"
        found = [path for path in folder.iterdir() if fnmatch.fnmatch(path.name, pattern)] if folder.exists() else []
        assert found or "pattern" in given, f"no artifact {pattern}"
        for path in found:
            shutil.copytree(path, self.workspace / given.get("path", "."), dirs_exist_ok=True)

    def upload_pages(self, given: Mapping[str, str]) -> None:
        """Keep a folder for the deployment; without links, which the forge refuses."""
        source, place = self.workspace / given["path"], self.forge.place / "artifacts" / "github-pages"
        assert source.is_dir() and not [path for path in source.rglob("*") if path.is_symlink()]
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(source, place)

    def deploy_pages(self, given: Mapping[str, str]) -> None:
        """Publish that folder, where the job has the rights of a deployment."""
        assert given == {}
        rights = self.forge.permissions[-1][1]
        assert rights == {"pages": "write", "id-token": "write"}
        shutil.copytree(self.forge.place / "artifacts" / "github-pages", self.forge.place / "pages", dirs_exist_ok=True)


_ACTIONS: dict[str, Callable[[_Run, Mapping[str, str]], None]] = {
    "actions/checkout": _Run.checkout,
    "actions/setup-python": _Run.setup_python,
    "actions/cache": _Run.cache,
    "actions/upload-artifact": _Run.upload,
    "actions/download-artifact": _Run.download,
    "actions/upload-pages-artifact": _Run.upload_pages,
    "actions/deploy-pages": _Run.deploy_pages,
}
