"""Whether every channel that will tell of the release can be used: its address, its template and its words.

A channel that cannot be used is found by an announcement only when all is public.
"""

from __future__ import annotations

import os

from release.adapters.tools.notifications import Sender
from release.base.errors import ReleaseError
from release.base.text_file import read
from release.config.channel_config import PLACEHOLDERS, ChannelConfig, fill_placeholders
from release.config.toml_schema import FILE
from release.context import Context
from release.engine.gate import Gate, Severity, Verdict


def _channels(ctx: Context) -> Verdict:
    """Ask all of them, without telling anybody anything."""
    channels = [each for each in ctx.config.announce if each.announces(ctx.release.stage)]
    refusals = {each.name: refusal for each in channels if (refusal := _refusal(ctx, each))}
    if not refusals:
        return Verdict(True, f"{', '.join(each.name for each in channels)} can be used")
    fact = "\n".join(f"{name}: {refusal.why}" for name, refusal in refusals.items())
    return Verdict(False, fact, next(iter(refusals.values())).run)


def _refusal(ctx: Context, channel: ChannelConfig) -> ReleaseError | None:
    try:
        if channel.template:
            path = ctx.root / channel.template
            if not path.is_file():
                return ReleaseError("", why=f"there is no {channel.template}", run=f"$EDITOR {FILE}")
            fill_placeholders(read(path), dict.fromkeys(PLACEHOLDERS, ""), channel.template)
        if channel.file:
            return _unwritable(ctx, channel.file)
        address = ctx.environment.get(channel.variable, "") if channel.variable else channel.url
        Sender(address, channel.variable or FILE)
    except ReleaseError as error:
        return error
    return None


def _unwritable(ctx: Context, file: str) -> ReleaseError | None:
    path = ctx.root / os.path.expanduser(file)  # noqa: PTH111  (a Path raises for a user who does not exist)
    there = next(each for each in (path, *path.parents) if each.exists())
    if path.is_dir() or not os.access(there, os.W_OK):
        return ReleaseError("", why=f"{path} cannot be written", run=f"ls -ld {there}")
    return None


CHANNELS = Gate("channels", _channels, severity=Severity.WARNING)
