"""The checks of a watch that a project has in [[watch]]: a command, an address, and their thresholds."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from release.adapters.web_page import page_text
from release.artifacts.install_check import Trial, Unfit, login_for, trial
from release.base.errors import ReleaseError
from release.base.shell import Completed
from release.config.watch_config import WatchConfig
from release.monitoring.measured_commands import judged, measurement_of
from release.monitoring.watched import Finding, Outcome, Watched, yank_command


def own_check(config: WatchConfig) -> Callable[[Watched], list[Finding]]:
    """Return the question of a check of the project's own."""

    def ask(subject: Watched) -> list[Finding]:
        good, fact = _page_says(config, subject) if config.url else _command_says(config, subject)
        run = yank_command(subject) if config.verdict == "take back" else _again(config, subject)
        return [Finding(config.name, Outcome.KEEP if good else Outcome.LOOK, fact, "" if good else run)]

    return ask


def _again(config: WatchConfig, subject: Watched) -> str:
    return shlex.join(map(subject.filled, config.run)) if config.run and not config.installed else "inv watch"


def _page_says(config: WatchConfig, subject: Watched) -> tuple[bool, str]:
    subject.requests.count()
    url, wanted = subject.filled(config.url), subject.filled(config.contains)
    try:
        text = page_text(url)
    except ReleaseError as error:
        return False, f"{error.what}: {error.why}"
    if wanted and wanted not in text:
        return False, f"{url} does not contain {wanted}"
    return True, f"{url} contains {wanted}" if wanted else f"{url} answers"


def _command_says(config: WatchConfig, subject: Watched) -> tuple[bool, str]:
    try:
        found = measurement_of(_ended(config, subject))
    except Unfit as error:
        return False, f"{error.what}\n{error.why}".rstrip()
    if found.failure:
        return False, found.failure
    if config.at_most is None and config.at_least is None:
        return True, found.last or "the command succeeded"
    if found.number is None:
        return False, f"its last line is no number: {found.last}"
    return judged(found.number, config.at_most, config.at_least)


def _ended(config: WatchConfig, subject: Watched) -> Completed:
    """Run the command in the project, or in an environment that has the release and nothing of its source."""
    ctx, words = subject.ctx, [subject.filled(word) for word in config.run]
    if not config.installed:
        return ctx.tools.command(words, cwd=ctx.root)
    with ctx.git.checkout(subject.commit) as source, _installed(subject) as fresh:
        return fresh.run(*(word.replace("{source}", str(source)) for word in words))


@contextmanager
def _installed(subject: Watched) -> Iterator[Trial]:
    """Give an environment of the first Python with the release from the first index; raise Unfit without one."""
    ctx = subject.ctx
    if not ctx.indexes:
        raise ReleaseError("cannot install the release", why="no index is configured", run="$EDITOR release.toml")
    index, project = ctx.indexes[0], ctx.project.canonical
    subject.requests.count(2)  # its page and its wheel
    with trial(ctx, ctx.pythons[0]) as fresh:
        words = ["--refresh-package", project, *index.installer_options, f"{project}=={ctx.release.version}"]
        login = login_for(index, project)
        fresh.fetch(login, *words) if login else fresh.install(*words)
        yield fresh
