"""The mishaps of a release: how each is arranged around one run, and how it is over before the next one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CalledProcessError

from benchmarks.contenders import Contender, account
from benchmarks.environments import Environments
from benchmarks.running import run
from benchmarks.truth import FILES, TAG
from benchmarks.world import OLD, PROJECT, World, git, grow, index_below
from tests.support.acts import cut, drop, slow, status
from tests.support.proxy import Fault, Proxy

# The same commit, and so the same bytes, in two worlds.
_ONE_TIME = {"GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z"}

# git, but a push gives a sign and never happens: who started it is killed first.
_GIT_THAT_WAITS = """#!/bin/sh
for word; do
  [ "$word" = push ] || continue
  : >"$SIGN_OF_PUSH"
  while kill -0 $PPID 2>/dev/null; do sleep 0.05; done
  exit 1
done
exec {git} "$@"
"""


@dataclass
class Scene:
    """One contender's world with a proxy before its index, in which a mishap is arranged."""

    contender: Contender
    environments: Environments
    seed: Path
    world: World
    proxy: Proxy
    over: ExitStack = field(default_factory=ExitStack)  # what is to be called when the mishap is over
    variables: dict[str, str] = field(default_factory=dict)  # for the first run only
    always: dict[str, str] = field(default_factory=dict)  # for both runs
    kill_when: Callable[[], bool] | None = None

    @property
    def uploads(self) -> int:
        """How many uploads have begun."""
        return sum(request.method == "POST" for request in self.proxy.requests)


Arrange = Callable[[Scene], None]


def _faults(*faults: Callable[[], Fault]) -> Arrange:
    return lambda scene: scene.proxy.plan(*(fault() for fault in faults))


def _nobody_listens(scene: Scene) -> None:
    scene.over.enter_context(scene.proxy.offline())


def _wrong_password(scene: Scene) -> None:
    scene.variables.update(account(scene.world, "wrong"))


def _tag_taken(scene: Scene) -> None:
    """Push the tag of a release that somebody else began; the branch is as it was."""
    other = _other_clone(scene)
    git(other, "commit", "--quiet", "--allow-empty", "--message", "Release")
    git(other, "tag", "--annotate", "--message", "somebody else's", TAG)
    git(other, "push", "--quiet", "origin", TAG)
    scene.over.callback(git, scene.world.remote, "tag", "--delete", TAG)


def _remote_moved(scene: Scene) -> None:
    other = _other_clone(scene)
    (other / "src" / PROJECT / "theirs.py").write_text('"""Theirs."""\n', encoding="utf-8")
    git(other, "add", "--all")
    git(other, "commit", "--quiet", "--message", "fix: something of somebody else")
    git(other, "push", "--quiet", "origin", "main")
    scene.over.callback(_pull, scene.world.clone)


def _other_clone(scene: Scene) -> Path:
    other = scene.world.folder / "other"
    git(scene.world.folder, "clone", "--quiet", str(scene.world.remote), str(other))
    return other


def _pull(clone: Path) -> None:
    """Do what every tool advises; whether it worked shows in what comes after."""
    with suppress(CalledProcessError):
        git(clone, "pull", "--quiet", "--rebase", "origin", "main")


def _killed_in_upload(scene: Scene) -> None:
    """Kill when the first file is on the index and the second on its way."""
    scene.proxy.plan(Fault(slow(60), "POST", skip=1))
    scene.kill_when = lambda: scene.uploads >= 2


def _killed_before_push(scene: Scene) -> None:
    folder = scene.world.folder / "waiting"
    folder.mkdir()
    script, sign = folder / "git", folder / "sign"
    script.write_text(_GIT_THAT_WAITS.format(git=shutil.which("git")), encoding="utf-8")
    script.chmod(0o755)
    path = scene.environments.variables(scene.contender.environment)["PATH"]
    scene.variables.update({"PATH": f"{folder}:{path}", "SIGN_OF_PUSH": str(sign)})
    scene.kill_when = sign.exists


def _one_file_there(scene: Scene) -> None:
    """Release in a twin of this world, and put the wheel that came of it on this world's index; it stays there."""
    twin = scene.world.folder / "twin"
    twin.mkdir()
    scene.always.update(_ONE_TIME)
    with index_below(twin) as address:
        world = grow(scene.seed, twin, address, scene.contender.point)
        variables = scene.environments.variables(scene.contender.environment, **account(world), **_ONE_TIME)
        run(scene.contender.command, cwd=world.clone, env=variables, log=twin / "log")
        shutil.copy(world.packages / FILES[0], scene.world.packages)


def _old_files(scene: Scene) -> None:
    dist = scene.world.clone / "dist"
    dist.mkdir()
    for file in scene.world.packages.glob(f"{PROJECT}-{OLD}*"):
        shutil.copy(file, dist)


@dataclass(frozen=True)
class Mishap:
    """What goes wrong, in words; `after` says what is done before the second run."""

    name: str
    arrange: Arrange
    after: str = "it is over"


MISHAPS: Mapping[str, Mishap] = {
    "503": Mishap("the index answers 503 to uploads for 5 s", _faults(lambda: Fault(status(503), "POST", seconds=5))),
    "dropped": Mishap(
        "the index stores the first upload and its reply is lost", _faults(lambda: Fault(drop, "POST", times=1))
    ),
    "cut": Mishap(
        "the connection is cut in the middle of the first upload", _faults(lambda: Fault(cut, "POST", times=1))
    ),
    "refused": Mishap("the index refuses connections", _nobody_listens),
    "password": Mishap("the password is wrong", _wrong_password, "it is right"),
    "tag": Mishap("the tag is on the remote, on a commit of somebody else", _tag_taken, "it is deleted there"),
    "moved": Mishap("the remote has moved on", _remote_moved, "`git pull --rebase`"),
    "killed-upload": Mishap("killed (SIGKILL) between the two uploads", _killed_in_upload),
    "killed-push": Mishap("killed (SIGKILL) just before the push", _killed_before_push),
    "one-file": Mishap("the wheel is already on the index, with the same bytes", _one_file_there, "it stays there"),
    "old-files": Mishap("dist/ holds the files of the version before", _old_files, "they stay there"),
}
