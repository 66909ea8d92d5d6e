"""Sessions: `nox` runs the usual ones, `nox -l` lists all, `nox -s build` runs one."""

import json
import os
import platform
import runpy
import shutil
import sys
from pathlib import Path

import nox

PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PYPROJECT)
# What need not run on every Python runs on the one that runs nox, if it will do (release/ needs 3.11), else the newest.
HERE = "{}.{}".format(*sys.version_info)
PYTHON = HERE if HERE in PYTHONS and sys.version_info >= (3, 11) else PYTHONS[-1]
DOCS = next((path for path in ("zensical.toml", "docs/conf.py") if Path(path).exists()), None)

nox.needs_version = ">=2025.10"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = True
nox.options.reuse_venv = "yes"

# constraints.txt holds the versions of every install; what constraints-own.txt (yours) holds comes first.
if constraints := runpy.run_path("release/pins.py")["held"](Path().resolve()):
    for variable in ("PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT", "UV_CONSTRAINT", "UV_BUILD_CONSTRAINT"):
        os.environ[variable] = constraints.as_uri()  # a path with a space would be split

# pyenv's shims answer for selected versions only: select all, the one that runs nox first.
PYENV = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
if installed := sorted(path.name for path in PYENV.glob("3.*")):
    chosen = os.environ.get("PYENV_VERSION", "").split(":")
    here = [name for name in installed if name == platform.python_version()]
    os.environ["PYENV_VERSION"] = ":".join(dict.fromkeys(filter(None, chosen + here + installed)))


@nox.session(python=PYTHON)
def lint(session: nox.Session) -> None:
    """Check style, format and spelling."""
    session.install("--group", "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("codespell")


@nox.session(python=PYTHON, reuse_venv=False)
def types(session: nox.Session) -> None:
    """Check the types."""
    session.install("-e.", "--group", "types")
    session.run("mypy")


@nox.session(python=PYTHONS, reuse_venv=False)
def tests(session: nox.Session) -> None:
    """Run the tests on every Python of the matrix (arguments go to pytest)."""
    session.install("-e.", "--group", "test")
    for left in Path().glob(f".coverage.{session.python}.*"):
        left.unlink()
    measured = {"COVERAGE_FILE": f".coverage.{session.python}"}
    session.run("coverage", "run", "-p", "-m", "pytest", *session.posargs, env=measured)


@nox.session(python=PYTHON)
def coverage(session: nox.Session) -> None:
    """Combine what the tests measured, and fail below the threshold."""
    session.install("--group", "test")
    session.run("coverage", "combine", "--keep", "--quiet")
    session.run("coverage", "report")


if DOCS:

    @nox.session(python=PYTHON)
    def docs(session: nox.Session) -> None:
        """Build the documentation; a warning is an error."""
        session.install("-e.", "--group", "docs")
        if DOCS == "zensical.toml":
            session.run("zensical", "build", "--clean", "--strict")
        else:
            session.run("sphinx-build", "-WEa", "--keep-going", "docs", "docs/_build")

    @nox.session(name="docs-live", python=PYTHON, default=False)
    def docs_live(session: nox.Session) -> None:
        """Serve the documentation and rebuild it on every change."""
        session.install("-e.", "--group", "docs")
        if DOCS == "zensical.toml":
            session.run("zensical", "serve", *session.posargs)
        else:
            session.run("sphinx-autobuild", "docs", "docs/_build", *session.posargs)


@nox.session(python=PYTHON, default=False, reuse_venv=False)
def audit(session: nox.Session) -> None:
    """Ask for known vulnerabilities in what the project and its tools install."""
    session.install("-e.", "--group", "dev")
    folder = Path(session.create_tmp())
    pins, answer = folder / "pins.txt", folder / "answer.json"
    with pins.open("w", encoding="utf-8") as file:
        session.run("python", "-m", "pip", "freeze", "--exclude-editable", stdout=file)
    answer.unlink(missing_ok=True)
    pinned = ["--strict", "--disable-pip", "--no-deps", f"--requirement={pins}"]
    written = ["--format=json", f"--output={answer}", "--progress-spinner=off"]
    # Exit code 1 means "found" as well as "could not ask"; only an answer leaves a file.
    session.run("pip-audit", *pinned, *written, *session.posargs, success_codes=[0, 1])
    if not answer.exists():
        session.error("the question could not be asked (see above): nothing is known, good or bad")
    asked = json.loads(answer.read_text(encoding="utf-8"))["dependencies"]
    found = [f"{one['name']} {one['version']} {bad['id']}" for one in asked for bad in one["vulns"]]
    if found:
        session.error("known vulnerabilities: " + ", ".join(found))
    session.log(f"no known vulnerability in {len(asked)} distributions")


@nox.session(python=PYTHON, default=False)
def build(session: nox.Session) -> None:
    """Build sdist and wheel of the working tree into dist/, and check them."""
    session.install("--group", "release")
    shutil.rmtree("dist", ignore_errors=True)
    session.run("python", "-m", "build", "--installer", "uv")
    session.run("twine", "check", "--strict", *map(str, sorted(Path("dist").glob("*-*"))))
    session.run("check-wheel-contents", "dist")


@nox.session(python=PYTHON, default=False)
def dev(session: nox.Session) -> None:
    """Make .venv anew, with the project (editable) and all its tools."""
    session.install("uv")
    session.run("uv", "venv", "--clear", f"--python={Path(session.bin, 'python')}", ".venv")
    session.run("uv", "pip", "install", "--python=.venv", "-e.", "--group=dev")
    activate = r".venv\Scripts\activate" if os.name == "nt" else ". .venv/bin/activate"
    session.log(f"to use it: {activate}")


@nox.session(python=PYTHON, default=False)
def preflight(session: nox.Session) -> None:
    """Find all that could stop the next release: `nox -s preflight -- --stage candidate`."""
    session.install("--group", "release")
    session.run("inv", "preflight", *session.posargs)


@nox.session(python=PYTHON, default=False)
def release(session: nox.Session) -> None:
    """Release: `nox -s release -- minor` (arguments of `inv release`, default auto)."""
    session.install("--group", "release")
    session.run("inv", "release", *(session.posargs or ["auto"]))


@nox.session(python=PYTHON, default=False)
def rehearse(session: nox.Session) -> None:
    """Rehearse a release with a throw-away remote and index: `nox -s rehearse -- minor`."""
    session.install("--group", "release")
    session.run("inv", "rehearse", *(session.posargs or ["auto"]))


@nox.session(python=PYTHON, default=False)
def update(session: nox.Session) -> None:
    """Bring the project to the newest version of its template (arguments of `inv update`)."""
    session.install("--group", "release", "--group", "update")
    session.run("inv", "update", *session.posargs)


# ---- Below this line: sessions of your own. ----
