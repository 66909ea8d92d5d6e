"""Gathers the context of a command: configuration, project, and what the outside world is reached with."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from release.adapters.forge.forge_address import on_disk
from release.adapters.forge.open_forge import open_forge
from release.adapters.forge.protocols import Forge
from release.adapters.git.committed_config import config_of_main
from release.adapters.git.git_repository import Git
from release.adapters.git.project_folder import find_root, refuse_shared
from release.adapters.index.simple_api import Index
from release.adapters.tools.nox_sessions import Sessions
from release.adapters.tools.packaging_tools import Tools
from release.adapters.tools.pythons import Interpreters
from release.adapters.tools.scanners import Scanners
from release.base.child_env import credentials, for_git, of_the_project, withheld
from release.base.gate_cache import Memory
from release.base.hidden_process import hide
from release.base.journal import Journal
from release.base.redact import learn_environment, learn_pypirc
from release.base.report import Report
from release.config.assistant_config import with_key
from release.config.channel_config import variables_of
from release.config.index_config import IndexConfig
from release.config.index_credentials import account_of
from release.config.pyproject import Project, load_project
from release.config.release_toml import Config, load_config
from release.context import Choice, Context, home_of


def load_context(
    start: Path | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    write: bool = True,  # off: it leaves no trace of its own
    indexes: tuple[IndexConfig, ...] | None = None,  # of a rehearsal, and so is the memory
    memory: Memory | None = None,
    choice: Choice | None = None,
    home: Path | None = None,  # keeps the journal
) -> Context:
    """Gather the context of the project around `start` (this folder); raise ReleaseError for one that is unusable."""
    environment = _set(os.environ if environment is None else environment)
    root = find_root(start or Path.cwd())
    config, configured = _configuration(root, environment, indexes)
    report = Report(Journal((home or root) if write else None))
    secret = _learn_secrets(environment, config)
    if credentials(environment, secret):
        hide()
    clean = withheld(environment, secret) | Interpreters(environment).shims_offer_all()
    project = load_project(root)
    git = _git(root, for_git(environment, secret), config, report, project, write=write)
    config, missed = _within_reach(config, git)
    return Context(
        root=root,
        environment=environment,
        config=config,
        project=project,
        git=git,
        indexes=open_indexes(config, environment, report.say),
        tools=Tools(root, clean, config.timeout, credentials(environment)),
        sessions=Sessions(root, clean, config.timeout),
        scanners=Scanners(clean, config.timeout),
        report=report,
        memory=memory or Memory(home or root, write),
        branch=git.branch(),
        forge=_forge(config, git, environment, report),
        configured=configured,
        forge_missed=missed,
        choice=choice or Choice(),
    )


def _forge(config: Config, git: Git, environment: Mapping[str, str], report: Report) -> Forge | None:
    remote = git.setting(f"remote.{config.remote}.url") or ""
    return open_forge(config, remote, environment, report.say, lambda: config_of_main(git))


def _configuration(
    root: Path, environment: Mapping[str, str], indexes: tuple[IndexConfig, ...] | None
) -> tuple[Config, bool]:
    """Return the configuration of the tree, else of the main branch, and whether there is one at all."""
    found = load_config(root) or config_of_main(Git(root, for_git(environment)))
    config = found or Config(index=())
    return config if indexes is None else _rehearsed(config, indexes), found is not None


def _git(
    root: Path, environment: Mapping[str, str], config: Config, report: Report, project: Project, *, write: bool
) -> Git:
    git = Git(
        root,
        environment,
        config.retry,
        report.say,
        write=write,
        timeout=config.timeout,
        project=project.canonical,
        subject=config.subject,
    )
    git.marks.by_request = config.push == "request"
    git.keep_back(config.remote, config.hotfix.private_remote)
    return git


def _learn_secrets(environment: Mapping[str, str], config: Config) -> list[str]:
    """Have hidden from now on what ~/.pypirc and the environment keep; return the variables that have a secret."""
    secret = with_key(variables_of(config.announce), config.assistant)
    learn_pypirc(_pypirc(environment))
    learn_environment(environment, secret)
    return secret


def _rehearsed(config: Config, indexes: tuple[IndexConfig, ...]) -> Config:
    """Return the configuration of a rehearsal: other indexes; no forge, which would show it to others, and no CI.

    Nobody is there to merge a request.
    """
    demands = replace(config.demands, attestations=False)  # only a workflow makes them
    return replace(_without_forge(config), index=indexes, publish="here", push="direct", demands=demands)


def _without_forge(config: Config) -> Config:
    return replace(config, forge=replace(config.forge, kind="none"))


def _within_reach(config: Config, git: Git) -> tuple[Config, str]:
    """Return the configuration without its forge, and which it was, where the remote is a folder; else as it is.

    Raises ReleaseError where it would take what another project of the repository has for its own.
    """
    refuse_shared(git, config)
    remote = git.setting(f"remote.{config.remote}.url") or ""
    if config.forge.shows and not config.forge.api and on_disk(remote):
        return _without_forge(config), config.forge.kind
    return config, ""


def open_indexes(config: Config, environment: Mapping[str, str], say: Callable[[str], None]) -> tuple[Index, ...]:
    """Return the indexes of release.toml, in their order."""
    found = ((each, account_of(each.name, each.upload, environment, _pypirc(environment))) for each in config.index)
    return tuple(Index(each, account, config.retry, say) for each, account in found)


def _set(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what is set: a secret that is not is an empty variable on GitHub, and twine takes it for a password."""
    return {name: text for name, text in of_the_project(environment).items() if text or not name.startswith("TWINE_")}


def _pypirc(environment: Mapping[str, str]) -> Path:
    return home_of(environment) / ".pypirc"
