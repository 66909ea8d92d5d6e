"""The project's git repository; a question that failed is raised, never an empty answer."""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir

from release.adapters.git.git_command import GitCalls
from release.adapters.git.marks import Marks
from release.adapters.git.remotes import RemoteCalls
from release.adapters.retry import RetrySettings
from release.base.errors import ReleaseError
from release.base.temporary_folders import TEMPORARY, sweep, temporary_folder
from release.values.remote_refs import RemoteRefs

_NAMED_BY_HASH = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?[\^~0-9]*")  # a commit, or one before it


class Git(GitCalls, RemoteCalls):
    """git in the clone that the project at `root` is in; paths are relative to `root`."""

    def __init__(
        self,
        root: Path,
        environment: Mapping[str, str],
        retry: RetrySettings | None = None,
        say: Callable[[str], None] = lambda _: None,
        *,
        write: bool = True,
        timeout: float | None = None,
        project: str = "",
        subject: str = "{subject}",
    ) -> None:
        super().__init__(root, environment, retry, say, write=write, timeout=timeout, project=project, subject=subject)
        self.marks = Marks(self)
        self.private: dict[str, str] = {}
        self._remote_refs: dict[str, RemoteRefs] = {}
        self._asking = threading.Lock()

    # What is here

    def under_way(self, *names: str) -> list[str]:
        """Return those `names` of files (MERGE_HEAD) that git keeps while this worktree is amid something."""
        paths = self.read("rev-parse", *(word for name in names for word in ("--git-path", name))).splitlines()
        return [name for name, path in zip(names, paths, strict=True) if (self.root / path).exists()]

    def branch(self) -> str | None:
        """Return the name of the current branch, or None when HEAD is detached."""
        completed = self.ask("symbolic-ref", "--quiet", "HEAD")  # its short form is longer beside a tag of that name
        return completed.out.strip().removeprefix("refs/heads/") if completed.code == 0 else None

    def changes(self) -> tuple[str, ...]:
        """Return the paths that differ from HEAD or are not tracked, each with git's two letters of state.

        Those of the whole repository: outside of the project they begin with "../".
        """
        found, entries = [], iter(self.read("status", "--porcelain", "-z", "--untracked-files=all").split("\0"))
        for entry in filter(None, entries):
            found.append(f"{entry[:3]}{self.relative(entry[3:])}")
            if entry[0] in "RC":
                found.append(f"D  {self.relative(next(entries))}")  # what it was
        return tuple(found)

    def hidden_changes(self) -> list[str]:
        """Return the paths of the project that git is set not to look at, and that differ from what it has."""
        rows = [row for row in self.read("ls-files", "-v", "-z").split("\0") if row[:1] == "S" or row[:1].islower()]
        paths = [row[2:] for row in rows if (self.root / row[2:]).is_file()]
        if not paths:
            return []
        known = self.ask("ls-files", "--stage", "-z", "--", *(f":(literal){path}" for path in paths)).require().out
        blobs = {row.partition("\t")[2]: row.split(" ")[1] for row in known.split("\0") if row}
        return [path for path in paths if self.read("hash-object", "--", path) != blobs.get(path)]

    def tags(self, merged: str | None = None) -> dict[str, str]:
        """Return {tag: commit} of this clone's tags; with `merged` only those that this commit contains."""
        words = ["for-each-ref", "--format=%(refname:strip=2)%00%(objectname)%00%(*objectname)", "refs/tags"]
        rows = self.look(*words, *(["--merged", merged] if merged else [])).require().out
        found = (row.split("\0") for row in rows.splitlines())
        return {name: peeled or direct for name, direct, peeled in found}

    def shallow(self) -> bool:
        """Return whether the history of this clone was cut off."""
        return self.read("rev-parse", "--is-shallow-repository") == "true"

    def file_at(self, commit: str, path: str) -> str | None:
        """Return the text of a file in a commit, or None when the commit does not have it, or has a folder there."""
        if self._in_commit(commit, "ls-tree", "--format=%(objecttype)", commit, "--", path).rstrip("\n") != "blob":
            return None
        return self._in_commit(commit, "show", f"{commit}:{self.within_repository(path)}")

    def _in_commit(self, commit: str, *words: str) -> str:
        """Return what git says of a commit; once, if it is named by its hash, since then it does not change."""

        def call() -> str:
            return self.ask(*words).require().out

        return self.once(words, call) if _NAMED_BY_HASH.fullmatch(commit) else call()

    def within_repository(self, path: str) -> str:
        """Return a path of the project as one of the repository, as git's plumbing takes it: packages/acme/x for x."""
        return posixpath.normpath(self.inside + path) if self.inside else path

    def is_link(self, commit: str, path: str) -> bool:
        """Return whether a path is a symbolic link in a commit."""
        return self.mode_at(commit, path) == "120000"

    def mode_at(self, commit: str, path: str) -> str:
        """Return the mode of a path in a commit ("100644"); empty where it has none."""
        return self._in_commit(commit, "ls-tree", "--format=%(objectmode)", commit, "--", path).rstrip("\n")

    def time_of(self, commit: str) -> int:
        """Return when a commit was made, in seconds since 1970 UTC (what SOURCE_DATE_EPOCH takes)."""
        return int(self.read("show", "--no-patch", "--format=%ct", commit))

    def newest_before(self, commit: str, until: int) -> str | None:
        """Return the newest commit of a first-parent history up to a second; None where it began later."""
        return self.read("rev-list", "--first-parent", "--max-count=1", f"--before={until}", commit) or None

    def changes_of(self, until: str, *paths: str) -> list[tuple[str, int]]:
        """Return (commit, its time) of those on a first-parent history that changed one of the paths, newest first."""
        listing = self.read("log", "--first-parent", "--no-show-signature", "--format=%H %ct", until, "--", *paths)
        return [(row.split()[0], int(row.split()[1])) for row in listing.splitlines()]

    def log(
        self, until: str, *how: str, form: str, without: str = "", since: int = 0, paths: Sequence[str] = ()
    ) -> list[tuple[str, str]]:
        """Return (commit, what `git log` shows of it by `how` and `form`) of the history of a commit, oldest first.

        That of the commit `without` is left out, and what is older than `since` (seconds since 1970).
        """
        span = [until, *([f"^{without}"] if without else []), *([f"--since={since}"] if since else [])]
        return self._log([*how, f"--format=%x01%H%x00{form}"], span, paths)

    def _log(self, how: Sequence[str], span: Sequence[str], paths: Sequence[str]) -> list[tuple[str, str]]:
        listing = self.ask("log", *how, "--reverse", "--no-show-signature", *span, "--", *paths).require().out
        blocks = (block.partition("\0") for block in listing.split("\1")[1:])
        return [(commit, shown) for commit, _, shown in blocks]

    def author_of(self, commit: str) -> str:
        """Return who made a commit: "Ada <ada@example.org>, 2026-11-21 07:30 UTC" by its committer and time."""
        return self.read("show", "--no-patch", "--date=format-local:%Y-%m-%d %H:%M", "--format=%cn <%ce>, %cd", commit)

    def tag_text(self, tag: str) -> str:
        """Return the message of an annotated tag."""
        return self.look("for-each-ref", "--format=%(contents)", f"refs/tags/{tag}").require().out

    # Changes here

    @contextmanager
    def checkout(self, commit: str) -> Iterator[Path]:
        """Give the project in a clean checkout of `commit`, in a temporary folder that is gone afterwards."""
        self._sweep()
        with temporary_folder() as folder:
            path = Path(folder).resolve() / "project"  # no space: uv and pip split UV_CONSTRAINT and PIP_CONSTRAINT
            # The same bytes on any machine, whatever line ends its owner likes, and what a hook post-checkout adds.
            settings = (
                "-c",
                "core.autocrlf=false",
                "-c",
                f"core.hooksPath={os.devnull}",
            )  # post-checkout is for people
            self.change(*settings, "worktree", "add", "--quiet", "--detach", path, commit)
            try:
                if (path / ".gitmodules").exists():
                    self.change("submodule", "--quiet", "update", "--init", "--recursive", cwd=path)
                if not (path / self.inside).is_dir():
                    why = f"{commit[:7]} has no folder {self.inside}"
                    raise ReleaseError("cannot check out the project", why=why, run=f"git show --stat {commit[:7]}")
                yield path / self.inside
            finally:
                self.change("worktree", "remove", "--force", path)

    def _sweep(self) -> None:
        """Remove the checkouts of commands that were killed: those whose folder is gone with its process."""
        sweep()
        temporary = Path(gettempdir()).resolve()
        for row in self.read("worktree", "list", "--porcelain").splitlines():
            path = Path(row.removeprefix("worktree "))
            if temporary not in path.parents or not path.relative_to(temporary).parts[0].startswith(TEMPORARY):
                continue
            if path.parent.parent == temporary:  # as versions before 0.3 made them: without a lock
                shutil.rmtree(path.parent, ignore_errors=True)  # `git worktree remove` takes no half-made one
            if not path.exists():
                self.ask("worktree", "unlock", path)
        self.change("worktree", "prune")

    def commit_only(self, subject: str, *paths: str | Path) -> None:
        """Commit these paths of the working tree, and nothing else that was changed or staged there."""
        self.change("commit", "--quiet", "--only", "--message", self.subject(subject), "--", *paths)

    def forward(self, line: str, commit: str) -> None:
        """Move the branch `line` forward to `commit`, with the files when it is checked out here; never sideways."""
        place = self.place_of(line)
        if place:
            self._forward_files(place, commit)
        else:
            self.change("fetch", "--quiet", ".", f"{commit}:refs/heads/{line}")

    def _forward_files(self, place: Path, commit: str) -> None:
        """Move the branch of a working tree forward, all of it or nothing.

        Git writes files and index before it looks for a lock on the branch, and leaves them so where there is one.
        """
        before = self.read("rev-parse", "HEAD", cwd=place)
        moved = self.try_to("merge", "--quiet", "--ff-only", commit, cwd=place)
        if moved.code != 0 and self.read("rev-parse", "HEAD", cwd=place) == before:
            paths = [f":(top,literal){path}" for path in self._differing(before, commit, place)]
            written = self.ask("diff-index", "--cached", "--quiet", commit, "--", *paths, cwd=place).code == 0
            if paths and written:
                self.try_to("read-tree", "-m", "-u", commit, before, cwd=place)
        moved.require()

    def _differing(self, before: str, after: str, place: Path) -> list[str]:
        listing = self.ask("diff-tree", "-r", "-z", "--name-only", "--no-renames", before, after, cwd=place)
        return [path for path in listing.out.split("\0") if path]

    def place_of(self, branch: str) -> Path | None:
        """Return the project in the working tree of this clone in which a branch is checked out."""
        if self.branch() == branch:
            return self.root
        for entry in self.read("worktree", "list", "--porcelain", "-z").split("\0\0"):
            rows = entry.split("\0")
            if f"branch refs/heads/{branch}" in rows:
                return Path(rows[0].removeprefix("worktree ")) / self.inside
        return None

    def backward(self, line: str, commit: str) -> None:
        """Take the last commit off the branch `line`, if it is `commit`; what is not committed stays or stops it."""
        if self.branch() == line:
            self.ask("update-index", "-q", "--refresh")  # else a file that was only touched counts as not committed
            self.change("reset", "--quiet", "--keep", f"{commit}^")
        else:
            self.change("update-ref", f"refs/heads/{line}", f"{commit}^", commit)

    def tag(self, name: str, commit: str, message: str) -> None:
        """Make an annotated tag here (signed when git's tag.gpgSign says so)."""
        self.change("tag", "--annotate", "--message", message, name, commit)
