"""Calling git in one clone: its environment, what it may not do by itself, what is asked twice and what is not."""

from __future__ import annotations

import functools
import os
import re
import weakref
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

from release.adapters.git.forge_tokens import ForgeTokens
from release.adapters.retry import RetrySettings, Unavailable, patiently
from release.base.child_env import withheld
from release.base.shell import CommandFailed, Completed, Conversation, converse, output_bytes, run
from release.base.temporary_folders import temporary_folder

# Variables that make git work on another repository than the one it stands in (set inside hooks, for example:
# git rev-parse --local-env-vars), read paths otherwise, or show changes by another program.
ELSEWHERE = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"),
    *("GIT_PREFIX", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE"),
    *("GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE", "GIT_QUARANTINE_PATH", "GIT_NAMESPACE", "GIT_ATTR_SOURCE"),
    *("GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"),
    *("GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS"),
)
# What people may have set for their own eyes or habits, and would change what is read here or pushed from here.
_PLAIN = (
    "core.quotePath=off",
    "core.fsmonitor=false",  # its daemon keeps our pipe open
    "advice.detachedHead=false",
    "log.showSignature=false",
    "log.follow=false",
    "log.date=default",
    "i18n.logOutputEncoding=UTF-8",
    "i18n.commitEncoding=UTF-8",
    *("color.ui=false", "color.diff=false", "color.grep=false", "color.status=false", "color.branch=false"),
    *("column.ui=never", "column.status=never"),
    "diff.noprefix=false",
    "diff.mnemonicPrefix=false",
    "diff.submodule=short",
    "diff.colorMoved=no",
    "diff.relative=false",
    "grep.column=false",
    "grep.fullName=false",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
    "grep.patternType=default",
    "grep.extendedRegexp=false",
    "trailer.separators=:",
    "push.followTags=false",  # a tag that is here alone is not ours to publish
    "commit.cleanup=whitespace",
)
# Its housekeeping would go on in the background after us; killed, it leaves maintenance.lock, which stops it for good.
_NO_HOUSEKEEPING = ("maintenance.auto=false", "gc.auto=0")
_SETTINGS = tuple(word for setting in (*_PLAIN, *_NO_HOUSEKEEPING) for word in ("-c", setting))

# What git, curl and ssh print when it was the network that failed, or a server that could not answer now.
_UNREACHED = re.compile(
    r"^(?:\w+: )*(.*(?:"
    r"[Cc]ould not resolve host|[Cc]onnection (?:refused|reset|timed out|closed by)|[Oo]peration timed out|"
    r"Failed to connect|unexpected disconnect|early EOF|RPC failed|"
    r"returned error: (?:408|425|429|5\d\d)).*)$",
    re.MULTILINE,
)

# Seconds that a change of this clone may take to its end after we were killed; cut off, it leaves half of its files.
_GRACE = 3.0


class GitCalls:
    """git as a command, in the clone whose top level is `root`."""

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
        """`project` is the name by which trailers mean this one, where it is below the top level of the repository.

        `subject` is the form of the subjects of our commits.
        """
        self.root = root
        self._subject = subject
        self._timeout = timeout  # seconds that one git command may take: a hook or a remote may hang
        self._project = project
        self._write = write
        self._retry = retry  # without it a remote is asked once
        self._say = say
        self._tokens = ForgeTokens(environment)
        kept = self._tokens.kept_from({name: text for name, text in environment.items() if name not in ELSEWHERE})
        self._looked: dict[tuple[str, ...], Completed] = {}
        self._once: dict[tuple[str, ...], str] = {}
        self._commits: set[str] = set()  # by their whole names, which this clone has
        # Without optional locks, looking does not write: `git status` would refresh the index.
        self._env = kept | {
            "LC_ALL": "C",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_NO_REPLACE_OBJECTS": "1",  # refs/replace would show other files than the commit of that hash has
            "GIT_TERMINAL_PROMPT": environment.get("GIT_TERMINAL_PROMPT", "0"),
        }

    def ask(
        self,
        *words: str | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        given: str | None = None,
    ) -> Completed:
        """Run git, with `env` added to its environment, and return how it ended, whatever its exit code.

        `given` is what it can read.
        """
        settings, tokens = self._tokens.for_command(words)
        argv, all_env = ["git", *_SETTINGS, *settings, *words], {**self._env, **tokens, **(env or {})}
        return run(argv, cwd=cwd or self.root, env=all_env, given=given, timeout=self._timeout)

    def look(self, *words: str) -> Completed:
        """Run git as `ask` does, at most once until something of ours changes or `look_again` is called."""
        if words not in self._looked:
            self._looked[words] = self.ask(*words)
        return self._looked[words]

    def once(self, key: tuple[str, ...], call: Callable[[], str]) -> str:
        """Return what `call` returned the first time for this key: what is true of commits, which do not change."""
        if key not in self._once:
            self._once[key] = call()
        return self._once[key]

    def look_again(self) -> None:
        """Forget what `look` saw: others may have changed it."""
        self._looked.clear()

    def read(self, *words: str | Path, cwd: Path | None = None) -> str:
        """Run git and return its output without the last newline; raise CommandFailed when it failed."""
        return self.ask(*words, cwd=cwd).require().out.rstrip("\n")

    def read_bytes(self, *words: str, given: bytes = b"", env: Mapping[str, str] | None = None) -> bytes:
        """Run git and return the very bytes that it prints; raise CommandFailed when it failed."""
        return output_bytes(["git", *words], cwd=self.root, env={**self._env, **(env or {})}, given=given)

    def converse(self, *words: str) -> Conversation:
        """Start a git that answers questions until its input is closed."""
        return converse(["git", *words], cwd=self.root, env=self._env)

    def change(self, *words: str | Path, cwd: Path | None = None) -> None:
        """Run a git command that changes something, and must succeed."""
        self.try_to(*words, cwd=cwd).require()

    def try_to(self, *words: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Completed:
        """Run a git command that changes something and return how it ended; Ctrl-C does not stop it half-way.

        It does not outlive us: else a push would make public what `inv abort` has undone meanwhile.
        """
        self.look_again()
        settings, tokens = self._tokens.for_command(words)
        argv, all_env = ["git", *_SETTINGS, *settings, *words], {**self._env, **tokens, **(env or {})}
        grace = 0.0 if "push" in words else _GRACE
        return run(argv, cwd=cwd or self.root, env=all_env, shielded=True, grace=grace, timeout=self._timeout)

    @functools.cached_property
    def inside(self) -> str:
        """Where the project is in its repository: "packages/acme/"; empty at the top level."""
        return self.ask("rev-parse", "--show-prefix").require().out.rstrip("\n")

    @property
    def top(self) -> Path:
        """The top level of the working tree that the project is in."""
        return self.root.parents[self.inside.count("/") - 1] if self.inside else self.root

    def relative(self, path: str) -> str:
        """Return a path of the repository as one of the project: "../core/x" for packages/core/x in packages/acme."""
        if not self.inside:
            return path
        return path.removeprefix(self.inside) if path.startswith(self.inside) else os.path.relpath(path, self.inside)

    def key(self, trailer: str) -> str:
        """Return the name of a trailer in the commits of this project: Release, below the top level Release-acme."""
        return f"{trailer}-{self._project}" if self._project and self.inside else trailer

    def mark(self, trailer: str, value: object) -> str:
        """Return the line that marks a commit of this project: "Release: 1.2.0"."""
        return f"{self.key(trailer)}: {value}"

    def subject(self, own: str) -> str:
        """Return the subject of a commit of ours in the form that the project asks for: "chore: release acme 1.2.0"."""
        before, _, after = self._subject.partition("{subject}")
        return f"{before}{own[:1].lower() if before.endswith(': ') else own[:1]}{own[1:]}{after}"

    def setting(self, name: str) -> str | None:
        """Return one value of git's configuration, or None."""
        completed = self.look("config", "--get", name)
        return completed.out.rstrip("\n") if completed.code == 0 else None

    def commit_of(self, name: str) -> str | None:
        """Return the commit that `name` means here, or None when this clone does not know it."""
        if name in self._commits:
            return name
        completed = self.look("rev-parse", "--quiet", "--verify", "--end-of-options", f"{name}^{{commit}}")
        found = completed.out.strip() if completed.code == 0 else None
        self._commits |= {found} if found else set()
        return found

    def contains(self, later: str, earlier: str) -> bool:
        """Return whether the commit `later` has `earlier` in its history (or is it)."""
        if later == earlier and later in self._commits:
            return True
        completed = self.ask("merge-base", "--is-ancestor", earlier, later)
        if completed.code not in (0, 1):
            raise CommandFailed(completed)
        return completed.code == 0

    def folder(self) -> Path:
        """Return the folder that all worktrees of this clone share (`.git`)."""
        return (self.root / self.once(("folder",), lambda: self.read("rev-parse", "--git-common-dir"))).resolve()

    def obtain_from(self, remote: str, *refs: str) -> Completed:
        """Bring here what `refs` of this very remote mean, without moving any ref; returns how it ended.

        Where nothing may be written it is kept in a folder that goes when this command ends.
        """
        env: dict[str, str] = {}
        if not self._write:
            objects = str(self.folder() / "objects")
            env = {"GIT_OBJECT_DIRECTORY": self._aside, "GIT_ALTERNATE_OBJECT_DIRECTORIES": objects}
        words = ("fetch", "--quiet", "--no-write-fetch-head", "--no-tags", "--refmap=", remote, *refs)
        completed = self.across(lambda: self.ask(*words, env=env))
        self.look_again()
        return completed

    @functools.cached_property
    def _aside(self) -> str:
        """The folder of objects beside those of the clone, in which git looks from now on."""
        kept = ExitStack()
        folder = kept.enter_context(temporary_folder())
        weakref.finalize(self, kept.close)
        self._env["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = folder
        return folder

    def ask_once(self) -> None:
        """Ask remotes once from now on: what only shows something waits for none that does not answer."""
        self._retry = None

    def across(self, call: Callable[[], Completed]) -> Completed:
        """Return how a git command over a network ended; where the network failed it is called again, patiently."""
        ended: list[Completed] = []

        def once() -> None:
            ended.append(call())
            failed = _UNREACHED.search(ended[-1].err) if ended[-1].code else None
            if failed:
                raise Unavailable("the remote cannot be reached", why=failed[1])

        with suppress(Unavailable):  # the caller reads the exit code, and tells what it was about
            patiently(once, self._retry, self._say) if self._retry else once()
        return ended[-1]


def outside(*words: str, cwd: Path) -> Completed:
    """Run git in a folder that is perhaps in no repository, to find one."""
    environment = {name: value for name, value in withheld(os.environ).items() if name not in ELSEWHERE}
    return run(["git", *_SETTINGS, *words], cwd=cwd, env=environment)
