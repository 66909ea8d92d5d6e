"""Announcements of a release: exactly one for each channel, whoever announces, and however often.

An intention is recorded on the remote before anything is sent, and a confirmation after it. What has only the first may
have arrived or not: no program can know, so a person decides.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from release.approvals.decision_records import Record, records
from release.artifacts.distributions import recorded
from release.base.changelog import sections
from release.base.errors import ReleaseError
from release.base.text_file import read
from release.channels.delivery import BEGUN, TOLD, Delivery, Message, Unclear, deliver
from release.config.channel_config import DEFAULT_TEXT, ChannelConfig, fill_placeholders
from release.config.release_toml import parse_config
from release.context import Context
from release.engine.run_gates import ask
from release.gates.published_files import BYTES

_PREFIX = "announcements"


@dataclass(frozen=True)
class Announcement:
    """One channel's announcement of a release, and the fact that its standing rests on."""

    channel: ChannelConfig
    standing: Delivery
    fact: str


def announcements(ctx: Context) -> list[Announcement]:
    """Return what is known of each channel that tells of the release in hand."""
    channels = [each for each in ctx.config.announce if each.announces(ctx.release.stage)]
    if not channels:
        return []
    kept = {each.name: each for each in records(ctx, f"{_PREFIX}/{ctx.release.version}/") if not each.forged}
    return [_seen(ctx, each, kept) for each in channels]


def due(ctx: Context) -> list[Announcement]:
    """Return those of the announcements of the release in hand that are not known to have been told."""
    return [each for each in announcements(ctx) if each.standing is not Delivery.TOLD]


def _not_pushed(ctx: Context, channel: ChannelConfig) -> str:
    """Return the command that keeps the text of a file of the project; empty where it is pushed, or git has no part."""
    remote, branch = ctx.config.remote, ctx.config.branch
    there, tagged = ctx.git.remote_refs(remote).branches.get(branch), ctx.git.commit_of(f"refs/tags/{ctx.release.tag}")
    if not there or not tagged or ctx.git.commit_of(there) is None or not _of_the_project(ctx, channel.file):
        return ""
    words = ("log", "-1", "--format=%H", f"-S{ctx.release.version}", f"{tagged}..{there}", "--", channel.file)
    if ctx.git.look(*words).require().out:
        return ""
    committing = f'git add {channel.file} && git commit --message="Announce {ctx.release}"'
    written = (ctx.root / channel.file).is_file() and str(ctx.release.version) in read(ctx.root / channel.file)
    changed = any(entry[3:] == channel.file for entry in ctx.git.changes())
    steps = [] if written else [f"inv announce {ctx.release.version}"]
    return " && ".join([*steps, *([committing] if changed or not written else []), f"git push {remote} {branch}"])


def _of_the_project(ctx: Context, file: str) -> bool:
    """Return whether a file is one that git keeps, or would."""
    if Path(file).expanduser().is_absolute() or ".." in Path(file).parts:
        return False
    return ctx.git.look("check-ignore", "--quiet", "--", file).code != 0


def _name(ctx: Context, channel: ChannelConfig, word: str) -> str:
    return f"{_PREFIX}/{ctx.release.version}/{channel.name}/{word}"


def _seen(ctx: Context, channel: ChannelConfig, kept: dict[str, Record]) -> Announcement:
    told, begun = kept.get(_name(ctx, channel, TOLD)), kept.get(_name(ctx, channel, BEGUN))
    if told:
        fact = f"by {told.by}, {told.at:%Y-%m-%d %H:%M} UTC"
        if channel.file and (keeping := _not_pushed(ctx, channel)):
            return Announcement(channel, Delivery.WRITTEN, f"{fact}, only in a working tree\n{keeping}")
        return Announcement(channel, Delivery.TOLD, fact)
    if begun:
        since = f"begun by {begun.by}, {begun.at:%Y-%m-%d %H:%M} UTC; whether it arrived is unknown"
        return Announcement(channel, Delivery.UNCLEAR, f"{since}\n{_again(ctx, channel)}")
    return Announcement(channel, Delivery.DUE, "not announced")


def _again(ctx: Context, channel: ChannelConfig) -> str:
    return f"inv announce {ctx.release.version} --again {channel.name}      (if it did not arrive)"


def pending(ctx: Context) -> list[Announcement]:
    """Return what is not announced by the channels that the release's own commit names."""
    commit = ctx.release_commit()
    text = ctx.git.file_at(commit, "release.toml") if commit and ctx.config.announce else None
    named = {each.name for each in parse_config(text).announce} if text else set()
    return [each for each in due(ctx) if each.channel.name in named] if named else []


def text_of(ctx: Context, channel: ChannelConfig) -> str:
    """Return what a channel is told; raise ReleaseError for a template that is not there or has an unknown word."""
    template = DEFAULT_TEXT
    if channel.template:
        path = ctx.root / channel.template
        if not path.is_file():
            why = f"there is no {channel.template}"
            raise ReleaseError(f"cannot announce by {channel.name}", why=why, run="$EDITOR release.toml")
        template = path.read_text(encoding="utf-8")
    return fill_placeholders(template, facts_of(ctx, page="{page}" in template), channel.template or "the template")


def facts_of(ctx: Context, *, page: bool) -> dict[str, str]:
    """Return {word of a template: its text}; `page`: also the address of the forge release, which is asked for."""
    release = ctx.release
    commit = ctx.git.commit_of(f"refs/tags/{release.tag}") or ctx.commit_made()
    changelog = ctx.git.file_at(commit, ctx.project.notes.changelog) or ""
    notes = next((each.body for each in sections(changelog) if each.version == release.version), "")
    requirement = f"{release.project}=={release.version}"
    index = ctx.indexes[-1] if ctx.indexes else None
    options = "" if index is None or index.well_known else f"--index-url {index.simple} "
    return {
        "project": release.project,
        "version": str(release.version),
        "tag": release.tag,
        "stage": release.stage,
        "date": datetime.fromtimestamp(ctx.git.time_of(commit), UTC).date().isoformat(),
        "index": " and ".join(each.name for each in ctx.indexes),
        "install": f"pip install {options}{requirement}" if index else "",
        "page": _page(ctx) if page else "",
        "notes": notes.strip(),
    }


def _page(ctx: Context) -> str:
    """Return the address of the forge release, for people; empty without one."""
    found = list(ctx.forge.releases.find(ctx.release.tag)) if ctx.forge else []
    return found[0].page if found else ""


def refuse_unproven(ctx: Context) -> None:
    """Raise ReleaseError unless the tag is on the remote and every index serves the bytes that it records."""
    tag, remote = ctx.release.tag, ctx.config.remote
    what = f"cannot announce {ctx.release}"
    if tag not in ctx.git.remote_refs(remote).tags:
        raise ReleaseError(what, why=f"{tag} is not on {remote}", run="inv status")
    if tag not in ctx.git.tags():
        ctx.git.fetch(remote, f"refs/tags/{tag}:refs/tags/{tag}")
    if not ctx.indexes:
        return
    if not recorded(ctx):
        raise ReleaseError(what, why=f"{tag} records no distributions", run=f"inv verify {ctx.release.version}")
    ask(replace(ctx, choice=replace(ctx.choice, skip=frozenset()), waived={}), (replace(BYTES, essential=True),))


def announce_due(ctx: Context) -> None:
    """Announce the release in hand where that is due; does nothing for a project without channels."""
    if due(ctx):
        refuse_unproven(ctx)
        announce(ctx)


def announce(ctx: Context, again: Collection[str] = ()) -> None:
    """Announce the release in hand by each channel that has not told of it; `again`: those that are unclear, too.

    A channel that fails does not stop the others. Raises ReleaseError afterwards, naming each that did not tell.
    """
    failed = []
    for each in announcements(ctx):
        said = f"announce by {each.channel.name}"
        if each.standing is Delivery.TOLD:
            ctx.report.line("done", said, each.fact)
            continue
        if each.standing is Delivery.UNCLEAR and not each.channel.file and each.channel.name not in again:
            ctx.report.line("unclear", said, each.fact)
            failed.append((each.channel, each.fact.partition("\n")[0], True))
            continue
        try:
            _tell(ctx, each)
        except ReleaseError as error:
            ctx.report.line("failed", said, error.why)
            failed.append((each.channel, error.why, isinstance(error, Unclear)))
        else:
            ctx.report.line("done", said, f"told{_kept_where(ctx, each.channel)}")
    if failed:
        _refuse(ctx, failed)


def _kept_where(ctx: Context, channel: ChannelConfig) -> str:
    """Return how a file of the project that was written is kept; else the next release would find it in its way."""
    ctx.git.look_again()
    keeping = _not_pushed(ctx, channel) if channel.file else ""
    return f" in this working tree; next: {keeping}" if keeping else ""


def _refuse(ctx: Context, failed: Sequence[tuple[ChannelConfig, str, bool]]) -> None:
    why = "\n".join(f"{channel.name}: {told.splitlines()[0]}" for channel, told, _ in failed)
    unclear = [channel for channel, _, may_have_arrived in failed if may_have_arrived]
    run = _again(ctx, unclear[0]) if len(unclear) == len(failed) else f"inv announce {ctx.release.version}"
    raise ReleaseError(f"{ctx.release} is not announced everywhere", why=why, run=run)


def _tell(ctx: Context, untold: Announcement) -> None:
    """Send the text of a channel, between its two records; those of a file that is written again are there."""
    channel = untold.channel
    commit = ctx.git.read("rev-parse", f"refs/tags/{ctx.release.tag}^{{commit}}")
    facts = {"Channel": channel.name, "Version": str(ctx.release.version)}
    name = f"{_PREFIX}/{ctx.release.version}/{channel.name}"
    sent = Message(name, commit, str(ctx.release), text_of(ctx, channel), facts)
    deliver(ctx, channel, sent, untold.standing)
