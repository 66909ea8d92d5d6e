"""The sessions of the release process for a noxfile of the project's own, which imports this."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nox

from release.config.constraints import held

__all__ = ["adopt", "inv", "pages", "preflight", "rehearse", "release", "update"]

_NEEDED = "release/requirements.txt"
# release/ needs 3.11, whatever runs nox.
_PYTHON = "{}.{}".format(*sys.version_info) if sys.version_info >= (3, 11) else "3.13"

_PATIENCE = 30.0  # seconds for an interrupted task to end what it began and to say how to continue

_session = nox.session(python=_PYTHON, default=False, venv_backend="uv|virtualenv", reuse_venv=True)


def _run(session: nox.Session, *words: str, needs: tuple[str, ...] = ()) -> None:
    # nox starts in the folder of the noxfile, which may be release/ itself.
    # release/ is beside the project, or above it where its repository has several.
    place = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / _NEEDED).exists())
    root = place if Path.cwd() == place / "release" else Path.cwd()
    session.chdir(root)
    constraints = held(root)
    variables = ("PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT", "UV_CONSTRAINT", "UV_BUILD_CONSTRAINT")
    env = dict.fromkeys(variables, constraints.as_uri()) if constraints else {}
    settings = root / "release.toml"
    channels = settings.exists() and "\n[[announce]]" in settings.read_text(encoding="utf-8")
    session.install("-r", str(place / _NEEDED), *needs, *(["apprise"] if channels else []), env=env)
    # Their own tasks.py may hold gates; without one, or without our line in it, the tasks are run as they are.
    path = place / "tasks.py"
    ours = path.exists() and "from release.tasks import" in path.read_text(encoding="utf-8")
    command = ["inv"] if ours else ["python", "-m", "release"]
    env = {} if root == place else {"PYTHONPATH": str(place)}
    session.run(*command, *words, env=env, interrupt_timeout=_PATIENCE)


@_session
def adopt(session: nox.Session) -> None:
    """Recognise how this project is released, and write what is missing: `nox -s adopt -- --yes`."""
    _run(session, "adopt", *session.posargs)


@_session
def inv(session: nox.Session) -> None:
    """Run any task of the release process: `nox -s inv -- note feature "Add it"`; without a task, list all."""
    _run(session, *(session.posargs or ["--list"]))


@_session
def pages(session: nox.Session) -> None:
    """Write releases, activity and metrics as pages for people into site/releases."""
    _run(session, "pages", *session.posargs)


@_session
def preflight(session: nox.Session) -> None:
    """Find all that could stop the next release: `nox -s preflight -- candidate`."""
    _run(session, "preflight", *session.posargs)


@_session
def release(session: nox.Session) -> None:
    """Release: `nox -s release -- minor` (arguments of `inv release`, default auto)."""
    # What CI can sign with: the forge gives its jobs tokens that say who they are.
    signing = {"ACTIONS_ID_TOKEN_REQUEST_URL", "SIGSTORE_ID_TOKEN"} & os.environ.keys()
    _run(session, "release", *(session.posargs or ["auto"]), needs=("pypi-attestations",) if signing else ())


@_session
def rehearse(session: nox.Session) -> None:
    """Rehearse a release with a throw-away remote and index: `nox -s rehearse -- minor`."""
    _run(session, "rehearse", *(session.posargs or ["auto"]), needs=("pypiserver",))


@_session
def update(session: nox.Session) -> None:
    """Bring the release process to the newest version of its template (arguments of `inv update`)."""
    _run(session, "update", *session.posargs, needs=("copier",))
