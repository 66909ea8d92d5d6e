"""A claim about a release: proven, not proven with the reason, or wrong with both values; what could not be asked of
the world is never proven.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum

from release.adapters.git.marks import RELEASE
from release.approvals.decision_records import time_said
from release.artifacts.distribution_files import recorded_in
from release.artifacts.distributions import recorded_wheels
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from release.context import Context
from release.values.release import Distribution
from release.values.wheel_promise import promised_in


class Proof(Enum):
    """What is known of a claim."""

    PROVEN = "proven"
    NOT_PROVEN = "not proven"
    WRONG = "wrong"


@dataclass(frozen=True)
class Claim:
    """What is claimed, what is known of it, and the fact that it rests on."""

    what: str
    standing: Proof
    fact: str


def proven(what: str, fact: str) -> Claim:
    """The world shows that it is so."""
    return Claim(what, Proof.PROVEN, fact)


def not_proven(what: str, why: str) -> Claim:
    """It may be so; why nobody here can tell."""
    return Claim(what, Proof.NOT_PROVEN, why)


def wrong(what: str, fact: str) -> Claim:
    """The world shows that it is not so; the fact names both values."""
    return Claim(what, Proof.WRONG, fact)


def asked(what: str, ask: Callable[[], Iterable[Claim]]) -> list[Claim]:
    """Return the claims that `ask` gives; a question that failed leaves `what` not proven."""
    try:
        return list(ask())
    except ReleaseError as error:
        return [not_proven(what, f"{error.what}: {error.why}".rstrip(": "))]


@dataclass(frozen=True)
class Subject:
    """The release that is asked about, by the tag on the remote: its object, its commit and its message.

    `object` is empty for a tag without annotation; `tag` is the name that the object itself bears, `by` the tagger's
    address, `at` the time that it says (UTC). `here` is what this clone has under the name, empty for nothing. `doubt`
    says why the remote could not be asked; then it is the tag that this clone has.
    """

    ctx: Context
    object: str
    commit: str
    here: str
    tag: str
    by: str
    text: str
    at: datetime
    doubt: str = ""

    @property
    def files(self) -> tuple[Distribution, ...]:
        """The distributions that the tag records, and the wheels that it promises, once they are recorded."""
        promised = promised_in(self.text)
        return (*recorded_in(self.text), *(recorded_wheels(self.ctx, promised) if promised else ()))

    @property
    def ours(self) -> bool:
        """Whether the release process made it: its commit says so, and then its tag is an object with a record."""
        version = str(self.ctx.release.version)
        return self.ctx.git.marks.commit_with(RELEASE, version, self.commit) == self.commit

    @property
    def wheel(self) -> Distribution | None:
        """The wheel among them."""
        return next((each for each in self.files if each.name.endswith(".whl")), None)


def subject_of(ctx: Context) -> Subject:
    """Return the release in hand as the remote has it, fetched anew without a ref; else as this clone has it.

    Raises ReleaseError when there is no such tag on the remote, or, where that does not answer, here.
    """
    tag, remote = ctx.release.tag, ctx.config.remote
    here = ctx.git.ask("rev-parse", "--quiet", "--verify", f"refs/tags/{tag}").out.strip()
    ctx.git.ask_remote_again()
    try:
        refs = ctx.git.remote_refs(remote)
    except ReleaseError as error:
        if not here:
            raise
        return replace(_read(ctx, here, here), doubt=f"{error.what}: {error.why}")
    what = f"cannot verify {ctx.release}"
    if tag not in refs.tags:
        raise ReleaseError(what, why=f"{remote} has no tag {tag}", run=f"git ls-remote --tags {remote}")
    found = ctx.git.obtain(remote, f"refs/tags/{tag}")
    if found.code != 0:
        raise ReleaseError(what, why=CommandFailed(found).why, run=f"git fetch {remote} tag {tag}")
    return _read(ctx, refs.tag_objects.get(tag, refs.tags[tag]), here)


def _read(ctx: Context, made: str, here: str) -> Subject:
    """Return what a tag is: an object of its own, or only a name for a commit."""
    commit = ctx.git.read("rev-parse", f"{made}^{{commit}}")
    if commit == made:
        return Subject(ctx, "", commit, here, ctx.release.tag, "", "", _time("0"))
    head, _, text = ctx.git.read("cat-file", "tag", made).partition("\n\n")
    fields = dict(line.split(" ", 1) for line in head.splitlines() if " " in line)
    by, _, at = fields.get("tagger", "").rpartition("<")[2].partition("> ")
    return Subject(ctx, made, commit, here, fields.get("tag", ""), by, text, _time(at))


def _time(said: str) -> datetime:
    """Return the time of a tagger's line, which is seconds since 1970 and a zone."""
    seconds = said.partition(" ")[0]
    return time_said(seconds) or datetime.fromtimestamp(0, UTC)
