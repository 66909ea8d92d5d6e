"""What release.toml demands of a release: a demanded claim that is not proven is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from release.adapters.git.committed_config import config_at
from release.adapters.git.git_repository import Git
from release.base.errors import ReleaseError
from release.config.release_toml import Config
from release.config.toml_schema import FILE
from release.verification.claims import Claim, Proof, Subject, wrong


@dataclass(frozen=True)
class Demand:
    """One demand: how release.toml spells it, how the claims begin that have to be proven, and whether one must be."""

    key: str
    claims: str
    expected: bool = True


SIGNED_TAGS = Demand("signed_tags", "signature of the tag")
SIGNED_COMMITS = Demand("signed_commits", "signature of the commit")
ATTESTATIONS = Demand("attestations", "attestations on ")
ASSETS = Demand("assets", "asset ", expected=False)  # a release may have none but its distributions
IMAGES = Demand("images", "image", expected=False)  # each demanded one has its claim
SBOM_LICENCES = Demand("sbom_licences", "licences in the SBOM")
SBOM_SUPPLIERS = Demand("sbom_suppliers", "suppliers in the SBOM")
EVERY = (SIGNED_TAGS, SIGNED_COMMITS, ATTESTATIONS, ASSETS, IMAGES, SBOM_LICENCES, SBOM_SUPPLIERS)


def judged(subject: Subject, claims: Sequence[Claim]) -> list[Claim]:
    """Return `claims` with what is demanded and not proven as wrong; a demanded claim that nothing made is added."""
    found, ctx = list(claims), subject.ctx
    for demand in EVERY:
        if not demanded(ctx.config, demand) or _older(ctx.git, demand, subject.commit):
            continue
        told = f"{FILE} demands it ({_spelled(ctx.config, demand)})"
        mine = [each for each in found if each.what.startswith(demand.claims)]
        if demand.expected and not mine:
            found.append(wrong(demand.claims.strip(), f"there is none\n{told}"))
        for each in mine:
            if each.standing is Proof.NOT_PROVEN:
                found[found.index(each)] = wrong(each.what, f"{each.fact}\n{told}")
    return found


def demanded(config: Config, demand: Demand) -> bool:
    """Return whether a configuration makes a demand."""
    if demand is SIGNED_TAGS:
        return config.signed_tags
    if demand is ATTESTATIONS and not config.index:
        return False
    return bool(getattr(config.demands, demand.key))


def _spelled(config: Config, demand: Demand) -> str:
    given = getattr(config.demands, demand.key)
    return "signers" if given is None else f"[demands] {demand.key}"


def _older(git: Git, demand: Demand, commit: str) -> bool:
    """Return whether a release was made before the demand: its commit is in the history of the state without it.

    A forged release cannot claim that: its commit would have to be one that this clone's history had before.
    """
    without = next(_states_without(git, demand), None)
    return without is not None and git.contains(without, commit)


def _states_without(git: Git, demand: Demand) -> Iterator[str]:
    """Yield the commit before the demand was made, if it was not made at once.

    The changes of release.toml are followed from HEAD, newest first, as long as each makes the demand.
    """
    made = ""
    for each in git.read("log", "--first-parent", "--format=%H", "HEAD", "--", FILE).splitlines():
        try:
            config = config_at(git, each)
        except ReleaseError:  # written for another version of the release process
            config = None
        if config is None or not demanded(config, demand):
            yield f"{made}^" if made else "HEAD"
            return
        made = each
    if made and git.commit_of(f"{made}^"):
        yield f"{made}^"
