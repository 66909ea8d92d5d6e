"""Debian's gh against the same server: what it sees of our releases, and what we see of its.

gh speaks TLS only, so the server does, by a certificate that is made here and told by SSL_CERT_FILE. A draft it looks
up by GraphQL, which this file adds for that one question.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from release.engine.converge import converge
from release.gates import forge_access
from release.steps.draft_forge_release import DRAFT
from tests.support.forges.asked import Asked, Route, State, Told
from tests.support.forges.github import GITHUB
from tests.support.forges.kinds import PROJECT, TOKEN
from tests.support.forges.server import ForgeServer
from tests.support.forges.tagged import on, release, wanted_files
from tests.support.forges.worlds import sums_of
from tests.support.lacking import stop_for_lack
from tests.support.secrets import refuse_leak
from tests.support.world import World

pytestmark = pytest.mark.journey


@pytest.fixture(autouse=True, scope="module")
def _tools() -> None:
    for tool in ("gh", "openssl"):
        if not shutil.which(tool):
            stop_for_lack(f"{tool} is not installed: nothing is known of GitHub's own client")


def _draft_of_tag(state: State, asked: Asked) -> Told:
    wanted = asked.json["variables"]["tagName"]
    found = next((each for each in state.table("releases").values() if each["tag_name"] == wanted), None)
    row = {"databaseId": found["id"], "isDraft": found["draft"]} if found else None
    return Told(200, {"data": {"repository": {"release": row}}})


@dataclass(frozen=True)
class Gh:
    """gh, logged in on a server."""

    host: str
    certificate: Path

    def __call__(self, *words: str | Path) -> str:
        """Run gh, which must succeed, and return its output."""
        login = {"GH_HOST": self.host, "GH_ENTERPRISE_TOKEN": TOKEN, "SSL_CERT_FILE": str(self.certificate)}
        home = {"HOME": str(self.certificate.parent), "GH_PROMPT_DISABLED": "1", "NO_COLOR": "1"}
        repository = () if words[0] == "api" else ("--repo", f"{self.host}/{PROJECT}")
        ran = subprocess.run(
            ["gh", *map(str, words), *repository],
            env={"PATH": os.environ["PATH"]} | login | home,
            capture_output=True,
            text=True,
            check=False,
        )
        refuse_leak(ran.stdout + ran.stderr, "what gh printed")
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for this machine, in one file."""
    place = tmp_path_factory.mktemp("certificate")
    key, path = place / "key.pem", place / "certificate.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    words = ["openssl", "req", "-x509", *kind, *subject, "-keyout", str(key), "-out", str(path)]
    subprocess.run(words, check=True, capture_output=True)
    path.write_text(key.read_text() + path.read_text())
    return path


@pytest.fixture
def server(certificate: Path, tagged: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[ForgeServer]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    graphql = Route("POST", "/api/graphql", _draft_of_tag, api=False)
    kind = ForgeServer(GITHUB, PROJECT, tagged.remote, routes=[graphql], certificate=certificate)
    kind.account(TOKEN, "ada", "push")
    with kind as server:
        yield server


@pytest.fixture
def gh(server: ForgeServer, certificate: Path) -> Gh:
    return Gh(server.address.removeprefix("https://"), certificate)


def test_gh_knows_who_we_are(gh: Gh) -> None:
    assert json.loads(gh("api", "user"))["login"] == "ada"


def test_gh_downloads_what_we_released(gh: Gh, server: ForgeServer, tagged: World, tmp_path: Path) -> None:
    server.state.settings["storage takes tokens"] = True  # gh 2.23 sends its enterprise token to every host
    release(on(tagged, server))

    seen = json.loads(gh("release", "view", "v0.1.0", "--json", "tagName,isDraft,isPrerelease,name,assets"))
    gh("release", "download", "v0.1.0", "--dir", tmp_path / "files")

    assert (seen["tagName"], seen["name"], seen["isDraft"], seen["isPrerelease"]) == (
        "v0.1.0",
        "acme 0.1.0",
        False,
        False,
    )
    assert sums_of(tmp_path / "files") == wanted_files(tagged)
    assert {each["name"] for each in seen["assets"]} == set(wanted_files(tagged))


def test_a_draft_that_gh_made_is_seen_as_somebody_elses(gh: Gh, server: ForgeServer, tagged: World) -> None:
    wheel = next((tagged.project / "dist").glob("0.1.0-*/*.whl"))
    gh("release", "create", "v0.1.0", wheel, "--draft", "--title", "mine", "--notes", "by hand")

    verdict = forge_access.PAGE.ask(on(tagged, server))

    assert verdict.met is False
    assert "already has a draft of v0.1.0 from elsewhere" in verdict.fact


def test_a_file_that_gh_took_from_our_draft_is_sent_again(gh: Gh, server: ForgeServer, tagged: World) -> None:
    converge(on(tagged, server), (DRAFT,), lambda *_: None)
    gh("release", "delete-asset", "v0.1.0", "acme-0.1.0.tar.gz", "--yes")

    assert DRAFT.observe(on(tagged, server)).fact.startswith("3 of 4 files are in the draft")
    release(on(tagged, server))
    assert len(server.state.table("assets")) == 4
