"""What a commit says of itself that decides whether it is a change: a bot's, a release's, a copy of another.

A trailer, an author and a subject are claims; here they only decide what is counted, never what is released.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from release.adapters.git.git_repository import Git
from release.adapters.git.marks import ABORTED, FROZEN, HOTFIXED, RELEASE, REOPENED, THAWED
from release.adapters.git.trailers import trailers_of
from release.insight.commit_graph import Commit

_OURS = (RELEASE, ABORTED, REOPENED, FROZEN, THAWED)
_TRAILERS = "|".join((*_OURS, HOTFIXED))
_PICKED = re.compile(r"^\(cherry picked from commit ([0-9a-f]{40,64})\)", re.MULTILINE)
_BOTS = ("dependabot", "renovate", "pre-commit-ci", "github-actions", "greenkeeper", "pyup-bot", "allcontributors")
# A subject made of nothing but these, versions and the project's name is that of a release, not of a change.
_RELEASE_WORDS = re.compile(
    r"releases?|released|releasing|versions?|bump(?:s|ed|ing)?|prepares?|preparing|start|for|the|a|to|of|from|and|back|dev|"
    r"development|begin|open|reopen|tag|set|update|changelog|new|next|final|main|master|post|into|merge|branch|request|pull"
)
_PLAIN_WORD = re.compile(r"(?<!\S)[^\W\d_]+(?!\S)")
_SAYS_RELEASE = re.compile(r"released?|releasing|version|bump(?:ed)?|development")
_FIX = re.compile(r"\b(?:hot|bug)?fix(?:e[sd])?\b|\bbugs?\b|\bregressions?\b|\bCVE-\d", re.IGNORECASE)


@dataclass(frozen=True)
class Marks:
    """Of the commits that have any: {commit: its trailers} of ours, and {commit: the commits it was picked from}."""

    trailers: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    picked: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def value(self, sha: str, name: str) -> str:
        """Return the value of a trailer; empty where the commit has none."""
        return next((value for found, value in self.trailers.get(sha, ()) if found == name), "")

    def of_the_process(self, sha: str) -> bool:
        """Return whether a commit was made by the release process: a release, a freeze, a reopened branch."""
        return any(name in _OURS for name, _ in self.trailers.get(sha, ()))


def read_marks(git: Git, limits: Sequence[str]) -> Marks:
    """Return the marks between some commits (COMMIT, ^COMMIT), all of them: a count would cut a long history short."""
    greps = (f"--grep=^({_TRAILERS}): ", r"--grep=^\(cherry picked from commit ")
    words = ("-c", "i18n.logOutputEncoding=UTF-8", "log", "-E", *greps, "--no-show-signature", "--format=%x01%H%x00%B")
    listing = git.read_bytes(*words, "--stdin", given="".join(f"{limit}\n" for limit in limits).encode())
    trailers: dict[str, list[tuple[str, str]]] = {}
    picked: dict[str, list[str]] = {}
    for block in listing.decode(errors="replace").split("\1")[1:]:
        sha, _, message = block.partition("\0")
        trailers[sha] = trailers_of(message)
        picked[sha] = _PICKED.findall(message)
    return Marks(trailers, picked)


class Bots:
    """The authors that are programs: by the names that forges give them, and those of release.toml."""

    def __init__(self, more: Sequence[str]) -> None:
        names = "|".join(re.escape(name) for name in (*_BOTS, *more))
        self._known = re.compile(rf"\[bot\]|(?<![\w-])(?:{names})(?![\w-])", re.IGNORECASE)
        self._seen: dict[tuple[str, str], bool] = {}

    def made(self, commit: Commit) -> bool:
        """Return whether a program made a commit; a person called Abbott is none."""
        who = (commit.author, commit.mail)
        if who not in self._seen:
            self._seen[who] = bool(self._known.search(f"{commit.author} {commit.mail}"))
        return self._seen[who]


def releases_only(subject: str, project: str) -> bool:
    """Return whether a subject only says that a version was made: "Release 1.2.0", "Bump version: 1.2.0 -> 1.3.0"."""
    text = subject.lower().replace(project.lower(), "")
    if any(not _RELEASE_WORDS.fullmatch(word) for word in _PLAIN_WORD.findall(text)):
        return False  # most subjects end here
    text = re.sub(r"\(?#\d+\)?", "", text)
    text, versions = re.subn(r"(?<![\w.])v?\d+(?:\.[\dx]+)+[\w.+-]*|(?<![\w.])v?\d+\.?dev\d*", "", text)
    words = re.findall(r"[^\W\d_]+", text)
    known = all(_RELEASE_WORDS.fullmatch(word) for word in words)
    return known and (bool(versions) or any(_SAYS_RELEASE.fullmatch(word) for word in words))


def looks_like_a_fix(subject: str) -> bool:
    """Return whether a subject reads as that of a fix: a guess, for projects without fragments."""
    return bool(_FIX.search(subject))
