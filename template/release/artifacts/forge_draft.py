"""The draft of a forge release, compared file by file with what it is to have: ours, missing, half-sent or foreign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from release.adapters.forge.protocols import Asset, ForgeRelease
from release.adapters.retry import Unavailable
from release.artifacts.distributions import all_published, built, recorded, recorded_hashes
from release.artifacts.forge_assets import SUMS, assets_of, hashes_of, means, require, written
from release.artifacts.forge_page import forge_of, is_current, is_ours, opening, page_of
from release.base.errors import ReleaseError
from release.base.temporary_folders import temporary_folder
from release.context import Context
from release.engine.step import Seen, State, absent, conflict, done


@dataclass(frozen=True)
class Compared:
    """A forge release beside what it is to have; `wrong` are assets that are half-sent, differ, or are there twice.

    `unmatched` are patterns that nothing matches, here or there.
    """

    missing: tuple[str, ...]
    unmatched: tuple[str, ...]
    wrong: tuple[Asset, ...]
    foreign: tuple[Asset, ...]
    wanted: int


def pushed_commit(ctx: Context) -> str | None:
    """Return the release commit once its tag is on the remote (and here): before that nothing belongs on a forge."""
    commit, tag = ctx.release_commit(), ctx.release.tag
    on_remote = ctx.git.remote_refs(ctx.config.remote).tags.get(tag)
    return commit if commit and on_remote == commit and tag in ctx.git.tags() else None


def found_of(ctx: Context) -> tuple[ForgeRelease | None, Sequence[ForgeRelease]]:
    """Return the public release of the tag, and its drafts."""
    found = forge_of(ctx).releases.find(ctx.release.tag)
    return next((each for each in found if not each.draft), None), [each for each in found if each.draft]


def stranger(ctx: Context, found: ForgeRelease) -> Seen:
    """Return the conflict that a release or a draft is which is not ours."""
    what = "has a draft of" if found.draft else "shows a release of"
    fact = f"{forge_of(ctx).name} {what} {ctx.release.tag} that is not from this release: {found.page}"
    return conflict(fact, f"{opening(found.page)}      (delete it there, then the same command again)")


def look_at_draft(ctx: Context) -> Seen:
    """Return what the forge shows of the draft of the release in hand."""
    commit = pushed_commit(ctx)
    if commit is None:
        return absent(f"{ctx.release.tag} is not on {ctx.config.remote}")
    name, (public, drafts) = forge_of(ctx).name, found_of(ctx)
    for each in [public, *drafts]:
        if each and not is_ours(ctx, each):
            return stranger(ctx, each)
    if public:
        return done(f"it is public on {name}")
    if removed(ctx, public, drafts):
        return done(f"{name} no longer has it: it was deleted there")
    if not drafts:
        return absent(f"{name} has no release of {ctx.release.tag}")
    if len(drafts) > 1 or not is_current(ctx.git, drafts[0], commit):
        return absent(f"{name} has {len(drafts)} drafts of {ctx.release.tag} from other attempts", begun=True)
    compared = compare(ctx, drafts[0])
    if compared.foreign:
        names = ", ".join(each.name for each in compared.foreign)
        fact = f"the draft on {name} has {names}, which are not files of this release: {drafts[0].page}"
        return conflict(fact, "$EDITOR release.toml      (forge.assets; or delete it there)", begun=True)
    if compared.missing or compared.unmatched or compared.wrong:
        there = compared.wanted - len(compared.missing) - len(compared.unmatched)
        begun = forge_of(ctx).releases.knows_drafts or bool(drafts[0].assets)
        return absent(f"{there} of {compared.wanted} files are in the draft on {name}", begun=begun)
    return done(f"a draft with {len(drafts[0].assets)} files on {name}")


def removed(ctx: Context, public: ForgeRelease | None, drafts: Sequence[ForgeRelease]) -> bool:
    """Return whether there was a page that is gone: our upload comes after the draft, and the indexes have everything.

    Who takes the page of an old candidate away need not see it again. With CI, the upload waits for nobody.
    """
    gone = public is None and not any(each.assets for each in drafts)
    return gone and ctx.config.publish != "ci" and all_published(ctx)


def wants_files(ctx: Context) -> bool:
    """Return whether the forge has yet to get files, which must lie here for that."""
    return look_at_draft(ctx).state is State.ABSENT


def compare(ctx: Context, draft: ForgeRelease) -> Compared:
    """Compare the assets of a draft by their hashes with what lies here, and with what the tag records."""
    ours = {each.name: each.sha256 for each in recorded(ctx)}
    files = assets_of(ctx)
    here = bool(built(ctx)) or not ours  # else every index has them already, and then the draft was whole
    wanted = (hashes_of(ctx, files) if here else {}) | recorded_hashes(ctx)
    if files.unmatched and any(each.name == SUMS and each.whole for each in draft.assets):
        wanted.pop(SUMS, None)  # it vouches for files that another machine has
    right: set[str] = set()
    wrong, foreign = [], []
    for asset in draft.assets:
        if asset.name not in wanted:
            if here and asset.name != SUMS and not files.may_be(asset.name):
                foreign.append(asset)
            elif not asset.whole:
                wrong.append(asset)
        elif asset.name in right or not asset.whole or _sha256(ctx, asset) != wanted[asset.name]:
            wrong.append(asset)
        else:
            right.add(asset.name)
    missing = tuple(name for name in wanted if name not in right)
    there = [each.name for each in draft.assets if each.whole and each.name not in {*wanted, SUMS}]
    unmatched = tuple(each for each in files.unmatched if here and not any(means(each, name) for name in there))
    return Compared(missing, unmatched, tuple(wrong), tuple(foreign), len(wanted) + len(unmatched))


def _sha256(ctx: Context, asset: Asset) -> str:
    return asset.sha256 or forge_of(ctx).releases.sha256_of(asset)


def fill(ctx: Context) -> None:
    """Make the draft what it is to be: one, with every file once. What is there already is not sent again."""
    commit = str(pushed_commit(ctx))
    releases = forge_of(ctx).releases
    public, drafts = found_of(ctx)
    if public:
        return  # somebody else was faster
    current = [each for each in drafts if is_current(ctx.git, each, commit)]
    for each in drafts:
        if each not in current[:1]:
            releases.discard(each)
    if not current:
        releases.draft(page_of(ctx, commit))
        current = list(found_of(ctx)[1])
    if not current:
        raise Unavailable(f"cannot see the draft of {ctx.release}", why="the forge does not list it yet")
    with temporary_folder() as place:
        paths = written(ctx, assets_of(ctx), Path(place))
        compared = compare(ctx, current[0])
        for asset in compared.wrong:
            releases.detach(current[0], asset)
        for name in compared.missing:
            if name not in paths:
                raise ReleaseError(f"cannot attach {name}", why="the file is missing here", run="inv build")
            releases.attach(current[0], paths[name])
    require(ctx, compared.unmatched)


def show(ctx: Context, *, latest: bool) -> None:
    """Make the draft public, which must be whole."""
    seen = look_at_draft(ctx)
    public, drafts = found_of(ctx)
    if public:
        return
    if seen.state is not State.DONE:
        raise ReleaseError(f"cannot show {ctx.release}", why=seen.fact, run="inv release auto")
    forge_of(ctx).releases.publish(drafts[0], page_of(ctx, str(pushed_commit(ctx))), latest=latest)
