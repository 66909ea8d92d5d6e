"""release.toml as commits have it: a tree without one is released as the main branch says, never by the defaults."""

from __future__ import annotations

from collections.abc import Iterator

from release.adapters.git.git_command import GitCalls
from release.config.release_toml import Config, parse_config
from release.config.toml_schema import FILE

_USUAL = ("main", "master")  # looked at first; any branch may be the main one


def config_at(git: GitCalls, commit: str) -> Config | None:
    """Return the configuration in a commit, None where it has no release.toml."""
    listed = git.read("ls-tree", "--name-only", commit, "--", FILE)
    return parse_config(git.read("show", f"{commit}:{git.inside}{FILE}")) if listed else None


def config_of_main(git: GitCalls) -> Config | None:
    """Return the configuration of the main branch as this clone last knew it, on the remote before here.

    The main branch is the one whose release.toml names itself as the branch that gives releases; None without one.
    """
    return next((config for config, _ in _main(git)), None)


def head_of_main(git: GitCalls) -> str | None:
    """Return the commit of the main branch, as `config_of_main` finds it."""
    return next((git.commit_of(ref) for _, ref in _main(git)), None)


def _main(git: GitCalls) -> Iterator[tuple[Config, str]]:
    for remote, branch, ref in _branches(git):
        config = config_at(git, ref)
        if config and config.branch == branch and remote in ("", config.remote):
            yield config, ref


def _branches(git: GitCalls) -> Iterator[tuple[str, str, str]]:
    """Yield (remote or empty, branch, ref) of the branches of remotes, then of those here; usual names first."""
    remotes = sorted(git.read("remote").split(), key=lambda name: name != "origin")
    for remote in (*remotes, ""):
        start = f"refs/remotes/{remote}/" if remote else "refs/heads/"
        names = [ref.removeprefix(start) for ref in git.read("for-each-ref", "--format=%(refname)", start).splitlines()]
        for name in sorted(names, key=lambda name: (name not in _USUAL, name)):
            if name != "HEAD":
                yield remote, name, start + name
