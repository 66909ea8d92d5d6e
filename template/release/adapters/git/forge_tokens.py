"""Tokens of forges in the environment: git has them where it speaks to a remote, hooks of the project never do.

A helper of git's may answer with one (`gh auth git-credential` does). So they are given to the commands that cross the
network, without hooks; the hook pre-push is run before, as git would run it (githooks(5)).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from release.base.child_env import forge_tokens

_CROSSING = ("clone", "fetch", "ls-remote", "push", "submodule")
_NOTHING = "0" * 40
_WITHOUT_HOOKS = ("-c", f"core.hooksPath={os.devnull}")


class ForgeTokens:
    """The tokens of one environment, and git without and with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._tokens = forge_tokens(environment)

    def __bool__(self) -> bool:
        return bool(self._tokens)

    def kept_from(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return an environment without the tokens."""
        return {name: value for name, value in environment.items() if name not in self._tokens}

    def for_command(self, words: Sequence[str | Path]) -> tuple[tuple[str, ...], dict[str, str]]:
        """Return the settings and the variables that a git command is given, nothing for one that stays here."""
        if self._tokens and _command(words) in _CROSSING:
            return _WITHOUT_HOOKS, dict(self._tokens)
        return (), {}


def _command(words: Sequence[str | Path]) -> str:
    """Return the command among git's words, behind its settings."""
    rest = list(map(str, words))
    while rest[:1] == ["-c"]:
        rest = rest[2:]
    return rest[0] if rest else ""


def line_of(refspec: str, commit: str, there: str) -> str:
    """Return what the hook pre-push reads of one refspec; `commit` is what it pushes, `there` what the remote has."""
    local, _, ref = refspec.rpartition(":") if ":" in refspec else (refspec, "", refspec)
    return f"{local or '(delete)'} {commit or _NOTHING} {ref} {there or _NOTHING}\n"
