"""Runs a pipeline of GitLab as it is written: rules, stages, scripts by bash, artifacts, and the child that it makes.

https://docs.gitlab.com/ci/yaml/
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.support.workflows.running import Machine

_KEYWORDS = {"workflow", "stages", "variables", "default"}
# What a job may have; anything else would be left out silently.
_KNOWN = {"stage", "rules", "script", "artifacts", "trigger", "variables", "image", "timeout", "cache", "allow_failure"}
_KNOWN |= {"environment", "id_tokens", "resource_group", "tags"}


@dataclass
class GitLab:
    """A forge that runs pipelines of the repository `remote`, below `place`; artifacts outlive a run of a job."""

    remote: Path
    place: Path
    git: Callable[..., str]
    pythons: list[str]  # of this machine, for images in which a job would install them
    secrets: Mapping[str, str] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)
    text: str = ""

    def run(self, ref: str, source: str = "push", *, only: str = "", stops: Callable[[], bool] | None = None) -> None:
        """Run the pipeline of a ref, started by `source`; with `only`, one job again."""
        document = yaml.safe_load(self.git("show", f"{ref}:.gitlab-ci.yml", cwd=self.remote))
        short = ref.split("/", 2)[-1]
        predefined = {
            "CI": "true",
            "GITLAB_CI": "true",
            "CI_DEFAULT_BRANCH": "main",
            "CI_PIPELINE_SOURCE": source,
            "CI_PROJECT_PATH": "group/sub/acme",
            "CI_SERVER_HOST": "gitlab.example.org",
            ("CI_COMMIT_TAG" if ref.startswith("refs/tags/") else "CI_COMMIT_BRANCH"): short,
        }
        _Pipeline(self, document, predefined, ref, only, stops).run()


@dataclass
class _Pipeline:
    forge: GitLab
    document: Mapping[str, Any]
    variables: dict[str, str]
    ref: str
    only: str = ""
    stops: Callable[[], bool] | None = None

    def run(self) -> bool:
        """Run the jobs, stage after stage; return whether all of them succeeded that must."""
        chosen = self._chosen(self.document["workflow"])
        assert chosen is not None, "no pipeline is started"
        given = self.document.get("variables", {}) | chosen.get("variables", {})
        self.variables = self.variables | {name: str(value) for name, value in given.items()}
        jobs = {name: job for name, job in self.document.items() if name not in _KEYWORDS}
        for stage in self.document["stages"]:
            fine = [self._job(name, job) for name, job in jobs.items() if job["stage"] == stage]
            if not all(fine):
                return False
        return True

    def _chosen(self, job: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the rule that lets a job run; None where none does."""
        for rule in job.get("rules", [{}]):
            assert set(rule) <= {"if", "when", "variables", "allow_failure", "exists"}
            words = ("ls-tree", "--name-only", self.ref, "--")
            there = all(self.forge.git(*words, name, cwd=self.forge.remote) for name in rule.get("exists", []))
            if there and _holds(rule.get("if", "null == null"), self.variables):
                return None if rule.get("when") == "never" else rule
        return None

    def _job(self, name: str, job: Mapping[str, Any]) -> bool:
        assert set(job) <= _KNOWN, f"not played here: {set(job) - _KNOWN}"
        rule = self._chosen(job)
        if rule is None or (self.only and name != self.only):
            return True
        fine = self._child(job["trigger"]) if "trigger" in job else self._scripted(name, job, rule)
        self.forge.results[name] = "success" if fine else "failed"
        return fine or bool(rule.get("allow_failure", job.get("allow_failure")))

    def _child(self, trigger: Mapping[str, Any]) -> bool:
        """Run the pipeline that a job has made; it is as green as that."""
        assert trigger["strategy"] == "depend"
        [made] = trigger["include"]
        text = (self.forge.place / "artifacts" / made["job"] / made["artifact"]).read_text(encoding="utf-8")
        inherited = self.variables | {"CI_PIPELINE_SOURCE": "parent_pipeline"}
        return _Pipeline(self.forge, yaml.safe_load(text), inherited, self.ref).run()

    def _scripted(self, name: str, job: Mapping[str, Any], rule: Mapping[str, Any]) -> bool:
        place = self.forge.place / "job"
        shutil.rmtree(place, ignore_errors=True)
        machine, workspace = Machine(place, self.stops), place / "workspace"
        version = str(job.get("image", self.document.get("default", {}).get("image"))).removeprefix("python:")
        machine.python([*([] if "image" in job else self.forge.pythons), version])
        self.forge.git("clone", "--quiet", self.forge.remote, workspace)
        commit = self.forge.git("rev-parse", f"{self.ref}^{{commit}}", cwd=workspace)
        self.forge.git("checkout", "--quiet", "--detach", commit, cwd=workspace)
        kept = self.forge.place / "artifacts"
        for folder in sorted(kept.iterdir()) if kept.exists() else []:
            shutil.copytree(folder, workspace, dirs_exist_ok=True)
        own = job.get("variables", {}) | rule.get("variables", {})
        tokens = dict.fromkeys(job.get("id_tokens", {}), "a-token-that-says-who-this-job-is")
        variables = self.variables | {each: str(value) for each, value in own.items()}
        variables |= {"CI_PROJECT_DIR": str(workspace)} | tokens | dict(self.forge.secrets)
        variables = {each: value.replace("$CI_PROJECT_DIR", str(workspace)) for each, value in variables.items()}
        env = machine.environment() | variables | {"UV_CACHE_DIR": machine.environment()["UV_CACHE_DIR"]}
        ended = machine.run("\n".join(job["script"]), workspace, env)
        self.forge.text += ended.text
        if ended.code == 0:
            self._keep(workspace, kept / name, job.get("artifacts", {}).get("paths", []))
        shutil.rmtree(place, ignore_errors=True)
        return ended.code == 0

    def _keep(self, workspace: Path, place: Path, patterns: list[str]) -> None:
        shutil.rmtree(place, ignore_errors=True)
        for path in (path for pattern in patterns for path in sorted(workspace.glob(pattern))):
            into = place / path.relative_to(workspace)
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(path, into) if path.is_dir() else shutil.copy(path, into)


def _holds(condition: str, variables: Mapping[str, str]) -> bool:
    """Return whether the condition of a rule is met: ||, && and comparisons of variables, texts and null."""

    def value(token: str) -> str | None:
        token = token.strip()
        if token.startswith("$"):
            assert re.fullmatch(r"\$\w+", token), f"not understood: {token}"
            return variables.get(token[1:])
        assert token == "null" or re.fullmatch(r'"[^"]*"', token), f"not understood: {token}"
        return None if token == "null" else token[1:-1]

    def one(text: str) -> bool:
        for sign, same in (("==", True), ("!=", False)):
            if sign in text:
                left, right = text.split(sign)
                return (value(left) == value(right)) is same
        return bool(value(text))

    return any(all(one(part) for part in either.split("&&")) for either in condition.split("||"))
