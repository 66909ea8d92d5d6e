"""Many objects of git by one process: `git cat-file --batch` answers in the order of the questions."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence
from contextlib import suppress

from release.adapters.git.git_command import GitCalls
from release.base.shell import Conversation


def read_objects(git: GitCalls, names: Sequence[str]) -> list[tuple[str, str] | None]:
    """Return (type, text) of each object, None for one that is not here; a name is a hash or COMMIT:PATH.

    Raises CommandFailed where git cannot be asked. A name with a newline is two questions: there must be none.
    """
    if not names:
        return []
    listing = git.read_bytes("cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode())
    found: list[tuple[str, str] | None] = []
    place = 0
    for _ in names:
        end = listing.index(b"\n", place)
        words = listing[place:end].decode(errors="replace").split(" ")
        place = end + 1
        if words[-1] in ("missing", "ambiguous"):
            found.append(None)
            continue
        size = int(words[-1])
        found.append((words[-2], listing[place : place + size].decode(errors="replace")))
        place += size + 1
    return found


def files_at(git: GitCalls, commits: Sequence[str], path: str) -> dict[str, str]:
    """Return {commit: the text of a file in it} of the commits that have it."""
    found = read_objects(git, [f"{commit}:{git.inside}{path}" for commit in commits])
    return {commit: each[1] for commit, each in zip(commits, found, strict=True) if each and each[0] == "blob"}


class ObjectReader:
    """Objects of git one after the other, by a process that stays; it is ended with this reader."""

    def __init__(self, git: GitCalls) -> None:
        self._git = git
        self._process = git.converse("cat-file", "--batch")
        self._asking = threading.Lock()
        weakref.finalize(self, _ended, self._process)

    def read(self, name: str) -> tuple[str, str] | None:
        """Return (type, text) of an object, as `read_objects` does."""
        answers, questions = self._process.stdout, self._process.stdin
        with self._asking, suppress(BrokenPipeError):
            if answers and questions and self._process.poll() is None:
                questions.write(f"{name}\n".encode())
                questions.flush()
                words = answers.readline().decode(errors="replace").split()
                if words and not words[-1].isdigit():
                    return None  # missing, ambiguous, or another repository's (a submodule)
                if words:
                    return words[-2], answers.read(int(words[-1]) + 1)[:-1].decode(errors="replace")
        return read_objects(self._git, [name])[0]  # it ended at an object that it cannot read: this one says why


def _ended(process: Conversation) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()
    process.wait()
