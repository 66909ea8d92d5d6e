"""A project with everything on that a preflight lets pass, and what one finds in it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from release.adapters.index.local_index import embedded_index
from release.commands.preflight import PreflightResult, preflight
from release.context import Choice
from release.context_loader import load_context
from tests.support.secrets import PASSWORD, USER
from tests.support.serving import Answer, Request, serving
from tests.support.world import World, make_world, render

PYTHON = "3.13"
OF_DISTRIBUTIONS = (
    *("builds", "file names", "metadata", "contents", "stray files", "size", "secrets inside", "installs"),
    *("sdist installs", "upgrade", "licences", "reproducible"),
)
SETTINGS = """\
python = ["{python}"]
{quality}advisories = "{advisories}"

[[index]]
name = "local"
upload = "{index}"
simple = "{index}simple/"

[retry]
attempts = 2
pause = 0.01
"""


def advisories(request: Request) -> Answer:
    """Answer as OSV does (https://google.github.io/osv.dev/post-v1-query/): one package has a known hole."""
    asked = json.loads(request.body)["package"]["name"]
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.1"}]}]
    affected = [{"package": {"name": "holey", "ecosystem": "PyPI"}, "ranges": ranges}]
    found = {"vulns": [{"id": "OSV-2026-1", "summary": "a hole", "affected": affected}]} if asked == "holey" else {}
    return Answer(body=json.dumps(found), content_type="application/json")


@contextmanager
def healthy_world(place: Path) -> Iterator[World]:
    """Give a project with one release behind it and a fragment for the next; its index is in `place`/index."""
    rendered = render(place / "rendered" / "acme", python_min=PYTHON, kind="command-line")
    digest = base64.b64encode(hashlib.sha1(PASSWORD.encode(), usedforsecurity=False).digest()).decode()
    (place / "htpasswd").write_text(f"{USER}:{{SHA}}{digest}\n")
    with embedded_index(place / "index", place / "htpasswd") as index, serving(advisories) as service:

        def settings(project: Path) -> None:
            kept = (rendered / "release.toml").read_text()
            where = {"python": PYTHON, "advisories": f"{service}v1/query", "index": index, "quality": "quality = []\n"}
            (project / "release.toml").write_text(kept + SETTINGS.format(**where))

        world = make_world(place, rendered, index, settings)
        world.note("feature", "The first thing")
        world.released("minor", "--skip", ",".join(OF_DISTRIBUTIONS[1:]))  # "builds" is of a preflight
        world.note("feature", "Another thing")
        world.git("push", "--quiet", "origin", "main")
        assert looked(world).blocking == []
        yield world


def looked(world: World, wanted: str = "auto", *, distributions: bool = True, **env: str) -> PreflightResult:
    """Return what a preflight finds, in this process."""
    environment = {name: value for name, value in world.environment(**env).items() if value}
    skip = frozenset() if distributions else frozenset(OF_DISTRIBUTIONS)
    ctx = load_context(world.project, environment, choice=Choice(skip))
    return preflight(ctx, wanted, "production")


def facts(findings: PreflightResult) -> dict[str, tuple[str, str, bool]]:
    """Return {gate: (fact, remedy, whether it blocks)} of the gates that are not met."""
    found = [*findings.blocking, *findings.warnings]
    return {each.gate.name: (each.verdict.fact, each.verdict.run, each.blocks) for each in found}
