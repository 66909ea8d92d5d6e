"""The container engine: podman, buildah or docker, which are told much the same in slightly different words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from release.base.errors import ReleaseError
from release.base.shell import CommandFailed, Completed, run

ENGINES = ("podman", "buildah", "docker")


class Engine:
    """One of ENGINES, by its name."""

    def __init__(self, name: str, environment: Mapping[str, str], timeout: float) -> None:
        self.name = name
        self._env = dict(environment)
        self._timeout = timeout

    def build(self, folder: Path, tag: str, labels: Mapping[str, str], arguments: Mapping[str, str]) -> str:
        """Build the Containerfile of `folder`, which is all that the build can see; return the image's id."""
        told = folder.parent / "image-id"
        options = [word for name, text in labels.items() for word in ("--label", f"{name}={text}")]
        options += [word for name, text in arguments.items() for word in ("--build-arg", f"{name}={text}")]
        where = ("--file", folder / "Containerfile", "--iidfile", told)
        built = self._run("build", *where, "--tag", tag, *options, folder)
        if built.code != 0:
            failed = CommandFailed(built)
            what = f"cannot build the image with {self.name}"
            raise ReleaseError(what, why=failed.why, run="nox -s image -- --base REFERENCE", log=failed.log)
        return told.read_text(encoding="utf-8").strip()

    def user(self, image: str) -> str:
        """Return the user that an image runs as, empty for none."""
        if self.name == "buildah":
            return self._run("inspect", "--type=image", "--format={{.OCIv1.Config.User}}", image).require().out.strip()
        return self._run("image", "inspect", "--format={{.Config.User}}", image).require().out.strip()

    def call(self, image: str, *words: str) -> Completed:
        """Run an image once with `words`, without a network."""
        if self.name != "buildah":
            return self._run("run", "--rm", "--network=none", image, *words)
        # It runs commands only: the entry point has to be given to it.
        told = json.loads(self._run("inspect", "--type=image", image).require().out)
        entry = told["OCIv1"]["config"].get("Entrypoint") or ()
        container = self._run("from", "--pull=never", image).require().out.strip()
        try:
            return self._run("run", "--network=none", container, "--", *entry, *words)
        finally:
            self._run("rm", container)

    def try_out(self, tag: str) -> str:
        """Return the command by which a person runs an image."""
        return f"buildah inspect {tag}" if self.name == "buildah" else f"{self.name} run --rm {tag} --version"

    def push(self, image: str, reference: str) -> None:
        """Push an image to a reference such as host/team/acme:1.2.0, as whoever the engine is logged in as."""
        if self.name == "docker":
            self._run("tag", image, reference).require()
            self._run("push", reference).require(f"docker login {host_of(reference)}")
            return
        self._run("push", image, f"docker://{reference}").require(f"{self.name} login {host_of(reference)}")

    def _run(self, *words: str | Path) -> Completed:
        return run([self.name, *words], cwd=Path.cwd(), env=self._env, timeout=self._timeout)


def find_engine(environment: Mapping[str, str], timeout: float) -> Engine:
    """Return the first engine on PATH; raise ReleaseError where there is none."""
    for name in ENGINES:
        if shutil.which(name, path=environment.get("PATH")):
            return Engine(name, environment, timeout)
    why = f"none of {', '.join(ENGINES)} is on PATH"
    raise ReleaseError("cannot build an image", why=why, run="sudo apt-get install podman      (on Debian)")


def host_of(reference: str) -> str:
    """Return the host of a reference, empty where it names none."""
    first, slash, _ = reference.partition("/")
    return first if slash and ("." in first or ":" in first or first == "localhost") else ""
