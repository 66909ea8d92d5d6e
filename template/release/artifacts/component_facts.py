"""Licences and suppliers of what a release depends on: asked of each distribution, and recorded in the tag."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from release.artifacts.distribution_files import Facts, metadata_of
from release.artifacts.install_check import trial
from release.base.control_characters import visible
from release.config.licence_expressions import expression_of, is_spdx
from release.context import Context

_METADATA = """
import importlib.metadata, json
print(json.dumps([
    [each.metadata["Name"], each.metadata.get("License-Expression") or "", each.metadata.get("License") or "",
     each.metadata.get_all("Classifier") or [],
     [each.metadata.get(key) or "" for key in ("Author", "Maintainer", "Author-Email", "Maintainer-Email")]]
    for each in importlib.metadata.distributions()
]))
"""


def fact_lines(ctx: Context, wheel: Path, parts: Sequence[tuple[str, str]]) -> list[str]:
    """Return what the tag records of the release in hand and of (name, version) that were chosen for it, a line each.

    Raises ReleaseError where one of them cannot be had.
    """
    own = metadata_of(wheel)
    people = [own.get(key, "") for key in ("author", "maintainer", "author_email", "maintainer_email")]
    licence = expression_of(own.get("license_expression", ""), own.get("license", ""), own.get("classifiers", []))
    found = {f"{ctx.release.project}=={ctx.release.version}": _facts(licence, map(str, people))}
    asked = _ask(ctx, parts) if parts else {}
    found |= {f"{name}=={version}": asked.get(_key(name), Facts()) for name, version in parts}
    lines = [("Licence", part, facts.licence) for part, facts in found.items()]
    lines += [("Supplier", part, facts.supplier) for part, facts in found.items()]
    return [f"{kind}: {part} {value}" for kind, part, value in lines if value]


def _ask(ctx: Context, parts: Sequence[tuple[str, str]]) -> dict[str, Facts]:
    with trial(ctx, ctx.pythons[-1]) as fresh:
        fresh.install("--no-deps", *(f"{name}=={version}" for name, version in parts))
        rows = json.loads(fresh.run("python", "-c", _METADATA).require().out)
    return {_key(name): _facts(expression_of(*licence), people) for name, *licence, people in rows}


def _facts(licence: str, people: Iterable[str]) -> Facts:
    named = next((" ".join(visible(each).split()) for each in people if each.strip()), "")
    return Facts(licence if is_spdx(licence) else "", named)


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
