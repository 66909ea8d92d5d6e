"""The doctor tells a newcomer what is here, and never a secret."""

from __future__ import annotations

from release.adapters.forge.protocols import Page
from tests.support.forges.kinds import forge_server, opened
from tests.support.forges.worlds import token_for, with_forge
from tests.support.world import World


def test_the_doctor_tells_tools_settings_places_rights_and_what_is_next(world: World) -> None:
    world.note()

    ran = world.inv("doctor")

    assert ran.code == 0, ran.text
    rows = ran.out.splitlines()
    assert rows[0] == f"acme 0.1.0.dev0 in {world.project}"
    headings = [row for row in rows if row and not row.startswith(" ")]
    assert headings[1:] == [
        "tools",
        "release.toml (* set here, else the default)",
        "places",
        "rights and environment",
        next(row for row in rows if row.startswith("next: acme 0.1.0 (")),
    ]
    assert '    branch = "main"' in rows
    assert "  * quality = []" in rows
    assert f"  local: uploads to {world.index}, read at {world.index}simple/; password from TWINE_PASSWORD" in rows
    assert "  ok      index account                       local accepts ada" in ran.out
    assert "  to do   upload to local                     v0.1.0 is not in this clone" in rows


def test_the_doctor_names_the_variable_of_an_index_of_its_own(world: World) -> None:
    told = world.environment()
    ran = world.inv("doctor", RELEASE_LOCAL_USERNAME="ada", RELEASE_LOCAL_PASSWORD=told["TWINE_PASSWORD"])

    assert "password from RELEASE_LOCAL_PASSWORD\n" in ran.out


def test_what_stands_in_the_way_is_exit_code_1(world: World) -> None:
    ran = world.inv("doctor", TWINE_PASSWORD="not-this-one")

    assert ran.code == 1
    assert (
        "cannot release: index account\n  why: local answered 403 to ada, by the password from TWINE_PASSWORD\n"
        in ran.out
    )


def test_the_doctor_of_a_project_without_an_index(repository: World) -> None:
    ran = repository.inv("doctor")

    assert ran.code == 0, ran.text
    assert "  no index: a release is a tag\n" in ran.out


def test_the_doctor_tells_that_a_forge_could_show_the_releases(repository: World) -> None:
    repository.git("remote", "set-url", "--push", "origin", repository.remote)
    repository.git("remote", "add", "hub", "https://github.com/ada/acme")
    path = repository.project / "release.toml"
    path.write_text('remote = "hub"\n' + path.read_text())

    ran = repository.inv("doctor", GITHUB_TOKEN="ghp-this-is-secret")

    assert '  github: shows no releases; [forge] kind = "github" in release.toml lets it\n' in ran.out
    assert "ghp-this-is-secret" not in ran.text


def test_the_doctor_names_the_account_and_the_drafts_that_are_left(repository: World) -> None:
    with forge_server("github") as forge:
        with_forge(repository, forge)
        left = "Something\n\n<!-- Release: 0.0.9 (0123456789012345678901234567890123456789) -->"
        for tag, body in (("v0.0.9", left), ("v0.0.8", "drafted by hand")):
            opened(forge).releases.draft(Page(tag, "0" * 40, tag, body, prerelease=False))

        ran = repository.inv("doctor", cwd=None, **token_for(forge))

    assert ran.code == 0, ran.text
    name = f"github ({forge.address.removeprefix('http://')})"
    assert f"  {name}: shows the releases of octo/acme, asked at {forge.api}\n" in ran.out
    assert ran.out.count(f"{name} accepts ada, by the token from GH_TOKEN") == 1
    assert "a draft is left\n  why: http" in ran.out
    assert "is the draft of v0.0.9, which is not the release in progress" in ran.out
    assert "v0.0.8" not in ran.out


def test_the_doctor_says_what_a_forge_is_not_given(repository: World) -> None:
    with forge_server("github") as forge:
        with_forge(repository, forge)

        ran = repository.inv("doctor")

    assert ran.code == 1, ran.text
    name = f"github ({forge.address.removeprefix('http://')})"
    assert f"  why: cannot make a release on {name}: no token in GH_ENTERPRISE_TOKEN, " in ran.out
