"""The whole way, typed as an owner types it: from a rendered project to releases that pip installs."""

from __future__ import annotations

import email
import email.policy
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from email.utils import parseaddr
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from packaging.utils import canonicalize_name

from tests.support.forges.kinds import forge_server
from tests.support.forges.server import ForgeServer
from tests.support.forges.worlds import shown, table, token_for
from tests.support.lacking import tell_lack
from tests.support.world import HERE, Ran, World, render

pytestmark = pytest.mark.journey

MATRIX = ["3.10", "3.11", "3.12", "3.13"]
HOSTILE = "It's a \"slug\" \\ maker: {{ x }} {% raw %} ${{ y }} <b>, [z](w), # & *all*, 100%, 🙂 e\u0301, 'two'  spaces"
JOURNEYS = {
    "library": {
        "project_name": "acme",
        "kind": "library",
        "forge": "none",
        "docs": "zensical",
        "license": "BSD-3-Clause",
        "description": HOSTILE,
        "author_name": 'Zoë "Å" O\'Ñeil \\ 李, Ltd.',
        "author_email": "zoe+acme@example.org",
    },
    "command-line": {
        "project_name": "Acme.Tool-Kit",
        "kind": "command-line",
        "forge": "github",
        "namespace": "octo-org",
        "docs": "sphinx",
    },
    "library-without-documentation": {
        "project_name": "9lives",
        "kind": "library",
        "forge": "gitlab",
        "namespace": "group/sub",
        "docs": "none",
        "license": "none",
        "python_min": "3.11",
    },
}


@cache
def pythons() -> list[str]:
    """Return those Pythons of the matrix that this machine has."""
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    # pyenv's shims answer for selected versions only
    env = os.environ | {"PYENV_VERSION": ":".join(path.name for path in versions.glob("3.*"))}
    found = []
    for version in MATRIX:
        command = shutil.which(f"python{version}")
        if command and subprocess.run([command, "-c", ""], env=env, capture_output=True, check=False).returncode == 0:
            found.append(version)
    return found


@pytest.fixture
def here(record_property: Callable[[str, object], None]) -> list[str]:
    """The Pythons of the matrix that this machine has: a missing one is said, and where CI is set it is a failure."""
    found = pythons()
    missing = sorted(set(MATRIX) - set(found))
    if missing:
        tell_lack(f"this machine has no Python {', '.join(missing)}: nothing is known of it")
        record_property("missing", missing)
    assert len(found) >= 3, f"three Pythons are needed, this machine has {', '.join(found)}"
    return found


class Owner:
    """Types commands in a project, each of which must succeed, and looks at what became of it."""

    def __init__(self, world: World, forge: ForgeServer | None = None) -> None:
        self.world = world
        self._login = token_for(forge) if forge else {}

    def types(self, *argv: str | Path, **env: str) -> str:
        """Run a command and return all that it printed."""
        start = time.monotonic()
        ran = self.world.run(*argv, env=self.activated() | self._login | env)
        print(f"{time.monotonic() - start:5.1f} s  {' '.join(map(str, argv))}")
        assert ran.code == 0, ran.text
        return ran.text

    def activated(self) -> dict[str, str]:
        """Return what `. .venv/bin/activate` sets, once there is a .venv."""
        venv = self.world.project / ".venv"
        path = self.world.environment()["PATH"]
        return {"PATH": f"{venv / 'bin'}{os.pathsep}{path}", "VIRTUAL_ENV": str(venv)} if venv.exists() else {}

    def changes(self) -> str:
        """Return what git says is not committed."""
        return self.world.git("status", "--porcelain")


def succeeded(text: str) -> list[str]:
    """Return the sessions that a run of nox says were successful."""
    return re.findall(r"nox > Session (\S+) was successful", text)


@pytest.fixture
def forge(name: str) -> Iterator[ForgeServer | None]:
    """The forge that the project of a journey names, if it names one."""
    kind = JOURNEYS[name]["forge"]
    with forge_server(kind) if kind != "none" else nullcontext() as server:
        yield server


def begin(place: Path, index: str, server: ForgeServer | None, **answers: str) -> Owner:
    """Do the first four lines of the README: a project, a repository, a first commit, a remote that has it."""
    project = render(place / "acme", index=index, **answers)
    world = World(project, place / "acme.git", index, place / "home")
    if server:
        there(server, world)
    world.git("init", "--quiet", "--bare", world.remote, cwd=place)
    owner = Owner(world, server)
    owner.types("git", "init", "--quiet", "--initial-branch=main")
    owner.types("git", "add", "--all")
    owner.types("git", "commit", "--quiet", "--message=start")
    owner.types("git", "remote", "add", "origin", world.remote)
    owner.types("git", "push", "--quiet", "--set-upstream", "origin", "main")
    return owner


def there(forge: ForgeServer, world: World) -> None:
    """Say where the forge is, which the address of a remote on this disk does not."""
    path, kind = world.project / "release.toml", f'[forge]\nkind = "{forge.kind.name}"\n'
    text = path.read_text(encoding="utf-8")
    assert kind in text
    path.write_text(text.replace(kind, table(forge).lstrip()), encoding="utf-8")
    forge.state.remote = world.remote


def leave_out(missing: set[str], owner: Owner) -> None:
    """Let a release try its distributions only on Pythons that are here."""
    path = owner.world.project / "release.toml"
    tried = json.dumps(sorted(set(MATRIX) - missing))
    path.write_text(f"python = {tried}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    owner.types("git", "commit", "--quiet", "--all", "--message=fewer Pythons")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A folder for a journey; what others' packages left there is removed before the rest is looked through."""
    yield tmp_path
    for folder in ("acme/.nox", "acme/.venv", "fresh"):
        shutil.rmtree(tmp_path / folder, ignore_errors=True)


def check_everything(owner: Owner, expected: list[str], here: list[str]) -> None:
    """Run `nox`; without a Python of the matrix, what there is for the others."""
    sessions = [name for name in expected if not name.startswith("tests-") or name[6:] in here]
    text = owner.types("nox") if sessions == expected else owner.types("nox", "-s", *sessions)

    assert succeeded(text) == sessions
    assert sum(name.startswith("tests-") for name in sessions) >= 3
    assert owner.changes() == ""


def build(owner: Owner, answers: Mapping[str, str]) -> None:
    """Run `nox -s build`, and read in the wheel who made it and what for."""
    text = owner.types("nox", "-s", "build")

    assert re.findall(r"PASSED( with warnings)?", text) == ["", ""]
    wheel = next((owner.world.project / "dist").glob("*.whl"))
    with zipfile.ZipFile(wheel) as file:
        name = next(name for name in file.namelist() if name.endswith("METADATA"))
        metadata = email.message_from_bytes(file.read(name), policy=email.policy.EmailPolicy(utf8=True))
    assert metadata["Summary"] == answers.get("description", "A Python project.")
    if "author_email" in answers:
        told = parseaddr(metadata["Author-email"])
        assert told == (answers["author_name"], answers["author_email"])


def install(owner: Owner, version: str, answers: Mapping[str, str]) -> None:
    """Install the newest from the index with pip, into an environment beside the project, and use it there."""
    beside, package = owner.world.project.parent / "fresh", re.sub(r"[-.]+", "_", answers["project_name"]).lower()
    package = f"py{package}" if package[0].isdigit() else package
    python = beside / "bin/python"
    if not beside.exists():
        owner.types(sys.executable, "-m", "venv", beside)
    index = ["--index-url", f"{owner.world.index}simple/", "--no-cache-dir"]
    owner.types(python, "-m", "pip", "install", "--quiet", "--upgrade", *index, answers["project_name"])

    script = f"import {package}; print({package}.__version__, {package}.slugify('Hello World'), {package}.__file__)"
    printed = owner.types(python, "-c", script).split()
    assert printed[:2] == [version, "hello-world"]
    assert printed[2].startswith(str(beside))
    if answers["kind"] == "command-line":
        command = beside / "bin" / answers["project_name"]
        assert owner.types(command, "--version") == f"{answers['project_name']} {version}\n"
        assert owner.types(command, "Crème", "brûlée") == "creme-brulee\n"


def status(owner: Owner) -> dict[str, object]:
    """Return what `inv status` says, of which a person reads the same."""
    read: dict[str, object] = json.loads(owner.types("inv", "status", "--json"))
    shown = owner.types("inv", "status")
    assert re.search(rf"\b{read['release']}\b.* is released", shown.splitlines()[0]), shown
    return read


@pytest.mark.parametrize("name", JOURNEYS)
def test_from_a_rendered_project_to_two_releases_that_pip_installs(
    name: str, place: Path, index: str, here: list[str], forge: ForgeServer | None
) -> None:
    answers = JOURNEYS[name]
    matrix = MATRIX[MATRIX.index(answers.get("python_min", "3.10")) :]
    owner = begin(place, index, forge, **answers)
    if missing := set(matrix) - set(here):
        leave_out(missing, owner)
    documented = ["docs"] if answers["docs"] != "none" else []

    listed = re.findall(r"^([*-]) (\S+)", owner.types("nox", "-l"), re.MULTILINE)
    usual = ["lint", "types", *(f"tests-{version}" for version in matrix), "coverage", *documented]
    assert [session for mark, session in listed if mark == "*"] == usual
    live = ["docs-live"] if documented else []
    assert [session for mark, session in listed if mark == "-"] == [
        *live,
        "audit",
        "build",
        "dev",
        "preflight",
        "release",
        "rehearse",
        "update",
    ]
    check_everything(owner, usual, here)
    build(owner, answers)
    owner.types("nox", "-s", "dev")

    owner.types("inv", "note", "feature", "Add the first thing")
    assert owner.changes() == ""
    if name == "library":
        owner.types("nox", "-s", "rehearse", "--", "minor")
        assert owner.world.files(canonicalize_name(answers["project_name"])) == {}
    owner.types("nox", "-s", "release", "--", "minor", "--yes")
    install(owner, "0.1.0", answers)
    told = status(owner)
    assert (told["release"], told["tag"], told["complete"], told["fragments"]) == ("0.1.0", "v0.1.0", True, 0)

    owner.types("inv", "note", "fix", "Mend the first thing")
    owner.types("nox", "-s", "release", "--", "patch", "--yes")
    install(owner, "0.1.1", answers)
    told = status(owner)
    assert (told["release"], told["complete"]) == ("0.1.1", True)

    assert owner.changes() == ""
    refs = owner.world.remote_refs()
    assert {ref for ref in refs if not ref.endswith("^{}")} >= {
        "refs/heads/main",
        "refs/tags/v0.1.0",
        "refs/tags/v0.1.1",
    }
    assert refs["refs/heads/main"] == owner.world.git("rev-parse", "HEAD")
    changelog = owner.world.git("show", "v0.1.1:CHANGELOG.md")
    assert re.findall(r"^(## \S+|- .*)", changelog, re.MULTILINE) == [
        "## 0.1.1",
        "- Mend the first thing",
        "## 0.1.0",
        "- Add the first thing",
    ]
    assert len(owner.world.files(canonicalize_name(answers["project_name"]))) == 4
    if forge:
        assert [(each.tag, each.draft, len(each.files)) for each in shown(forge)] == [
            ("v0.1.0", False, 4),
            ("v0.1.1", False, 4),
        ]


def test_nox_fails_when_a_promised_python_is_missing(place: Path) -> None:
    project = render(place / "acme", docs="none")
    world = World(project, place / "acme.git", "", place / "home")
    path = project / "pyproject.toml"
    lines = [line for line in path.read_text().splitlines(keepends=True) if "Python :: 3." not in line]
    promised = "".join(f'  "Programming Language :: Python :: {version}",\n' for version in (HERE, "3.99"))
    path.write_text("".join(lines).replace("classifiers = [\n", f"classifiers = [\n{promised}"))

    # Only hatchling knows that no Python 3.99 was ever announced.
    ran = world.run("nox", env={"HATCH_METADATA_CLASSIFIERS_NO_VERIFY": "1"})

    assert ran.code != 0, ran.text
    assert "tests-3.99 failed: Python interpreter 3.99 not found" in ran.text
    assert succeeded(ran.text) == ["lint", "types", f"tests-{HERE}", "coverage"]


@contextmanager
def vulnerability_service(answer: Callable[[str], dict[str, object] | None]) -> Iterator[str]:
    """Serve what OSV answers for the name of a package (google.github.io/osv.dev/post-v1-query); None is a 503."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answered = answer(asked["package"]["name"])
            body = json.dumps(answered or {}).encode()
            self.send_response(503 if answered is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/query"
        finally:
            server.shutdown()
            thread.join()


def bad(name: str) -> dict[str, object]:
    """Return what OSV would answer if nothing but pytest were vulnerable."""
    affected = [{"package": {"name": name, "ecosystem": "PyPI"}}]
    return {"vulns": [{"id": "PYSEC-2026-1", "summary": "bad", "affected": affected}]} if name == "pytest" else {}


def test_audit_never_takes_silence_for_good_news(place: Path) -> None:
    """Found, not found and not asked are three answers; all of them over real HTTP."""
    world = World(render(place / "acme", docs="none"), place / "acme.git", "", place / "home")
    # A remote by a relative path, as one types it, is more than pip freeze can read.
    world.git("init", "--quiet", "--bare", world.remote, cwd=place)
    world.git("init", "--quiet")
    world.git("remote", "add", "origin", "../acme.git")

    def audit(address: str, *words: str) -> Ran:
        env = {"PIP_AUDIT_VULNERABILITY_SERVICE": "osv", "PIP_AUDIT_OSV_URL": address}
        return world.run("nox", "-s", "audit", *words, env=env)

    with vulnerability_service(lambda _: {}) as address:
        good = audit(address)
    with vulnerability_service(bad) as address:
        found = audit(address, "-R")
    with vulnerability_service(lambda _: None) as address:
        refused = audit(address, "-R")
    unreachable = audit(address, "-R")

    assert good.code == 0, good.text
    assert re.search(r"no known vulnerability in \d\d+ distributions", good.text)
    assert found.code != 0
    assert re.search(r"known vulnerabilities: pytest \S+ PYSEC-2026-1", found.text), found.text
    for ran in (refused, unreachable):
        assert ran.code != 0
        assert "the question could not be asked (see above): nothing is known, good or bad" in ran.text
        assert "no known vulnerabilit" not in ran.text.lower()


@pytest.mark.parametrize("docs", ["zensical", "sphinx"])
def test_docs_live_serves_the_documentation(docs: str, place: Path) -> None:
    world = World(render(place / "acme", docs=docs), place / "acme.git", "", place / "home")
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as free:
        port = free.server_port
    where = ["--port", str(port)] if docs == "sphinx" else ["--dev-addr", f"127.0.0.1:{port}"]
    log = place / "log"
    with log.open("wb") as file:
        live = subprocess.Popen(
            ["nox", "-s", "docs-live", "--", *where],
            cwd=world.project,
            env=world.environment(),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        assert "Crème brûlée" in served(f"http://127.0.0.1:{port}/", live), log.read_text()
    finally:
        os.killpg(live.pid, signal.SIGKILL)
        live.wait()


def served(address: str, server: subprocess.Popen[bytes]) -> str:
    """Return the page at an address as soon as there is one; nothing when the server ends or takes a minute."""
    end = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < end:
        try:
            page = requests.get(address, timeout=5)
            page.raise_for_status()
        except requests.RequestException:
            time.sleep(0.05)
        else:
            return page.content.decode()
    return ""
