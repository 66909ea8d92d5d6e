"""git's remotes: what they have, and what is pushed; a question that failed is raised, never an empty answer."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from release.adapters.git.forge_tokens import ForgeTokens, line_of
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed, Completed, run
from release.values.remote_refs import RECORDS, RemoteRefs


class RemoteCalls(Protocol):
    """git with the remotes of a clone: what GitCalls is given besides."""

    root: Path
    private: dict[str, str]  # {remote: the one on which something is kept back for it}
    _remote_refs: dict[str, RemoteRefs]
    _asking: threading.Lock
    _tokens: ForgeTokens
    _env: dict[str, str]
    _timeout: float | None

    @property
    def top(self) -> Path:
        """The top level of the repository."""

    def ask(self, *words: str | Path, env: Mapping[str, str] | None = None) -> Completed:
        """Return how a command ended."""

    def look(self, *words: str) -> Completed:
        """Return how a command ended; one that was looked at before is not run again."""

    def read(self, *words: str | Path) -> str:
        """Return the output of a command that must succeed."""

    def try_to(self, *words: str | Path) -> Completed:
        """Return how a command ended that changes something."""

    def look_again(self) -> None:
        """Forget what was looked at."""

    def setting(self, name: str) -> str | None:
        """Return one value of git's configuration, or None."""

    def commit_of(self, name: str) -> str | None:
        """Return the commit that a name means here, or None."""

    def across(self, call: Callable[[], Completed]) -> Completed:
        """Return how a call ended that was repeated while the remote did not answer."""

    def obtain_from(self, remote: str, *refs: str) -> Completed:
        """Bring here what `refs` of this very remote mean."""

    def keep_back(self, public: str, private: str) -> None:
        """Have what the remote `private` has of hotfixes and records count as if it were on `public`, where it is not.

        Without effect where this clone has no remote of that name.
        """
        if private and self.setting(f"remote.{private}.url") is not None:
            self.private = {public: private}

    def remote_refs(self, remote: str) -> RemoteRefs:
        """Return the branches and tags of a remote; raise ReleaseError when it does not answer.

        What is kept back for it on a private remote (`keep_back`) is among them.
        """
        found = self.own_refs(remote)
        return found.with_private(self.own_refs(self.private[remote])) if remote in self.private else found

    def own_refs(self, remote: str) -> RemoteRefs:
        """Return the branches and tags that a remote itself has; raise ReleaseError when it does not answer.

        Asked once, and again after each push and fetch of ours; a push of somebody else is decided by `push`.
        """
        with self._asking:
            if remote not in self._remote_refs:
                self._remote_refs[remote] = RemoteRefs.parse(self._list_remote(remote))
            return self._remote_refs[remote]

    def take_last_known(self, remote: str) -> None:
        """Take for what a remote has the branches that this clone last knew of it, and the tags that are here."""
        form = "--format=%(objectname)%09%(refname)"
        heads = self.look("for-each-ref", form, f"refs/remotes/{remote}/").require().out
        form = "%(if)%(*objectname)%(then)%0a%(*objectname)%09%(refname)^{}%(end)"
        tags = self.look("for-each-ref", f"--format=%(objectname)%09%(refname){form}", "refs/tags/").require().out
        listing = heads.replace(f"refs/remotes/{remote}/", "refs/heads/") + tags
        self._remote_refs[remote] = RemoteRefs.parse(listing)

    def ask_remote_again(self) -> None:
        """Forget what the remotes have: another clone or working tree of ours has pushed."""
        self._remote_refs.clear()
        self.look_again()

    def _list_remote(self, remote: str) -> str:
        if self.setting(f"remote.{remote}.url") is None:
            return ""  # there is no remote yet, so it has nothing; a gate says so before a release
        wanted = ("refs/heads/*", "refs/tags/*", f"{RECORDS}*")
        completed = self.across(lambda: self.ask("ls-remote", remote, *wanted))
        if completed.code != 0:
            raise ReleaseError(
                f"cannot read the remote {remote}",
                why=CommandFailed(completed).why,
                run=f"git remote -v && git ls-remote {remote}",
            )
        return completed.out

    def obtain(self, remote: str, *refs: str) -> Completed:
        """Bring here what `refs` of a remote mean, from a private remote where only that has them (`keep_back`)."""
        if private := self.private.get(remote):
            public, kept = self.own_refs(remote), self.own_refs(private)
            back = [ref for ref in refs if ref in kept and ref not in public]
            completed = self.obtain_from(private, *back) if back else None
            refs = tuple(ref for ref in refs if ref not in back)
            if completed and (completed.code != 0 or not refs):
                return completed
        return self.obtain_from(remote, *refs)

    def bring(self, remote: str, branch: str) -> str | None:
        """Return where a branch is on a remote, with its commits here and no ref moved; None where it is not there."""
        on_remote = self.remote_refs(remote).branches.get(branch)
        if on_remote and self.commit_of(on_remote) is None:
            self.obtain(remote, f"refs/heads/{branch}").require()
        return on_remote

    def fetch(self, remote: str, *refs: str) -> None:
        """Fetch the remote's branches and the tags that lie on them, or only `refs`."""
        self._remote_refs.clear()
        self.across(lambda: self.try_to("fetch", "--quiet", remote, *refs)).require()

    def push(self, remote: str, *refspecs: str, leases: tuple[str, ...] = ()) -> Completed:
        """Push all `refspecs` or none of them; never forced. Returns how it ended."""
        self._remote_refs.clear()
        self.look_again()
        leased = [f"--force-with-lease={lease}" for lease in leases]
        words = ("push", "--porcelain", "--atomic", *leased, remote, *refspecs)
        refused = self._before_push(remote, refspecs) if self._tokens else None
        return refused or self.across(lambda: self.try_to(*words))

    def _before_push(self, remote: str, refspecs: tuple[str, ...]) -> Completed | None:
        """Run the hook pre-push, which git itself does not while it has tokens; return how it ended if it refuses."""
        hook = self.root / self.read("rev-parse", "--git-path", "hooks/pre-push")
        if not os.access(hook, os.X_OK):
            return None
        listed = self.across(lambda: self.ask("ls-remote", remote, *(spec.rpartition(":")[2] for spec in refspecs)))
        there = {ref: sha for sha, _, ref in (row.partition("\t") for row in listed.require().out.splitlines())}
        refs = ""
        for spec in refspecs:
            local = spec.rpartition(":")[0] if ":" in spec else spec
            commit = self.read("rev-parse", "--verify", local) if local else ""
            refs += line_of(spec, commit, there.get(spec.rpartition(":")[2], ""))
        url = self.read("remote", "get-url", "--push", remote) if self.setting(f"remote.{remote}.url") else remote
        argv = [*(["sh"] if os.name == "nt" else []), str(hook), remote, url]
        ended = run(argv, cwd=self.top, env=self._env, given=refs, timeout=self._timeout)
        return ended if ended.code else None
