"""Sessions: `nox` runs lint, types, docs and tests; `nox -l` lists all, `nox -s demo` shows what it is all for."""

import os
import re
from pathlib import Path

import nox

nox.needs_version = ">=2025.10"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = True
nox.options.reuse_venv = "yes"

# One file holds the versions of every install; as a URL, since a path with a space would be split.
for variable in ("PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT", "UV_CONSTRAINT", "UV_BUILD_CONSTRAINT"):
    os.environ[variable] = Path("constraints.txt").resolve().as_uri()

RELEASE = ("-r", "template/release/requirements.txt")  # what release/ needs, here as in a generated project


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, format, spelling and the workflows of generated projects."""
    session.install("--group", "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("codespell")
    workflows = [*map(str, Path().glob(".github/workflows/*.yml")), *_plain(session, ".github/workflows/*.yml.jinja")]
    pipelines = _plain(session, ".gitlab-ci.yml.jinja")
    session.run("zizmor", "--offline", "--quiet", "--persona=pedantic", *workflows)
    session.run("check-jsonschema", "--builtin-schema=vendor.github-workflows", *workflows)
    session.run("check-jsonschema", "--builtin-schema=vendor.gitlab-ci", "--default-filetype=yaml", *pipelines)


def _plain(session: nox.Session, pattern: str) -> list[str]:
    """Return copies of the template's workflows as most projects have them, without the few words of Jinja."""
    made = []
    for path in sorted(Path("template").glob(pattern)):
        made.append(Path(session.create_tmp(), path.name.removesuffix(".jinja")))
        made[-1].write_text(re.sub(r"\{%.*?%\}", "", path.read_text(encoding="utf-8")), encoding="utf-8")
    return list(map(str, made))


@nox.session(default=False)
def format(session: nox.Session) -> None:
    """Fix style and format, as far as ruff can."""
    session.install("--group", "lint")
    session.run("ruff", "check", "--fix", "--exit-zero", "--quiet")
    session.run("ruff", "format")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of release/, the tests and the benchmarks."""
    session.install("--group", "types", "--group", "test", "--group", "template", *RELEASE)
    session.run("mypy")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation; a warning is an error."""
    session.install("--group", "docs")
    session.run("python", "-m", "tests.support.layers", "docs/layers.svg")
    session.run("python", "-m", "tests.support.error_page", env={"PYTHONPATH": "template"})
    session.run("zensical", "build", "--clean", "--strict")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests, several at once (arguments go to pytest)."""
    groups = ["test", "template", "lint", "types"]  # ruff and mypy also judge rendered projects
    session.install(*(f"--group={group}" for group in groups), *RELEASE)
    session.run("pytest", "-n", "auto", "--dist", "worksteal", *session.posargs)


@nox.session(default=False)
def demo(session: nox.Session) -> None:
    """Render a project and release it to an embedded index."""
    session.install("--group", "template", "--group", "options", *RELEASE)
    session.run("python", "demo.py")


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure a release beside the bare tools and its peers, in one run."""
    session.install("--group", "template", "--group", "test", *RELEASE)
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session(default=False)
def peers(session: nox.Session) -> None:
    """Disturb releases by ours and by others, and write docs/peers.md anew."""
    session.install("--group", "template", "--group", "test", *RELEASE)
    session.run("python", "-m", "benchmarks.faults", *session.posargs)


@nox.session(default=False)
def release(session: nox.Session) -> None:
    """Release this repository: `nox -s release -- minor`."""
    session.install(*RELEASE)
    session.run("inv", "release", *(session.posargs or ["auto"]), interrupt_timeout=30)


@nox.session(default=False, venv_backend="none")
def tags(session: nox.Session) -> None:
    """Tag each release commit of a clone that came without its tags, so that Copier sees the versions."""
    words = ["--extended-regexp", "--grep=^Release: [0-9.]+$", "--format=%H %(trailers:key=Release,valueonly)"]
    found = str(session.run("git", "log", *words, external=True, silent=True)).split()
    known = str(session.run("git", "tag", "--list", external=True, silent=True)).split()
    for commit, version in zip(found[::2], found[1::2], strict=True):
        if f"v{version}" not in known:
            session.run("git", "tag", f"v{version}", commit, external=True)


@nox.session(default=False)
def constraints(session: nox.Session) -> None:
    """Pin the newest versions: of the tools of generated projects, and with them of our own."""
    free = {name: "" for name in os.environ if name.endswith("_CONSTRAINT")}
    session.install("uv", env=free)
    compile_ = ["uv", "pip", "compile", "--universal", "--upgrade", "--no-annotate", "--quiet"]
    told = "--custom-compile-command=nox -s constraints"
    theirs, ours = "template/constraints.txt", "constraints.txt"
    # A project that is built by setuptools says itself which one it needs.
    words = [f"{told}    (in the template; what your project holds otherwise: constraints-own.txt)"]
    words += ["--no-emit-package=setuptools", "--python-version=3.10", "-o", theirs, "template-constraints.in"]
    session.run(*compile_, *words, env=free)
    words = [f"{told}    (in the template)", "--generate-hashes", "--python-version=3.11", "-c", theirs]
    session.run(*compile_, *words, "-o", "template/release/publishing.txt", "template-publishing.in", env=free)
    groups = [f"--group={name}" for name in ("test", "template", "lint", "types", "docs")]
    session.run(*compile_, told, "--python-version=3.11", "-o", ours, "-c", theirs, *groups, RELEASE[1], env=free)
