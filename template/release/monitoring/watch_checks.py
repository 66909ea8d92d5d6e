"""The checks of a watch: what users get from the index, the release page, and what the project's own checks say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from release.adapters.index.listing import IndexFile
from release.adapters.index.simple_api import Index
from release.artifacts.distribution_files import packages
from release.artifacts.install_check import try_out
from release.base.temporary_folders import temporary_folder
from release.config.watch_config import WatchConfig
from release.monitoring.bug_reports import bug_reports
from release.monitoring.documentation_site import documentation_site
from release.monitoring.own_checks import own_check
from release.monitoring.watched import Finding, Outcome, Watched, yank_command
from release.values.release import Distribution

_FINISH = "inv release auto      (finishes what is missing)"


@dataclass(frozen=True)
class Check:
    """A question of the watch: from which phase on, what a failure means, and whether that is acted upon unasked."""

    name: str
    phase: str
    ask: Callable[[Watched], list[Finding]]
    means: Outcome | None = None  # another meaning of a failure than the check's own
    act: tuple[str, ...] = ()
    restore: tuple[str, ...] = ()


def _listed(subject: Watched, index: Index) -> dict[str, IndexFile]:
    listings = subject.requests.listings
    if index.name not in listings:
        subject.requests.count()
        listings[index.name] = index.files(subject.ctx.project.canonical, subject.ctx.release.version)
    return listings[index.name]


def _files(subject: Watched) -> list[Finding]:
    """Compare what each index lists and serves with the hashes that the tag records."""
    return [_files_on(subject, index) for index in subject.ctx.indexes]


def _files_on(subject: Watched, index: Index) -> Finding:
    name, listed = f"files on {index.name}", _listed(subject, index)
    for extra in sorted(listed.keys() - {each.name for each in subject.files}) if subject.files else ():
        return Finding(
            name, Outcome.TAKE_BACK, f"{extra} is there, and the tag does not record it", yank_command(subject)
        )
    missing = [each.name for each in subject.files if each.name not in listed]
    begun = subject.requests.made
    for each in subject.files:
        if each.name in missing:
            continue
        wrong = _other_hash(subject, index, listed[each.name], each)
        if wrong:
            return Finding(name, Outcome.TAKE_BACK, wrong, yank_command(subject))
    if missing:
        return Finding(name, Outcome.LOOK, f"{', '.join(missing)} is not there", _FINISH)
    if not subject.files:
        return Finding(name, Outcome.KEEP, f"{len(listed)} files; the tag records none to compare with")
    read = subject.requests.made - begun
    unread = f" ({read} of them read)" if read < len(subject.files) else ""
    return Finding(name, Outcome.KEEP, f"{len(subject.files)} files, listed and served as the tag records{unread}")


def _other_hash(subject: Watched, index: Index, file: IndexFile, ours: Distribution) -> str:
    """Return what is wrong with a file on an index: another hash in its list, or of the bytes that it serves."""
    told = f"the tag records {ours.sha256}"
    if file.sha256 and file.sha256 != ours.sha256:
        return f"{index.name} lists {ours.name} with {file.sha256}, {told}"
    if not subject.requests.left():
        return ""
    subject.requests.count()
    served = index.download_sha256(file)
    return f"{index.name} serves {ours.name} with {served}, {told}" if served != ours.sha256 else ""


def _yanked(subject: Watched) -> list[Finding]:
    """Look whether it is yanked."""
    found = []
    for index in subject.ctx.indexes:
        yanked = sorted(each.name for each in _listed(subject, index).values() if each.yanked)
        fact = f"{', '.join(yanked)} is yanked" if yanked else "no file is yanked"
        outcome, run = (
            (Outcome.TAKE_BACK, "inv release patch      (once the fix is in)") if yanked else (Outcome.KEEP, "")
        )
        found.append(Finding(f"yanked on {index.name}", outcome, fact, run))
    return found


def _installs(subject: Watched) -> list[Finding]:
    """Install it from each index on each Python, import it, and run the smoke command."""
    ctx, requirement = subject.ctx, f"{subject.ctx.project.canonical}=={subject.ctx.release.version}"
    found = []
    for index in ctx.indexes:
        modules = _modules(subject, index)
        for python in ctx.pythons:
            name = f"installs on Python {python} from {index.name}"
            if subject.requests.left() < 2:
                found.append(Finding(name, Outcome.LOOK, "not tried: the requests of this look are used", "inv watch"))
                continue
            subject.requests.count(2)  # its page and its wheel; those of dependencies are the installer's own
            words = ["--refresh-package", ctx.project.canonical, *index.installer_options, requirement]
            verdict = try_out(ctx, python, [words], modules, index.installer_login)
            outcome = Outcome.KEEP if verdict.met else Outcome.TAKE_BACK
            absent = not verdict.met and verdict.fact.startswith("there is no Python")
            run = verdict.run if absent else ("" if verdict.met else yank_command(subject))
            found.append(Finding(name, Outcome.LOOK if absent else outcome, verdict.fact, run))
    return found


def _modules(subject: Watched, index: Index) -> set[str]:
    """Return what the wheel on the index gives to import; nothing where there is none."""
    wheels = [each for name, each in _listed(subject, index).items() if name.endswith(".whl")]
    if not wheels:
        return set()
    subject.requests.count()
    with temporary_folder() as place:
        path = Path(place) / wheels[0].name
        path.write_bytes(index.read(wheels[0].url))
        return packages(path)


def _page(subject: Watched) -> list[Finding]:
    """Look whether the release page is public; nothing where no forge shows releases."""
    forge = subject.ctx.forge
    if forge is None:
        return []
    tag, name = subject.ctx.release.tag, f"page on {forge.name}"
    with subject.requests.to_the_forge(forge):
        found = next(iter(forge.releases.find(tag)), None)
    if found is None:
        return [Finding(name, Outcome.LOOK, f"there is no release of {tag}", _FINISH)]
    if found.draft:
        return [Finding(name, Outcome.LOOK, f"the release of {tag} is still a draft", _FINISH)]
    return [Finding(name, Outcome.KEEP, f"{found.page or tag} is public")]


BUILT_IN = (
    Check("files", "immediate", _files),
    Check("yanked", "immediate", _yanked),
    Check("installs", "immediate", _installs),
    Check("page", "immediate", _page),
    Check("documentation", "extended", documentation_site),
    Check("reports", "extended", bug_reports),
)


def checks_of(configured: tuple[WatchConfig, ...]) -> list[Check]:
    """Return the checks of a project: those that there are, as release.toml changes them, and its own."""
    by_name = {each.name: each for each in configured}
    found = [_changed(each, by_name.pop(each.name, None)) for each in BUILT_IN]
    found += [_changed(Check(name, "immediate", own_check(each)), each) for name, each in by_name.items()]
    return [each for each in found if each is not None]


def _changed(check: Check, config: WatchConfig | None) -> Check | None:
    if config is None:
        return check
    if config.verdict == "off":
        return None
    means = Outcome(config.verdict) if config.verdict else None
    ask = own_check(config) if config.run or config.url else check.ask
    return Check(check.name, config.phase or check.phase, ask, means, config.act, config.restore)
