"""The releases of GitHub, GitLab and Gitea over real HTTP: the same story on each of them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from release.adapters.forge.forge_http import ForgeRefused
from release.adapters.forge.open_forge import open_forge
from release.adapters.forge.protocols import Forge, ForgeRelease, Page
from release.base.errors import ReleaseError
from release.config.forge_config import ForgeConfig
from release.config.release_toml import Config
from tests.support.forges.kinds import PROJECT, QUICK, TOKEN, forge_server, opened
from tests.support.forges.server import ForgeServer

PAGE = Page("v0.1.0", "0" * 40, "acme 0.1.0", "What is new.", prerelease=False)


@pytest.fixture
def forge(server: ForgeServer) -> Forge:
    return opened(server)


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / "acme-0.1.0-py3-none-any.whl"
    path.write_bytes(b"a wheel, as far as a forge knows")
    return path


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_draft_gets_its_assets_and_is_shown_at_last(forge: Forge, server: ForgeServer, wheel: Path) -> None:
    releases = forge.releases

    releases.draft(PAGE)
    draft = releases.find("v0.1.0")[0]
    releases.attach(draft, wheel)
    filled = releases.find("v0.1.0")[0]
    shown_before = opened(server, token="").releases.find("v0.1.0") if forge.place.kind != "gitea" else []
    releases.publish(filled, PAGE, latest=True)

    (public,) = opened(server, token="").releases.find("v0.1.0")
    (asset,) = public.assets
    assert (draft.draft, public.draft) == (True, False)
    assert [each.draft for each in shown_before] in ([], [True])
    assert (public.title, public.body) == ("acme 0.1.0", "What is new.")
    assert (asset.name, asset.whole) == (wheel.name, True)
    assert releases.sha256_of(asset) == sha256(wheel)
    assert asset.sha256 in ("", sha256(wheel))
    assert forge.place.kind == "gitea" or asset.sha256


def test_nothing_is_there_before(forge: Forge) -> None:
    found = forge.releases.find("v0.1.0")

    assert [each.assets for each in found] == ([] if forge.releases.knows_drafts else [()])
    assert forge.releases.drafts() in ([], ())


def test_an_asset_of_a_draft_can_be_taken_away(forge: Forge, wheel: Path) -> None:
    releases = forge.releases
    releases.draft(PAGE)
    releases.attach(releases.find("v0.1.0")[0], wheel)
    draft = releases.find("v0.1.0")[0]

    releases.detach(draft, draft.assets[0])
    releases.detach(draft, draft.assets[0])  # gone already

    assert releases.find("v0.1.0")[0].assets == ()


def test_a_draft_is_discarded_with_its_assets(forge: Forge, server: ForgeServer, wheel: Path) -> None:
    releases = forge.releases
    releases.draft(PAGE)
    releases.attach(releases.find("v0.1.0")[0], wheel)
    draft = releases.find("v0.1.0")[0]

    releases.discard(draft)
    releases.discard(draft)

    tables = ("releases", "assets", "packages", "files")
    assert [server.state.table(name) for name in tables] == [{}, {}, {}, {}]


def test_the_body_of_a_public_release_can_be_written_anew(forge: Forge) -> None:
    releases = forge.releases
    releases.draft(PAGE)
    releases.publish(releases.find("v0.1.0")[0], PAGE, latest=True)

    releases.amend(releases.find("v0.1.0")[0], "Yanked.")

    (public,) = releases.find("v0.1.0")
    assert (public.body, public.title, public.draft) == ("Yanked.", "acme 0.1.0", False)


def test_an_empty_file_is_an_asset(forge: Forge, tmp_path: Path) -> None:
    empty = tmp_path / "py.typed"
    empty.touch()
    forge.releases.draft(PAGE)
    forge.releases.attach(forge.releases.find("v0.1.0")[0], empty)

    (asset,) = forge.releases.find("v0.1.0")[0].assets
    assert (asset.name, asset.size) == ("py.typed", 0)


def test_a_release_is_found_among_hundreds(forge: Forge) -> None:
    releases = forge.releases
    for number in range(120):
        releases.draft(Page(f"v0.0.{number}", "0" * 40, "", f"{number}", prerelease=True))

    found = releases.find("v0.0.3")

    assert [each.body for each in found] == (["3"] if releases.knows_drafts else [""])


def test_who_may_push_may_release(forge: Forge) -> None:
    rights = forge.releases.rights()

    assert (rights.account, rights.missing, rights.moved) == ("ada", (), "")
    assert rights.source.endswith("_TOKEN")


MISSING = {"github": "contents: write", "gitlab": "the role Developer", "gitea": "write access to the repository"}


def test_who_may_only_read_is_told_what_is_missing(server: ForgeServer) -> None:
    server.account("a-reader", "eve")

    assert opened(server, token="a-reader").releases.rights().missing == (MISSING[server.kind.name],)


def test_a_project_that_the_token_does_not_see_is_missing(server: ForgeServer, forge: Forge) -> None:
    server.state.project = "octo/other"

    assert forge.releases.rights().missing == (f"{PROJECT} is not there for this token",)


def test_a_project_that_has_moved_is_told(server: ForgeServer, forge: Forge) -> None:
    server.state.settings["renamed"] = "octo/acme-new"

    assert forge.releases.rights().moved == "octo/acme-new"


def test_a_token_that_is_not_known_is_refused(server: ForgeServer) -> None:
    with pytest.raises(ForgeRefused) as refused:
        opened(server, token="expired").releases.rights()

    assert " answered 401 " in refused.value.why
    assert refused.value.run.startswith("export G")


def test_without_a_token_a_public_project_can_be_looked_at_and_not_changed(server: ForgeServer) -> None:
    nobody = opened(server, token="").releases

    assert not any(each.body for each in nobody.find("v0.1.0"))
    with pytest.raises(ReleaseError) as refused:
        nobody.amend(ForgeRelease("1", "v0.1.0", "", "", draft=True, assets=(), page=""), "")
    assert refused.value.why.startswith("no token in G")
    with pytest.raises(ReleaseError):
        nobody.rights()
    assert server.changes == 0


def test_a_private_project_is_not_read_as_one_without_releases(server: ForgeServer) -> None:
    server.state.settings["private"] = True

    with pytest.raises(ForgeRefused):
        opened(server, token="").releases.find("v0.1.0")


def test_the_token_is_in_no_request_but_its_header(server: ForgeServer, forge: Forge, wheel: Path) -> None:
    forge.releases.draft(PAGE)
    forge.releases.attach(forge.releases.find("v0.1.0")[0], wheel)

    assert not [path for _, path, _ in server.requests if TOKEN in path]


def test_the_token_of_a_workflow_is_nobodys_and_releases() -> None:
    with forge_server("github") as server:
        server.state.settings["workflow"] = True

        rights = opened(server).releases.rights()

    assert (rights.account, rights.missing) == ("a workflow", ())


def test_the_token_of_a_gitlab_job_releases(wheel: Path) -> None:
    with forge_server("gitlab") as server:
        config = Config(forge=ForgeConfig("gitlab", server.api, PROJECT), retry=QUICK)
        job = {"GITLAB_CI": "true", "CI_JOB_TOKEN": TOKEN, "PATH": ""}
        forge = open_forge(config, "", job, print)
        assert forge
        releases = forge.releases

        rights = releases.rights()
        releases.attach(releases.find("v0.1.0")[0], wheel)
        releases.publish(releases.find("v0.1.0")[0], PAGE, latest=True)

        assert (rights.account, rights.source) == ("the job of this pipeline", "CI_JOB_TOKEN")
        assert [row["tag_name"] for row in server.state.table("releases").values()] == ["v0.1.0"]
