"""Writing the section of a release: by towncrier, with the date, the link and the ends of lines as the others have."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from packaging.version import Version

from release.base.changelog import sections
from release.base.changelog_links import with_link
from release.base.text_file import with_ends_of
from release.base.written_dates import written_like
from release.context import Context


def write_changelog(ctx: Context, root: Path) -> list[Path]:
    """Write the section of the release in progress in a checkout; return the fragments that are in it."""
    file = root / ctx.project.notes.changelog
    before = _text(file)
    written = ctx.tools.write_notes(root, ctx.release.version, date=_day(ctx, before))
    if before and file.is_file():
        text = with_link(_text(file).replace("\r\n", "\n"), ctx.release.version)
        file.write_bytes(with_ends_of(before, text).encode())
    return written


def drafted(ctx: Context, version: Version | str) -> str:
    """Return the section that a release of `version` would write now."""
    date_ = _day(ctx, _text(ctx.root / ctx.project.notes.changelog))
    return ctx.tools.draft_notes(ctx.root, version, date=date_)


def _day(ctx: Context, changelog: str) -> str:
    """Return the day of the release in the form of the newest section; empty for towncrier's own form (ISO 8601)."""
    titles = [each.heading.title for each in sections(changelog)]
    return written_like(titles, _today(ctx)) or ""


def _today(ctx: Context) -> date:
    """Return the day as towncrier takes it: today's, or that of SOURCE_DATE_EPOCH."""
    epoch = ctx.environment.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC).astimezone().date() if epoch.isdigit() else date.today()


def _text(path: Path) -> str:
    return path.read_bytes().decode(errors="replace") if path.is_file() else ""
