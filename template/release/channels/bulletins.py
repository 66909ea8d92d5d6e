"""What is sent of a planned release (status updates, notices, its day): once by each channel that has its topic.

A name that has what a text is about (a week, a list, a day) is what "once" means: the same name is never sent again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from release.approvals.decision_records import Record, records
from release.base.errors import ReleaseError
from release.channels.delivery import BEGUN, TOLD, Delivery, Message, Unclear, deliver
from release.config.channel_config import ChannelConfig
from release.context import Context

_PREFIX = "bulletins"


@dataclass(frozen=True)
class Bulletin:
    """A text for the channels of a topic; `name` is below "bulletins/", `commit` what the text was computed from.

    `run` is the command that sends it.
    """

    topic: str
    name: str
    commit: str
    title: str
    text: str
    run: str


def channels_of(ctx: Context, topics: Collection[str]) -> list[ChannelConfig]:
    """Return the channels that have one of some topics; raise ReleaseError where there is none."""
    found = [each for each in ctx.config.announce if set(each.topics) & set(topics)]
    if not found:
        why = f"no channel of release.toml has the topic {' or '.join(topics)} (topics in [[announce]])"
        raise ReleaseError("cannot announce", why=why, run="$EDITOR release.toml")
    return found


def send(ctx: Context, bulletins: Sequence[Bulletin], again: Collection[str] = (), *, dry_run: bool = False) -> None:
    """Send each bulletin by each channel of its topic that has not had it; `again`: those that are unclear, too.

    A channel that fails does not stop the others. Raises ReleaseError afterwards, with what each said.
    """
    channels = channels_of(ctx, [each.topic for each in bulletins])
    _refuse_unpushed(ctx, bulletins[0])
    _refuse_unknown(again, channels, bulletins[0].run)
    kept = {each.name: each for each in records(ctx, f"{_PREFIX}/") if not each.forged}
    failed: list[tuple[str, str, bool]] = []
    for bulletin in bulletins:
        for channel in channels:
            if bulletin.topic in channel.topics:
                failed += _send(ctx, bulletin, channel, kept, again, dry_run=dry_run)
    if dry_run:
        ctx.report.say("nothing was sent")
    if failed:
        why = "\n".join(f"{name}: {reason}" for name, reason, _ in failed)
        unclear = [name for name, _, may_have_arrived in failed if may_have_arrived]
        more = f" --again {unclear[0]}      (if it did not arrive)" if len(unclear) == len(failed) else ""
        raise ReleaseError(
            f"{bulletins[0].title} is not announced everywhere", why=why, run=f"{bulletins[0].run}{more}"
        )


def _send(
    ctx: Context,
    bulletin: Bulletin,
    channel: ChannelConfig,
    kept: dict[str, Record],
    again: Collection[str],
    *,
    dry_run: bool,
) -> list[tuple[str, str, bool]]:
    """Send a bulletin by one channel; return its name, the reason and whether it may have arrived where it failed."""
    name, row = f"{_PREFIX}/{bulletin.name}/{channel.name}", f"{bulletin.topic} by {channel.name}"
    told, begun = kept.get(f"{name}/{TOLD}"), kept.get(f"{name}/{BEGUN}")
    if told:
        ctx.report.line("done", row, f"by {told.by}, {told.at:%Y-%m-%d %H:%M} UTC")
        return []
    if begun and not channel.file and channel.name not in again:
        reason = f"begun by {begun.by}, {begun.at:%Y-%m-%d %H:%M} UTC; whether it arrived is unknown"
        ctx.report.line("unclear", row, reason)
        return [(channel.name, reason, True)]
    if dry_run:
        ctx.report.line("to do", row, bulletin.title)
        ctx.report.say(f"\n{bulletin.text}")
        return []
    message = Message(name, bulletin.commit, bulletin.title, bulletin.text, {"Channel": channel.name})
    try:
        deliver(ctx, channel, message, Delivery.UNCLEAR if begun else Delivery.DUE)
    except ReleaseError as error:
        ctx.report.line("failed", row, error.why)
        return [(channel.name, error.why.partition("\n")[0], isinstance(error, Unclear))]
    ctx.report.line("done", row, f"sent: {bulletin.title}")
    return []


def _refuse_unpushed(ctx: Context, bulletin: Bulletin) -> None:
    """Raise ReleaseError where the remote does not have the commit that a bulletin was computed from."""
    remote = ctx.config.remote
    heads = [each for each in ctx.git.remote_refs(remote).branches.values() if ctx.git.commit_of(each)]
    if not any(ctx.git.contains(head, bulletin.commit) for head in heads):
        why = f"{bulletin.commit[:7]}, from which it was computed, is not on {remote}"
        run = f"git push {remote} {ctx.config.branch}"
        raise ReleaseError(f"cannot announce {bulletin.title}", why=why, run=run)


def _refuse_unknown(again: Collection[str], channels: Sequence[ChannelConfig], run: str) -> None:
    names = [each.name for each in channels]
    for name in again:
        if name not in names:
            why = f"there is no channel {name} with this topic; channels: {', '.join(names)}"
            raise ReleaseError("cannot announce", why=why, run=run)
