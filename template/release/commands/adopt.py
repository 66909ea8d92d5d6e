"""Adopting a project that was there before: what is recognised is told, what is missing is shown and then written."""

from __future__ import annotations

import difflib
from collections.abc import Callable

from release.base.text_file import read, with_ends_of
from release.base.unreleased_notes import waiting_in
from release.config.engine_place import in_repository, noxfile
from release.context import Context
from release.template.bumpversion_trial import BumpTrial, tried
from release.template.entry_files import Entrance, entrances
from release.template.missing_parts import (
    KINDS,
    bumping,
    changelog_doubts,
    configured,
    entered,
    ignored,
    notes,
    packing,
    pyproject_of,
    settings,
)
from release.template.project_detection import Layout, layout
from release.template.tag_forms import odd_forms


def adopt(ctx: Context, agree: Callable[[str], bool], *, dry_run: bool) -> bool:
    """Write what the release process needs and the project has not; return whether anything was missing.

    No line that is there is changed; the second time nothing is missing.
    """
    found = layout(ctx.root, ctx.git)
    ways = entrances(ctx.root)
    packed, packages = packing(found) if in_repository(ctx.root) else ({}, "")
    trial = tried(ctx)
    _tell(ctx, found, trial)
    to_do = _tell_what_is_left(ctx, ways, packages, found, trial)
    nox = next((f"nox -f {noxfile(ctx.root)}" for way in ways if way.file == "noxfile.py" and way.refused), "nox")
    place = found.place() or found.guessed_place()
    text = configured(_read(ctx, "release.toml"), settings(found, reopen=not trial.dev), place.kind if place else "")
    texts = (
        {"release.toml": text, "pyproject.toml": pyproject_of(found)}
        | packed
        | notes(found)
        | bumping(found, anew=trial.replaced)
    )
    texts |= entered(ways) | ignored(found)
    missing = {name: text for name, text in texts.items() if _read(ctx, name) != text}
    if not missing:
        ctx.report.say(f"\nnothing is missing; next: {nox} -s preflight")
        return to_do
    ctx.report.say()
    for name, text in missing.items():
        rows = difflib.unified_diff(_read(ctx, name).splitlines(), text.splitlines(), name, name, lineterm="", n=1)
        ctx.report.say("\n".join(rows))
    if dry_run or not agree("\nthese lines are added; nothing else is changed"):
        ctx.report.foretell()
        return True
    for name, text in missing.items():
        _write(ctx, name, text)
    commit = 'git add --all && git commit --message="adopt a release process"'
    ctx.report.say(f"\nadded; next: {commit} && {nox} -s preflight")
    return True


def _read(ctx: Context, name: str) -> str:
    path = ctx.root / name
    return read(path) if path.exists() else ""


def _write(ctx: Context, name: str, text: str) -> None:
    """Write a file; the lines that it has keep their ends."""
    path = ctx.root / name
    old = path.read_bytes().decode() if path.exists() else ""
    path.write_bytes(with_ends_of(old, text).encode())


def _tell(ctx: Context, found: Layout, trial: BumpTrial) -> None:
    places = dict.fromkeys(each.path for each in found.statements())
    rows = {
        "build backend": found.backend,
        "version": f"{ctx.project.version} in {', '.join(places)}" if places else _unstated(found),
        "line": f"{found.branch()}, {f'pushed to {found.remote()}' if found.remotes() else 'no remote yet'}",
        "forge": _forge(found),
        "ci": _ci(found),
        "tags": found.tag() or "none yet: v{version}",
        "changelog": _changelog(ctx, found),
        "fragments": "by towncrier as it is configured" if found.keeps_towncrier() else "changelog.d, by towncrier",
    }
    if trial.dev:
        rows["reopen"] = f"false: bump-my-version by {trial.file} cannot write {trial.dev}"
    if trial.replaced:
        rows["bump-my-version"] = f"{trial.file} cannot write {trial.final}; .bumpversion.toml counts before it"
    for name, fact in rows.items():
        ctx.report.line("ok", name, fact)


def _changelog(ctx: Context, found: Layout) -> str:
    """Say where the sections of releases are written: where towncrier writes them, if it is configured."""
    file = ctx.project.notes.changelog if found.keeps_towncrier() else found.changelog() or "CHANGELOG.md"
    return file if (ctx.root / file).exists() else f"none yet: {file}"


def _unstated(found: Layout) -> str:
    return "not found" if found.unwritten() else "the tag is the version"


def _forge(found: Layout) -> str:
    """Say which forge it is and by what it is known."""
    place, guessed = found.place(), found.guessed_place()
    if place:
        return f"{place.kind}, {place.project} at {place.home}"
    if guessed:
        return f"{guessed.kind} by {found.pipelines()[0]}, {guessed.project} at {guessed.home}"
    return "no known forge in the address of the remote"


def _ci(found: Layout) -> str:
    """Say what the forge runs, which is the owner's and stays, and what of the template's could be added to it."""
    place = found.place() or found.guessed_place()
    offered = place.traits.template_files if place else ()  # what an owner may take from the template
    missing = [name for name in offered if not (found.root / name).exists()]
    stays = f"{', '.join(found.pipelines())} stays as it is" if found.pipelines() else "none"
    return f"{stays}; could be added from the template: {', '.join(missing)}" if missing else stays


def _waiting(found: Layout) -> list[str]:
    """Return which texts of the changelog wait for a release, with the commands that make fragments of them."""
    path = found.root / (found.changelog() or "CHANGELOG.md")
    waiting = waiting_in(path.read_text(encoding="utf-8", errors="replace")) if path.is_file() else []
    kinds = tuple(KINDS)
    return [
        "\n".join((f'{path.name} has {len(each.texts)} below "{each.title}"; when adopted:', *each.commands(kinds)))
        for each in waiting
    ]


def _tell_what_is_left(ctx: Context, ways: list[Entrance], packages: str, found: Layout, trial: BumpTrial) -> bool:
    """Say what only the owner can do; return whether there is anything."""
    rows = [(way.file, f"{way.refused}, so nothing is added; {way.instead}") for way in ways if way.refused]
    rows += [("packages", packages)] if packages else []
    if unwritten := found.unwritten():
        rows.append(("version", f"{unwritten}; write it by [[tool.bumpversion.files]], or state it in [project]"))
    if trial.final and not trial.replaced:
        what = f"bump-my-version by {trial.file} cannot write {trial.final}"
        rows.append(("version", f"{what}; change it there, or delete the file and adopt again"))
    if found.compiles() and not ctx.config.wheels.platforms:
        promise = 'promise the wheels of each release in release.toml: [wheels] platforms = ["this"]'
        rows.append(("wheels", f"{found.backend} compiles modules; {promise}"))
    rows += [("version form", each) for each in odd_forms(ctx.project.version, list(found.git.tags()))]
    rows += [("changelog", each) for each in changelog_doubts(found)]
    rows += [("tags", each) for each in found.doubtful_tags()]
    rows += [("changelog", each) for each in _waiting(found)]
    for name, fact in rows:
        ctx.report.line("to do", name, fact)
    return bool(rows)
