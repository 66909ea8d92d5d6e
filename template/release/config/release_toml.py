"""release.toml, the owner's configuration: every key has a default, and a key that is not known is refused."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from packaging.version import Version

from release.base.errors import ReleaseError
from release.config.assistant_config import AssistantConfig, refuse_nonsense_in_assistant
from release.config.channel_config import ChannelConfig, refuse_nonsense_in_channels
from release.config.demands_config import DemandsConfig
from release.config.forge_config import ForgeConfig, refuse_nonsense_in_forge
from release.config.freeze_config import FreezeConfig
from release.config.hotfix_config import HotfixConfig
from release.config.index_config import IndexConfig, refuse_nonsense_in_indexes
from release.config.licence_expressions import PERMISSIVE
from release.config.metrics_config import (
    DocumentationConfig,
    MetricsConfig,
    PerformanceConfig,
    refuse_nonsense_in_metrics,
)
from release.config.planning_config import (
    CalendarConfig,
    HealthConfig,
    PlanConfig,
    refuse_nonsense_in_calendar,
    refuse_nonsense_in_health,
    refuse_nonsense_in_plan,
)
from release.config.retry_config import RetryConfig
from release.config.stages import (
    STAGES,
    GateConfig,
    RoleConfig,
    StageConfig,
    TypeConfig,
    refuse_nonsense_in,
    refuse_nonsense_in_gates,
    stage_named,
    type_named,
)
from release.config.toml_schema import FILE, build, key, schema_of, wrong
from release.config.watch_config import WatchConfig, refuse_nonsense_in_watch
from release.config.wheels_config import WheelsConfig, refuse_nonsense_in_wheels
from release.values.gate_names import OldName, with_current_names
from release.values.remote_refs import HOTFIX
from release.values.tag_names import PLACE, tag_name, version_in_tag

PUBLISH = ("here", "ci")  # who uploads
PUSH = ("direct", "request")  # how a commit gets onto the branch of the remote


@dataclass(frozen=True)
class Config:
    """release.toml as a whole."""

    branch: str = key("main", "The main branch, from which releases are made.")
    remote: str = key("origin", "The git remote to which the branch and the tags are pushed.")
    tag: str = key("v{version}", "The tag of a release; {version} is the version (1.2.0), {version:_} is 1_2_0.")
    subject: str = key(
        "{subject}",
        "The subject of commits that the release process makes; {subject} is the default, such as Release acme 1.2.0.",
    )
    index: tuple[IndexConfig, ...] = key((IndexConfig(),), "The indexes, in the order of upload; [] for none.")
    python: tuple[str, ...] = key(
        (), "The Python versions that the distributions are installed on; empty: those in the classifiers."
    )
    smoke: tuple[str, ...] = key(
        (), "A smoke test: a command, as arguments, that must succeed where a distribution is installed."
    )
    check: bool = key(True, "Check the distributions (metadata, contents, installation) before the tag.")
    verify: bool = key(True, "Read the files back from the index and install from it after the upload.")
    quality: tuple[str, ...] = key(
        ("lint", "types", "tests", "coverage", "docs"),
        "The nox sessions that must succeed before a release; of the default, only those that the noxfile defines.",
    )
    gates: tuple[GateConfig, ...] = key((), "Your own gates, and changes to existing ones.")
    licenses: tuple[str, ...] = key(PERMISSIVE, "The licences that are accepted for dependencies, as SPDX identifiers.")
    advisories: str = key("", "The query address of an OSV API that knows vulnerabilities; empty: PyPI is asked.")
    strict_api: bool = key(False, "Require a minor release for a breaking change before 1.0, too.")
    growth: float = key(2.0, "The factor by which the size of a distribution may change without a warning.")
    reopen: bool = key(True, "After a final release, commit the next version as .dev0.")
    timeout: float = key(600.0, "The timeout of one command, such as a build or an upload, in seconds.")
    retry: RetryConfig = key(RetryConfig(), "How requests to an index, a forge or a remote are retried.")
    lines: str = key(
        "release/{line}", "The name of release branches, which `inv freeze` creates; {line} is the series, such as 1.2."
    )
    freeze: FreezeConfig = key(FreezeConfig(), "Which changes a frozen release branch accepts.")
    hotfix: HotfixConfig = key(HotfixConfig(), "When a hotfix is allowed, and what is due after it.")
    roles: tuple[RoleConfig, ...] = key((), "Roles, and who holds them.")
    stages: tuple[StageConfig, ...] = key((), "What each stage of a release requires.")
    two_people: bool = key(
        False, "One person requests an exception to a freeze, a waiver or a skipped gate, and another grants it."
    )
    types: tuple[TypeConfig, ...] = key((), "The stages that each type of release goes through.")
    forge: ForgeConfig = key(ForgeConfig(), "The forge that shows the releases.")
    publish: str = key(
        "here", "Where uploads run: here (on this machine), or ci (in the workflow that the tag starts)."
    )
    wait: float = key(
        3600.0, 'With publish = "ci": how long a release waits for the upload by the workflow, in seconds.'
    )
    systems: tuple[str, ...] = key(
        (), "The runners of CI: labels on github (empty: ubuntu-latest), tags on gitlab (empty: any)."
    )
    push: str = key(
        "direct", "How commits reach a branch: direct (a push), or request (only by pull or merge requests)."
    )
    signers: str = key("", "A tracked file of allowed signers (ssh-keygen format), whose keys may sign approvals.")
    demands: DemandsConfig = key(DemandsConfig(), "What every release must prove.")
    announce: tuple[ChannelConfig, ...] = key((), "The channels on which a release is announced.")
    calendar: CalendarConfig = key(CalendarConfig(), "When the stages of a planned release are due.")
    plan: PlanConfig = key(PlanConfig(), "How issues on the forge affect a plan.")
    health: HealthConfig = key(HealthConfig(), "When the health of a planned release is Yellow or Red.")
    metrics: MetricsConfig = key(MetricsConfig(), "The targets of the metrics, and what they count.")
    documentation: DocumentationConfig = key(DocumentationConfig(), "How much of the public API is documented.")
    performance: PerformanceConfig = key(PerformanceConfig(), "When a release counts as slower than the last one.")
    wheels: WheelsConfig = key(WheelsConfig(), "The wheels that a compiled package promises.")
    watch: tuple[WatchConfig, ...] = key((), "The checks of a release after it is published.")
    assistant: AssistantConfig | None = key(
        None, "The language model that comments on recorded facts; without this table none is asked."
    )
    old_names: tuple[OldName, ...] = field(default=(), compare=False)  # of gates, that the file still uses

    @property
    def own_gates(self) -> frozenset[str]:
        """The names of the project's own gates and sessions."""
        return frozenset({each.name for each in self.gates if each.run} | set(self.quality))

    @property
    def signs(self) -> bool:
        """Whether decisions that go past a gate are signed: where approvals of any stage have to be."""
        return any(stage.signed for stage in self.stages)

    def tag_of(self, version: object) -> str:
        """Return the name of the tag of `version`."""
        return tag_name(self.tag, version)

    def version_of(self, tag: str) -> Version | None:
        """Return the version in the name of a tag, or None when the name is not a release's."""
        return version_in_tag(self.tag, tag)

    def line_of(self, branch: str) -> str | None:
        """Return the line that a branch is, such as 1.2; None for the main branch, a hotfix or any other."""
        before, _, after = self.lines.partition("{line}")
        found = re.fullmatch(re.escape(before) + r"((?:\d+!)?\d+\.\d+)" + re.escape(after), branch)
        return found[1] if found else None

    def hotfix_branch(self, version: Version) -> str:
        """Return the branch of the hotfix that makes `version`: hotfix/1.2.1."""
        return self.hotfix.branch.replace("{version}", str(version))

    def hotfix_of(self, branch: str) -> Version | None:
        """Return the version that a branch is the hotfix of: 1.2.1 for hotfix/1.2.1; None for any other branch."""
        before, _, after = self.hotfix.branch.partition("{version}")
        found = re.fullmatch(re.escape(before) + r"((?:\d+!)?\d+(?:\.\d+)+)" + re.escape(after), branch)
        return Version(found[1]) if found else None

    def takes_requests(self, branch: str) -> bool:
        """Return whether commits get onto a branch by requests alone; that of a hotfix is ours to push."""
        return self.push == "request" and self.hotfix_of(branch) is None

    def gives_releases(self, branch: str) -> bool:
        """Return whether releases are made from a branch: the main one, a line, a hotfix."""
        return branch == self.branch or self.line_of(branch) is not None or self.hotfix_of(branch) is not None

    @property
    def signed_tags(self) -> bool:
        """Whether the tag of a release has to be signed."""
        given = self.demands.signed_tags
        return bool(self.signers) if given is None else given

    def stage(self, name: str) -> StageConfig:
        """Return the rules of a stage."""
        return stage_named(name, self.stages)

    def type(self, name: str) -> TypeConfig:
        """Return the rules of a type of release."""
        return type_named(name, self.types)


def load_config(root: Path) -> Config | None:
    """Read `root`/release.toml; None without the file, for then nothing says where a release goes.

    Raises ReleaseError for a file that is no TOML, an unknown key or a value of another type.
    """
    path = root / FILE
    try:
        return parse_config(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise ReleaseError(f"cannot read {FILE}", why=str(error), run=f"$EDITOR {FILE}") from error


def parse_config(text: str) -> Config:
    """Return the configuration that the text of a release.toml gives."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ReleaseError(f"cannot read {FILE}", why=str(error), run=f"$EDITOR {FILE}") from error
    if foreign := next((name for name in table if "-" in name), None):
        why = f"{foreign} is a key of another tool: cargo-release has a file of this name, too"
        run = f"git mv {FILE} cargo-release.toml      (cargo release --config cargo-release.toml)"
        raise ReleaseError(f"cannot use {FILE}", why=why, run=run)
    table, old_names = with_current_names(table)
    config = replace(build(Config, table), old_names=old_names)
    _refuse_nonsense(config)
    refuse_nonsense_in_assistant(config.assistant)
    return config


def _refuse_nonsense(config: Config) -> None:
    if len(PLACE.findall(config.tag)) != 1:
        raise wrong("tag", f'"{config.tag}" must hold {{version}} once')
    if config.subject.count("{subject}") != 1 or not config.subject.isprintable():
        raise wrong("subject", f'"{config.subject}" must be one line and hold {{subject}} once')
    if config.retry.attempts < 1:
        raise wrong("retry.attempts", f"{config.retry.attempts} is less than 1")
    durations = {"timeout": config.timeout, "wait": config.wait}
    durations |= {"retry.pause": config.retry.pause, "retry.longest": config.retry.longest}
    for name, seconds in durations.items():
        if not 0 < seconds < math.inf:
            raise wrong(name, f"{seconds:g} is no duration in seconds")
    refuse_nonsense_in_gates(config.gates)
    refuse_nonsense_in(config.roles, config.stages, config.types)
    if config.lines.count("{line}") != 1 or config.lines.startswith(HOTFIX):
        raise wrong("lines", f'"{config.lines}" must hold {{line}} once, and not begin with {HOTFIX}')
    if config.hotfix.branch.count("{version}") != 1 or not config.hotfix.branch.startswith(HOTFIX):
        raise wrong("hotfix.branch", f'"{config.hotfix.branch}" must begin with {HOTFIX} and hold {{version}} once')
    if not 0 < config.hotfix.follow_up < math.inf:
        raise wrong("hotfix.follow_up", f"{config.hotfix.follow_up:g} is no duration in hours")
    if config.growth <= 1:
        raise wrong("growth", f"{config.growth:g} is no factor above 1")
    for name, value, known in (("publish", config.publish, PUBLISH), ("push", config.push, PUSH)):
        if value not in known:
            raise wrong(name, f'"{value}" is none of {", ".join(known)}')
    if config.publish == "ci" and not config.index:
        raise wrong("publish", '"ci" publishes to indexes, and there is none')
    refuse_nonsense_in_forge(config.forge)
    refuse_nonsense_in_indexes(config.index, STAGES)
    refuse_nonsense_in_channels(config.announce, STAGES)
    refuse_nonsense_in_calendar(config.calendar)
    refuse_nonsense_in_plan(config.plan)
    refuse_nonsense_in_health(config.health)
    refuse_nonsense_in_metrics(config.metrics, config.documentation, config.performance)
    refuse_nonsense_in_watch(config.watch)
    refuse_nonsense_in_wheels(config.wheels, config.publish)


def schema() -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of release.toml, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FILE} | schema_of(Config)
