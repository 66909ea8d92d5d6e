"""The gate of the indexes: each answers, and has nothing of the version yet."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from release.adapters.retry import Unavailable
from release.adapters.tools.packaging_tools import UploadRefused
from release.adapters.workers.tool_worker import MOVED
from release.engine.gate import Verdict
from release.gates.index_access import ACCOUNT, VERSION_FREE
from tests.support.making import releasing
from tests.support.serving import Answer, Request, serving
from tests.support.world import OFF, World, make_world


def test_version_free_is_met_by_an_index_without_the_project(world: World) -> None:
    assert VERSION_FREE.ask(releasing(world)) == Verdict(True, "local answered and has no file of 0.1.0")


def test_version_free_is_met_by_an_index_with_other_versions(world: World, shelf: Path) -> None:
    for version in ("0.1.0rc1", "0.1.0.post1", "0.0.9"):
        (shelf / f"acme-{version}.tar.gz").write_bytes(b"another")

    assert VERSION_FREE.ask(releasing(world)).met


def test_version_free_is_met_without_an_index(repository: World) -> None:
    assert VERSION_FREE.ask(releasing(repository)) == Verdict(True, "no index is configured")


def test_version_free_refuses_a_version_that_is_there(world: World, shelf: Path, distributions: list[Path]) -> None:
    for file in distributions:
        shutil.copy(file, shelf)

    assert VERSION_FREE.ask(releasing(world)) == Verdict(
        False,
        "local has acme-0.1.0-py3-none-any.whl, acme-0.1.0.tar.gz; an uploaded file cannot be replaced",
        "inv release 0.1.1",
    )


def test_version_free_sees_one_version_in_all_its_spellings(world: World, shelf: Path) -> None:
    (shelf / "acme-0.1.tar.gz").write_bytes(b"0.1 is 0.1.0")

    assert VERSION_FREE.ask(releasing(world)).fact == "local has acme-0.1.tar.gz; an uploaded file cannot be replaced"


def test_version_free_raises_when_an_index_does_not_answer(tmp_path: Path, rendered: Path) -> None:
    """Then nothing is known; the engine tells it as a gate that could not be asked."""
    with serving(lambda _: Answer(503)) as address:
        world = make_world(tmp_path, rendered, address)

        with pytest.raises(Unavailable) as refusal:
            VERSION_FREE.ask(releasing(world))

    assert refusal.value.what == "cannot read the index local"
    assert refusal.value.why == "index answered 503"


def trusting(world: World) -> None:
    """Let the world's releases go to the index that everybody knows."""
    path = world.project / "release.toml"
    path.write_text(f"{OFF}\n", encoding="utf-8")


def test_account_is_met_where_the_index_trusts_the_workflow(world: World) -> None:
    trusting(world)
    ctx = releasing(
        world, CI="true", GITHUB_ACTIONS="true", ACTIONS_ID_TOKEN_REQUEST_URL="http://127.0.0.1:1/", TWINE_PASSWORD=""
    )

    assert ACCOUNT.ask(ctx) == Verdict(True, "pypi: trusted publishing")


def test_an_index_that_leads_elsewhere_is_refused_before_the_tag_and_at_the_upload(
    tmp_path: Path, rendered: Path, distributions: list[Path]
) -> None:
    """Twine follows no redirect of an upload: the password would go along."""
    asked: list[str] = []

    def answer(request: Request) -> Answer:
        asked.append(request.path)
        return Answer(301, headers={"Location": "http://127.0.0.1:9/elsewhere/"})

    with serving(answer) as address:
        ctx = releasing(make_world(tmp_path, rendered, address))
        verdict = ACCOUNT.ask(ctx)
        with pytest.raises(UploadRefused) as refused:
            ctx.tools.upload(distributions[:1], ctx.indexes[0].twine_options, ctx.indexes[0].account)

    assert verdict == Verdict(
        False,
        "local answered 301 to an upload: it redirects to http://127.0.0.1:9/elsewhere/; no password is sent there",
        "$EDITOR release.toml      (upload of local, if that is its new address)",
    )
    assert refused.value.status == MOVED
    assert "attempted to redirect to http://127.0.0.1:9/elsewhere/" in refused.value.why
    assert asked == ["/", "/"]
