"""release.toml, the owner's configuration: every key has a default, and a key that is not known is refused."""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from packaging.version import InvalidVersion, Version

from release.errors import ReleaseError
from release.licensing import PERMISSIVE

FILE = "release.toml"
SEVERITIES = ("blocking", "warning", "off")
STAGES = ("alpha", "beta", "candidate", "production")
T = TypeVar("T")


def _key(default: Any, doc: str) -> Any:
    """Declare a key of release.toml: its default and the sentence that explains it in schema and docs."""
    return field(default=default, metadata={"doc": doc})


@dataclass(frozen=True)
class IndexConfig:
    """An index that receives the distributions."""

    name: str = _key("pypi", "The index's name: pypi, testpypi, or one of your own; also its section in ~/.pypirc.")
    upload: str = _key("", "Where twine uploads to; empty: what twine knows under this name.")
    simple: str = _key("", "Where installers read (PEP 503, PEP 691); empty: known for pypi and testpypi.")
    largest: int = _key(0, "The most megabytes that a file may have there; 0: 100 on pypi and testpypi, else any.")
    days: int = _key(0, "Days after which a version takes no more files; 0: 14 on pypi and testpypi, else never.")
    yank: tuple[str, ...] = _key(
        (),
        "A command that yanks on this index, as arguments with {project}, {version}, {reason}; empty: a person does.",
    )


@dataclass(frozen=True)
class RetryConfig:
    """How patiently an index or a remote is asked again after a failure of the network."""

    attempts: int = _key(6, "How often a request is made in all before it counts as failed.")
    pause: float = _key(1.0, "Seconds before the second attempt; doubled each time, with jitter.")
    longest: float = _key(
        60.0, "The longest pause in seconds; a server that asks for more (Retry-After) is not waited for."
    )


@dataclass(frozen=True)
class GateConfig:
    """A gate of the project's own, or what is to be different of one that comes with the release process."""

    name: str = _key("", "Its name; that of a gate that exists changes this gate.")
    run: tuple[str, ...] = _key((), "A command that must succeed, as arguments; only for a gate of your own.")
    severity: str = _key("", "blocking, warning or off; empty: blocking, or what the gate is by itself.")
    stage: str = _key("", "The stage it is asked for: alpha, beta, candidate or production; empty: every one.")
    reads: tuple[str, ...] = _key(
        (), "All that it reads: tracked paths, folders, patterns, !exceptions. A green answer stands until they change."
    )


@dataclass(frozen=True)
class Config:
    """release.toml as a whole."""

    branch: str = _key("main", "The branch that gives releases.")
    remote: str = _key("origin", "The git remote that branch and tags are pushed to.")
    tag: str = _key("v{version}", "The name of a release's tag; {version} stands for the version.")
    index: tuple[IndexConfig, ...] = _key((IndexConfig(),), "The indexes, in the order of upload; [] for none.")
    python: tuple[str, ...] = _key((), "Pythons the distributions are tried on; empty: those of the classifiers.")
    smoke: tuple[str, ...] = _key((), "A command that must succeed where a distribution was installed, as arguments.")
    check: bool = _key(True, "Check the distributions (metadata, contents, installation) before the tag.")
    verify: bool = _key(True, "Read the files back from the index and install from it after the upload.")
    quality: tuple[str, ...] = _key(
        ("lint", "types", "tests", "coverage", "docs"),
        "The nox sessions that must succeed before a release; of this default those that the noxfile has.",
    )
    gates: tuple[GateConfig, ...] = _key((), "Gates of your own, and changes to those that there are.")
    licenses: tuple[str, ...] = _key(PERMISSIVE, "Licences that dependencies may have, as SPDX identifiers.")
    advisories: str = _key("", "Where an OSV API is asked for known vulnerabilities (its query); empty: PyPI is asked.")
    strict_api: bool = _key(False, "Before 1.0, too, a change that can break users needs a minor release.")
    growth: float = _key(2.0, "By which factor a distribution may grow or shrink without a warning.")
    reopen: bool = _key(True, "After a final release, open the branch for the next version with a .dev0 commit.")
    timeout: float = _key(600.0, "Seconds that one command (a build, an upload) may take.")
    retry: RetryConfig = _key(RetryConfig(), "How patiently an index is asked again.")

    def tag_of(self, version: object) -> str:
        """Return the name of the tag of `version`."""
        return self.tag.replace("{version}", str(version))

    def version_of(self, tag: str) -> Version | None:
        """Return the version in the name of a tag, or None when the name is not a release's."""
        before, _, after = self.tag.partition("{version}")
        if not (tag.startswith(before) and tag.endswith(after)):
            return None
        try:
            return Version(tag[len(before) : len(tag) - len(after)])
        except InvalidVersion:
            return None


def load_config(root: Path) -> Config:
    """Read `root`/release.toml; without the file every key has its default.

    Raises ReleaseError for a file that is no TOML, an unknown key or a value of another type.
    """
    path = root / FILE
    try:
        return parse_config(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Config()
    except UnicodeDecodeError as error:
        raise ReleaseError(f"cannot read {FILE}", why=str(error), run=f"$EDITOR {FILE}") from error


def parse_config(text: str) -> Config:
    """Return the configuration that the text of a release.toml gives."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ReleaseError(f"cannot read {FILE}", why=str(error), run=f"$EDITOR {FILE}") from error
    config = _build(Config, table, "")
    _refuse_nonsense(config)
    return config


def _refuse_nonsense(config: Config) -> None:
    if config.tag.count("{version}") != 1:
        raise _wrong("tag", f'"{config.tag}" must hold {{version}} once')
    if config.retry.attempts < 1:
        raise _wrong("retry.attempts", f"{config.retry.attempts} is less than 1")
    for key, seconds in (("timeout", config.timeout), ("pause", config.retry.pause), ("longest", config.retry.longest)):
        if not 0 < seconds < math.inf:
            raise _wrong(key if key == "timeout" else f"retry.{key}", f"{seconds:g} is no duration in seconds")
    _refuse_nonsense_in_gates(config.gates)
    if config.growth <= 1:
        raise _wrong("growth", f"{config.growth:g} is no factor above 1")
    names = [index.name for index in config.index]
    if len(set(names)) != len(names):
        raise _wrong("index", f"two indexes have the same name: {', '.join(names)}")
    for index in config.index:
        for url in (index.upload, index.simple):
            if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
                raise _wrong("index", f'"{url}" is no http or https address')
            if urlsplit(url).username or urlsplit(url).password:
                raise _wrong("index", "an address with a password in it; give it by TWINE_USERNAME and TWINE_PASSWORD")


def _refuse_nonsense_in_gates(gates: tuple[GateConfig, ...]) -> None:
    for number, gate in enumerate(gates):
        key = f"gates[{number}]"
        if not gate.name:
            raise _wrong(f"{key}.name", "a gate needs a name")
        for name, value, known in (("severity", gate.severity, SEVERITIES), ("stage", gate.stage, STAGES)):
            if value and value not in known:
                raise _wrong(f"{key}.{name}", f'"{value}" is none of {", ".join(known)}')
    names = [gate.name for gate in gates]
    if len(set(names)) != len(names):
        raise _wrong("gates", f"two gates have the same name: {', '.join(names)}")


def _wrong(key: str, why: str) -> ReleaseError:
    return ReleaseError(f"cannot use {FILE}: {key}", why=why, run=f"$EDITOR {FILE}")


def _build(cls: type[T], table: Mapping[str, Any], where: str) -> T:
    keys = {f.name: f for f in _fields(cls)}
    hints = get_type_hints(cls)
    for name in table:
        if name not in keys:
            near = difflib.get_close_matches(name, keys, n=1, cutoff=0.5)
            known = f"did you mean {near[0]}?" if near else f"keys: {', '.join(keys)}"
            raise _wrong(where + name, f"no such key; {known}")
    return cls(**{name: _value(hints[name], value, where + name) for name, value in table.items()})


def _fields(cls: type) -> tuple[Field[Any], ...]:
    return fields(cls)


def _value(hint: Any, value: Any, where: str) -> Any:
    """Return `value` as the type `hint` of a key; raise ReleaseError when it is of another one."""
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise _wrong(where, f"{value!r} is no array")
        return tuple(_value(get_args(hint)[0], item, f"{where}[{number}]") for number, item in enumerate(value))
    if is_dataclass(hint):
        if not isinstance(value, dict):
            raise _wrong(where, f"{value!r} is no table")
        return _build(hint, value, f"{where}.")  # type: ignore[arg-type]  # a class, as is_dataclass cannot say
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise _wrong(where, f"{value!r} is no {_NAMES[hint]['type']}")
    return value


_NAMES: dict[Any, dict[str, str]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
}


def schema() -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of release.toml, for editors."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FILE}
    return head | _schema(Config)


def _schema(hint: Any) -> dict[str, Any]:
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _schema(get_args(hint)[0])}
    if not is_dataclass(hint):
        return dict(_NAMES[hint])
    hints = get_type_hints(hint)
    properties = {
        f.name: {"description": f.metadata["doc"]} | _schema(hints[f.name]) | _default(f.default) for f in fields(hint)
    }
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _default(value: Any) -> dict[str, Any]:
    return {} if is_dataclass(value) or value is MISSING or isinstance(value, tuple) else {"default": value}
