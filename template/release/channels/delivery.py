"""How a channel gets a text: an intention is recorded on the remote before it is sent, and a confirmation after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from release.adapters.tools.notifications import Sender
from release.approvals.decision_records import keep
from release.base.errors import ReleaseError
from release.config.channel_config import ChannelConfig
from release.context import Context

BEGUN, TOLD = "begun", "told"  # the two records, below the name of a message


class Delivery(Enum):
    """What is known of a message to a channel."""

    DUE = "to do"
    UNCLEAR = "unclear"
    WRITTEN = "written"  # into a file that is not pushed
    TOLD = "done"


class Unclear(ReleaseError):
    """It was sent, and no program can know whether it arrived."""


@dataclass(frozen=True)
class Message:
    """A text for one channel: the name of its records, the commit that they are about, and the facts they keep."""

    name: str
    commit: str
    title: str
    text: str
    facts: Mapping[str, str]


def deliver(ctx: Context, channel: ChannelConfig, message: Message, standing: Delivery) -> None:
    """Send a message between its two records; raise ReleaseError where it fails, Unclear where that is not known."""
    send = _way(ctx, channel, message.title)
    if standing is Delivery.DUE:
        begun = f"Announcing {message.title}"
        keep(ctx, f"{message.name}/{BEGUN}", message.commit, begun, message.facts, once=True)
    why = send(message.text)
    if why and channel.file:  # a file that has the text already is left as it is, so it can be tried again
        raise ReleaseError(f"cannot write {channel.file}", why=why)
    if why:
        raise Unclear(f"cannot announce by {channel.name}", why=f"{why}; it may have arrived anyway")
    if standing is not Delivery.WRITTEN:
        keep(ctx, f"{message.name}/{TOLD}", message.commit, f"Announced {message.title}", message.facts)


def _way(ctx: Context, channel: ChannelConfig, title: str) -> Callable[[str], str]:
    """Return what sends a text by a channel and gives the reason of a failure; nothing is sent yet."""
    if channel.file:
        path = ctx.root / Path(channel.file).expanduser()
        return lambda text: _write(path, text, anew=channel.write)
    address = ctx.environment.get(channel.variable, "") if channel.variable else channel.url
    sender = Sender(address, channel.variable or "release.toml")
    return lambda text: sender.send(title, text)


def _write(path: Path, text: str, *, anew: bool) -> str:
    """Put a text into a file, at most once."""
    try:
        before = path.read_text(encoding="utf-8") if path.exists() and not anew else ""
        if text.strip() not in before:
            path.parent.mkdir(parents=True, exist_ok=True)
            gap = "\n" if before and not before.endswith("\n\n") else ""
            path.write_text(f"{before}{gap}{text}", encoding="utf-8")
    except OSError as error:
        return str(error)
    return ""
