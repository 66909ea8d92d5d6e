"""Adopting a project that was there before: what is recognised is told, what is missing is shown and then written."""

from __future__ import annotations

import difflib
from collections.abc import Callable

from release.adopting import bumping, configured, entrances, ignored, notes, packing, settings
from release.context import Context
from release.recognising import Layout, layout


def adopt(ctx: Context, agree: Callable[[str], bool], *, dry_run: bool) -> bool:
    """Write what the release process needs and the project has not; return whether anything was missing.

    No line that is there is changed; the second time nothing is missing.
    """
    found = layout(ctx.root, ctx.git)
    _tell(ctx, found)
    packed, to_do = packing(found)
    path = ctx.root / "release.toml"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    texts = {"release.toml": configured(text, settings(found))} | packed
    texts |= notes(found) | bumping(found) | entrances(found) | ignored(found)
    missing = {name: text for name, text in texts.items() if _read(ctx, name) != text}
    if to_do:
        ctx.report.line("to do", "packages", to_do)
    if not missing:
        ctx.report.say("\nnothing is missing; what comes next: nox -s preflight")
        return bool(to_do)
    ctx.report.say()
    for name, text in missing.items():
        rows = difflib.unified_diff(_read(ctx, name).splitlines(), text.splitlines(), name, name, lineterm="", n=1)
        ctx.report.say("\n".join(rows))
    if dry_run or not agree("\nthese lines are added, nothing else is changed"):
        ctx.report.say("nothing was changed")
        return True
    for name, text in missing.items():
        (ctx.root / name).write_text(text, encoding="utf-8")
    ctx.report.say('\nadded; next: git add --all && git commit --message="adopt a release process" && nox -s preflight')
    return True


def _read(ctx: Context, name: str) -> str:
    path = ctx.root / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _tell(ctx: Context, found: Layout) -> None:
    versions = found.versions()
    rows = {
        "build backend": found.backend,
        "version": f"{ctx.project.version} in {', '.join(versions)}" if versions else "the tag is the version",
        "line": f"{found.branch()}, pushed to {found.remote()}",
        "tags": found.tag() or "none yet: v{version}",
        "changelog": found.changelog() or "none yet: CHANGELOG.md",
        "fragments": "by towncrier as it is configured" if found.keeps_towncrier() else "changelog.d, by towncrier",
    }
    for name, fact in rows.items():
        ctx.report.line("ok", name, fact)
