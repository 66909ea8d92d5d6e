"""A noxfile with release sessions after the manner of pip's: what they check, and in which order, is pip's."""

import shutil
import subprocess
from pathlib import Path

import nox
from packaging.version import InvalidVersion, Version

nox.options.default_venv_backend = "uv"
nox.options.reuse_venv = "yes"
NAME = "acme"


def wanted(session: nox.Session) -> str:
    """Return the version that was given."""
    try:
        return str(Version(*session.posargs))
    except (InvalidVersion, TypeError):
        session.error("usage: nox -s SESSION -- VERSION")


def bump(session: nox.Session, version: str, message: str) -> None:
    """Write `version` and commit it, with what is staged."""
    path = Path("pyproject.toml")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines = [f'version = "{version}"\n' if line.startswith("version = ") else line for line in lines]
    path.write_text("".join(lines), encoding="utf-8")
    session.run("git", "add", str(path), external=True)
    session.run("git", "commit", "--quiet", "-m", message, external=True)


@nox.session(name="prepare-release")
def prepare_release(session: nox.Session) -> None:
    """Write changelog and version, tag, and go on with the next version."""
    version = wanted(session)
    if subprocess.run(["git", "diff", "--staged", "--quiet"], check=False).returncode:
        session.error("there are files staged in git")
    session.install("--constraint=constraints.txt", "towncrier")
    session.run("towncrier", "build", "--yes", "--version", version)
    bump(session, version, "Bump for release")
    session.run("git", "tag", "-m", f"Release {version}", f"v{version}", external=True)
    major, minor, patch = version.split(".")
    bump(session, f"{major}.{minor}.{int(patch) + 1}.dev0", "Bump for development")


@nox.session(name="build-release")
def build_release(session: nox.Session) -> None:
    """Build in a clean checkout of the tag."""
    version = wanted(session)
    dist = Path("dist").resolve()
    if dist.exists() and any(dist.iterdir()):
        session.error("there are files in dist/: remove them and try again")
    session.install("--constraint=constraints.txt", "build", "twine", "uv")
    checkout = Path(session.create_tmp()) / "checkout"
    shutil.rmtree(checkout, ignore_errors=True)
    session.run("git", "clone", "--quiet", "--depth=1", f"--branch=v{version}", ".", str(checkout), external=True)
    with session.chdir(checkout):
        session.run("python", "-m", "build", "--installer=uv", f"--outdir={dist}")
    session.run("twine", "check", *map(str, dist.iterdir()))


@nox.session(name="upload-release")
def upload_release(session: nox.Session) -> None:
    """Upload what was built."""
    version = wanted(session)
    session.install("--constraint=constraints.txt", "twine")
    files = sorted(Path("dist").glob("*"))
    if [file.name for file in files] != [f"{NAME}-{version}-py3-none-any.whl", f"{NAME}-{version}.tar.gz"]:
        session.error(f"dist/ does not hold the two files of {version}: remove it and run build-release")
    session.run("twine", "upload", "--non-interactive", *map(str, files))
