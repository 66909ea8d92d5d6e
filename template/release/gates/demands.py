"""Whether a release can prove what release.toml demands of each ([demands]), asked before its tag."""

from __future__ import annotations

from release.artifacts.component_facts import fact_lines
from release.artifacts.distribution_files import Facts, facts_in, requirements, wheel_of
from release.artifacts.distributions import built
from release.artifacts.forge_assets import assets_of
from release.artifacts.image_records import image_in, reference_of
from release.artifacts.release_sbom import resolved_in, resolved_lines
from release.context import Context
from release.engine.gate import Gate, Verdict


def _attested(ctx: Context) -> Verdict:
    """Only a job that the forge vouches for can make attestations, and not every index takes them."""
    without = [index.name for index in ctx.indexes if not index.takes_attestations]
    if without:
        fact = f"release.toml requires attestations, but {', '.join(without)} does not accept them"
        return Verdict(
            False, fact, '$EDITOR release.toml      (attestations = "yes" for this index, if it accepts them)'
        )
    if ctx.config.publish != "ci" and not (ctx.job and ctx.job.signing):
        fact = "release.toml requires attestations, which only a CI workflow can make; this command uploads itself"
        return Verdict(False, fact, '$EDITOR release.toml      (publish = "ci")')
    return Verdict(True, "the workflow makes them")


def _recorded(ctx: Context) -> Verdict:
    files = assets_of(ctx)
    if files.unmatched:
        absent = ", ".join(files.unmatched)
        fact = f"release.toml requires every asset to be recorded in the tag, but no file matches {absent}"
        return Verdict(False, fact, "nox -s executable      (or build it in another way; then the same command again)")
    return Verdict(True, f"{len(files.further)} further assets will be recorded in the tag")


def _images(ctx: Context) -> Verdict:
    """An image is built after the tag: here it is asked whether the registry answers, and the version is free there."""
    taken = []
    for repository in ctx.config.demands.images:
        reference = reference_of(ctx, repository)
        if there := image_in(ctx, reference):
            taken.append(f"{reference} already exists, with {there.digest}")
    if taken:
        fact = "\n".join(
            ["release.toml requires an image of this release, and an existing version is never replaced", *taken]
        )
        return Verdict(False, fact, "inv release patch      (or remove that image from the registry)")
    return Verdict(True, f"no image of {ctx.release.version} exists yet")


def _described(ctx: Context) -> Verdict:
    """Look for what release.toml demands of the SBOM in the metadata of each distribution."""
    wheel = wheel_of(built(ctx))
    if wheel is None:
        return Verdict(
            False, "release.toml requires facts in the SBOM, but without a wheel there is no SBOM", "inv build"
        )
    lines = resolved_lines(ctx, wheel)
    chosen = [(each.name, each.version) for each in resolved_in("\n".join(lines))]
    if requirements(wheel) and not chosen:
        return Verdict(None, "the requirements could not be resolved", "inv preflight")
    facts = facts_in("\n".join(fact_lines(ctx, wheel, chosen)))
    parts = [f"{ctx.release.project}=={ctx.release.version}", *(f"{name}=={version}" for name, version in chosen)]
    demands, told = ctx.config.demands, []
    for word, asked in (("licence", demands.sbom_licences), ("supplier", demands.sbom_suppliers)):
        without = [part for part in parts if asked and not getattr(facts.get(part, Facts()), word)]
        told += [f"no {word} in the metadata of {', '.join(without)}"] if without else []
    if told:
        run = "$EDITOR pyproject.toml      (license and authors; or another dependency; or [demands] in release.toml)"
        return Verdict(False, "\n".join(told), run)
    return Verdict(True, f"{len(parts)} components, each with the facts that release.toml requires")


ATTESTED = Gate("attestations", _attested)
RECORDED = Gate("assets", _recorded)
IMAGES = Gate("images", _images)
SBOM = Gate("sbom", _described)
