"""Records of decisions (approvals, waivers, exceptions, follow-ups): annotated tag objects below refs/keelway/.

They live on the remote alone, so every clone sees the same ones; what this clone lacks is fetched without a ref.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from release.adapters.git.git_repository import Git
from release.adapters.git.object_batch import read_objects
from release.approvals.record_objects import objects_of
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from release.base.temporary_folders import temporary_folder
from release.context import Context
from release.values.remote_refs import HOTFIX, RECORDS

_TAGGER = re.compile(r"^tagger (?P<name>.*?) <(?P<email>[^>]*)> (?P<time>\d+)", re.MULTILINE)
_TRAILER = re.compile(r"^(?P<name>[A-Z][A-Za-z-]+): (?P<value>.*)$", re.MULTILINE)
_UNTIL = re.compile(r"\d{4}-\d\d-\d\d")
_NEVER = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class Person:
    """Who git says somebody is."""

    name: str
    email: str

    @property
    def slug(self) -> str:
        """The address as a part of a ref."""
        return slug(self.email)

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


@dataclass(frozen=True)
class Record:
    """One decision: its name below refs/keelway/, the commit that it is about, who made it when (UTC), and its facts.

    `forged`: the tag object was made under another name, or is none. `twice`: it says one thing more than once.
    """

    name: str
    id: str
    commit: str
    by: Person
    at: datetime
    facts: Mapping[str, str]
    forged: bool
    twice: bool = False

    @property
    def until(self) -> str:
        """The last day on which it counts, as 2026-11-30; empty without an end."""
        return self.facts.get("Until", "")

    def ended(self, at: datetime | None = None) -> bool:
        """Return whether its last day (UTC) was over at a time; without one, whether it is now."""
        day = (at or datetime.now(UTC)).astimezone(UTC).date().isoformat()
        return "Until" in self.facts and (not _UNTIL.fullmatch(self.until) or day > self.until)


def slug(text: str) -> str:
    """Return a text as one part of a ref: "ada-example.org" for ada@example.org."""
    return re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-.").replace("..", ".") or "x"


def me(git: Git) -> Person:
    """Return who git says this is; raise ReleaseError when it does not know."""
    said = git.ask("var", "GIT_COMMITTER_IDENT")
    found = re.match(r"(?P<name>.*) <(?P<email>[^>]+)> ", said.out)
    if said.code != 0 or not found:
        run = 'git config user.name "You" && git config user.email you@example.org'
        raise ReleaseError("git identity is not configured", why=CommandFailed(said).why, run=run)
    return Person(found["name"], found["email"])


def last_day(text: str) -> str:
    """Return the day on which a decision ends; raise ReleaseError for a text that is no day to come."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise ReleaseError(f'cannot use the day "{text}"', why="a day reads 2026-11-30", run="date -u +%F") from error
    if day < datetime.now(UTC).date() or not _UNTIL.fullmatch(text):
        why = "it has passed (in UTC), or is not written as 2026-11-30"
        raise ReleaseError(f'cannot use the day "{text}"', why=why, run="date -u +%F")
    return text


def records(ctx: Context, prefix: str) -> list[Record]:
    """Return the records whose names begin with `prefix`, oldest first; raise ReleaseError when one cannot be had."""
    there, own = ctx.git.remote_refs(ctx.config.remote).records, _own(ctx)
    wanted = {name: sha for name, sha in there.items() if name.startswith(f"{own}{prefix}")}
    made = [
        _parsed(name, own, wanted[name], each)
        for name, each in objects_of(ctx.git, ctx.config.remote, ctx.report.say, own, wanted).items()
    ]
    return sorted(made, key=lambda each: (each.at, each.name))


def _own(ctx: Context) -> str:
    """Return how the names of this project's records begin, where its repository has others: "in/acme/"."""
    return f"in/{ctx.project.canonical}/" if ctx.git.inside else ""


def _read(git: Git, whole: str, own: str, sha: str) -> Record:
    return _parsed(whole, own, sha, read_objects(git, [sha])[0])


def _parsed(whole: str, own: str, sha: str, found: tuple[str, str] | None) -> Record:
    """Return a record from (type, text) of its object; one that is no tag object, or is not here, was never made."""
    name = whole.removeprefix(own)
    kind, text = found or ("", "")
    if kind != "tag":
        return Record(name, sha, sha, Person("unknown", ""), _NEVER, {}, forged=True)
    head, _, message = text.partition("\n\n")
    fields = dict(line.split(" ", 1) for line in head.splitlines() if " " in line)
    tagger = _TAGGER.search(head)
    at = time_said(tagger["time"]) if tagger else _NEVER
    by = Person(tagger["name"], tagger["email"]) if tagger and at else Person("unknown", "")
    rows = _TRAILER.findall(message.partition("-----BEGIN")[0])
    facts = dict(rows)
    forged = fields.get("tag") != whole or at is None
    twice = len(facts) != len(rows)  # of two values a reader may see the other one
    return Record(name, sha, fields.get("object", ""), by, at or _NEVER, facts, forged, twice)


def time_said(seconds: str) -> datetime | None:
    """Return the time that an object of git says; None for one that is none: git takes any number."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, OSError, ValueError):
        return None


def keep(
    ctx: Context,
    name: str,
    commit: str,
    subject: str,
    facts: Mapping[str, str],
    *,
    sign: bool = False,
    once: bool = False,
) -> None:
    """Make a record about a commit and push it; raise ReleaseError when git cannot sign or the remote refuses.

    With `once` the remote refuses a name that it has already: of two who make it, one does.
    """
    made = make(ctx, name, commit, subject, facts, sign=sign)
    _push(ctx, made, (f"{RECORDS}{_own(ctx)}{name}:",) if once else ())


def make(ctx: Context, name: str, commit: str, subject: str, facts: Mapping[str, str], *, sign: bool = False) -> Record:
    """Return a record that only this clone has yet; raise ReleaseError when git cannot sign it."""
    whole = f"{_own(ctx)}{name}"
    lines = [f"{key}: {' '.join(value.split())}" for key, value in facts.items() if value]
    made = _tag_object(ctx.git, whole, commit, "\n".join([subject, "", *lines]), sign=sign)
    return _read(ctx.git, whole, _own(ctx), made)


def put(ctx: Context, record: Record, old: Record | None) -> None:
    """Push a record in the place of `old`, only while the remote has that very one (or none, where there was none)."""
    _push(ctx, record, (f"{RECORDS}{_own(ctx)}{record.name}:{old.id if old else ''}",))


def _push(ctx: Context, record: Record, leases: tuple[str, ...]) -> None:
    ref = f"{RECORDS}{_own(ctx)}{record.name}"
    pushed = ctx.git.push(_remote_of(ctx, record.commit), f"{record.id}:{ref}", leases=leases)
    if pushed.code != 0:
        raise ReleaseError(f"cannot push {ref}", why=CommandFailed(pushed).why, run="the same command again")


def _remote_of(ctx: Context, commit: str) -> str:
    """Return the remote for records about a commit: the private one while only that has the commit."""
    public = ctx.config.remote
    private = ctx.git.private.get(public)
    if private is None:
        return public
    hidden = [sha for sha in _private_heads(ctx, public, private) if ctx.git.commit_of(sha)]
    known = [sha for sha in ctx.git.own_refs(public).branches.values() if ctx.git.commit_of(sha)]
    unseen = ctx.git.read("rev-list", "--max-count=1", commit, "--not", *known)
    return private if unseen and any(ctx.git.contains(head, commit) for head in hidden) else public


def _private_heads(ctx: Context, public: str, private: str) -> list[str]:
    shown, there = ctx.git.own_refs(public).branches, ctx.git.own_refs(private).branches
    return [sha for name, sha in there.items() if name.startswith(HOTFIX) and name not in shown]


def kept_back(ctx: Context, commit: str) -> list[str]:
    """Return what makes the records public that only the private remote has, and that are about history of a commit."""
    public = ctx.config.remote
    if public not in ctx.git.private:
        return []
    shown = ctx.git.own_refs(public).records
    found = [each for each in records(ctx, "") if f"{_own(ctx)}{each.name}" not in shown]
    ours = [each for each in found if ctx.git.commit_of(each.commit) and ctx.git.contains(commit, each.commit)]
    return [f"{each.id}:{RECORDS}{_own(ctx)}{each.name}" for each in ours]


def _tag_object(git: Git, name: str, commit: str, message: str, *, sign: bool) -> str:
    """Make an annotated tag object without a ref in this clone, where it could be orphaned."""
    settings = git.ask("config", "--null", "--get-regexp", r"^(user|gpg|tag)\.").out.split("\0")
    given = (setting.partition("\n") for setting in settings if setting)
    words = [word for key, _, value in given for word in ("-c", f"{key}={value}")]
    with temporary_folder() as place:
        git.read("init", "--quiet", "--bare", "--template=", place)
        aside = {"GIT_DIR": place, "GIT_OBJECT_DIRECTORY": str(git.folder() / "objects")}
        how = "--sign" if sign else "--annotate"
        made = git.ask(*words, "tag", how, "--message", message, name, commit, env=aside)
        path = Path(place) / "refs" / "tags" / name
        text = git.read("cat-file", "tag", path.read_text(encoding="utf-8").strip()) if path.exists() else ""
        # git 2.39 makes an unsigned tag, and exits 0, when an ssh key cannot be read.
        if made.code != 0 or (sign and "\n-----BEGIN " not in text):
            why = CommandFailed(made).why
            raise ReleaseError(f"cannot make {name}", why=why, run="git config user.signingKey PATH")
        return path.read_text(encoding="utf-8").strip()


def drop(ctx: Context, record: Record) -> None:
    """Delete a record on the remote, only while it is this very one."""
    name = f"{_own(ctx)}{record.name}"
    ref = f"{RECORDS}{name}"
    remotes = (ctx.config.remote, *ctx.git.private.values())
    for remote in [each for each in remotes if ctx.git.own_refs(each).records.get(name) == record.id] or remotes[:1]:
        deleted = ctx.git.push(remote, f":{ref}", leases=(f"{ref}:{record.id}",))
        if deleted.code != 0:
            raise ReleaseError(f"cannot delete {ref}", why=CommandFailed(deleted).why, run="the same command again")


def keep_counting(
    ctx: Context,
    name: str,
    commit: str,
    subject: str,
    facts: Mapping[str, str],
    *,
    sign: bool,
    why_void: Callable[[Record], str],
) -> None:
    """Push a record in the place of one that says something else or does not count, once it is known to count."""
    old = next((each for each in records(ctx, name) if each.name == name), None)
    if old and dict(old.facts) == {key: value for key, value in facts.items() if value} and not why_void(old):
        return
    new = make(ctx, name, commit, subject, facts, sign=sign)
    if why := why_void(new):
        run = "git config user.signingKey PATH && git config gpg.format ssh"
        raise ReleaseError(f"cannot make {name}", why=why, run=run)
    put(ctx, new, old)
