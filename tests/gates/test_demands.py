"""What release.toml demands of every release, asked before the tag: attestations, and assets that the tag records."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from release.artifacts.distribution_files import read_distribution
from release.base.errors import ReleaseError
from release.context import Context
from release.context_loader import load_context
from release.engine.gate import Verdict
from release.gates.demands import ATTESTED, RECORDED
from release.pipeline import pipeline
from release.steps.draft_forge_release import DRAFT
from release.steps.tag import TAG
from tests.support.forges.server import ForgeServer
from tests.support.forges.worlds import token_for, with_forge
from tests.support.making import release_commit, releasing
from tests.support.world import World


def demanding(ctx: Context, **more: Any) -> Context:
    return replace(ctx, config=replace(ctx.config, demands=replace(ctx.config.demands, **more)))


def test_attestations_want_an_index_that_takes_them(world: World) -> None:
    verdict = ATTESTED.ask(demanding(releasing(world), attestations=True))

    assert verdict.fact == "release.toml requires attestations, but local does not accept them"


def test_attestations_want_a_workflow_that_uploads(world: World) -> None:
    path = world.project / "release.toml"
    path.write_text(path.read_text().replace('name = "local"', 'name = "local"\nattestations = "yes"'))
    ctx = demanding(releasing(world), attestations=True)

    assert ATTESTED.ask(ctx).run == '$EDITOR release.toml      (publish = "ci")'
    assert ATTESTED.ask(replace(ctx, config=replace(ctx.config, publish="ci"))).met
    job = {"CI": "true", "GITHUB_ACTIONS": "true", "ACTIONS_ID_TOKEN_REQUEST_URL": "http://127.0.0.1/"}
    assert ATTESTED.ask(replace(ctx, environment={**ctx.environment, **job})).met


def test_what_is_not_demanded_is_not_asked(world: World) -> None:
    steps = pipeline(releasing(world).release, (), releasing(world).config)

    asked = {gate.name for step in steps for gate in step.gates(releasing(world))}
    assert asked & {"attestations", "assets", "images", "sbom"} == set()


def with_assets(world: World, server: ForgeServer) -> Context:
    """Return a context whose tag has to record an executable."""
    with_forge(world, server, assets='["extra/acme-{version}"]')
    world.write(".gitignore", "/extra/\n/dist/\n/.release/\n")
    release_commit(world)
    ctx = load_context(world.project, world.environment(**token_for(server)), write=False)
    return demanding(ctx.taking(releasing(world).release), assets=True)


def test_the_tag_waits_for_assets_that_it_has_to_record(repository: World, github: ForgeServer) -> None:
    ctx = with_assets(repository, github)

    assert RECORDED.ask(ctx) == Verdict(
        False,
        "release.toml requires every asset to be recorded in the tag, but no file matches extra/acme-0.1.0",
        "nox -s executable      (or build it in another way; then the same command again)",
    )
    tagging = next(step for step in pipeline(ctx.release, (), ctx.config) if step.key == TAG.key)
    assert RECORDED in tagging.gates(ctx)


def test_an_asset_that_was_exchanged_after_the_tag_is_not_attached(repository: World, github: ForgeServer) -> None:
    ctx = with_assets(repository, github)
    made = repository.project / "extra" / "acme-0.1.0"
    repository.write("extra/acme-0.1.0", "an executable")
    assert RECORDED.ask(ctx) == Verdict(True, "1 further assets will be recorded in the tag")

    TAG.do(ctx)
    assert sha(made) in repository.git("cat-file", "tag", "v0.1.0")
    repository.write("extra/acme-0.1.0", "another executable")
    with pytest.raises(ReleaseError) as refused:
        DRAFT.do(ctx)

    assert refused.value.what == "cannot upload acme-0.1.0"
    assert refused.value.run == "git show v0.1.0      (shows the recorded file; restore that one, or inv abort)"


def sha(path: Path) -> str:
    return f"Asset: {read_distribution(path).sha256}  {path.name}"
