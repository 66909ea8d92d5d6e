"""Verifying what a forge shows: its release, every asset, SHA256SUMS and the SBOM; and what vouches for the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from packaging.version import Version

from release.commands import verify as verify_command
from release.commands.verify import VerifyResult, verify
from release.context import Context
from release.context_loader import load_context
from release.steps.draft_forge_release import DRAFT
from release.steps.publish_forge_release import REVEAL
from release.values.release import Release
from release.verification.claims import Proof
from tests.commands.test_verify import fact, standings
from tests.support.forges.kinds import KINDS
from tests.support.forges.server import ForgeServer
from tests.support.forges.worlds import table, token_for
from tests.support.world import World


def on_forge(world: World, server: ForgeServer, **more: str) -> None:
    """Let release.toml lead to a forge, which knows the repository."""
    path = world.project / "release.toml"
    text = path.read_text(encoding="utf-8").replace('\n[forge]\nkind = "github"\n', table(server, **more))
    path.write_text(text, encoding="utf-8")
    server.state.remote = world.remote


def context(world: World, server: ForgeServer) -> Context:
    ctx = load_context(world.project, world.environment(**token_for(server)), write=False)
    return ctx.taking(Release("acme", Version("0.1.0"), "main", "v0.1.0"))


def show(world: World, server: ForgeServer, **more: str) -> None:
    """Draft the forge release with its files, and make it public."""
    on_forge(world, server, **more)
    for step in (DRAFT, REVEAL):
        step.do(context(world, server))


def checked(world: World, server: ForgeServer) -> VerifyResult:
    return verify(context(world, server), "0.1.0")


def asset(server: ForgeServer, name: str) -> int:
    """Return the number of an asset."""
    return next(number for number, each in server.state.table("assets").items() if each["name"] == name)


@pytest.mark.parametrize("server", KINDS, indirect=True)
def test_what_is_shown_is_proven(released: World, server: ForgeServer) -> None:
    show(released, server)

    findings = checked(released, server)

    there = {what: standing for what, standing in standings(findings).items() if "signature" not in what}
    name = next(what for what in there if what.startswith("release on "))
    assert there == {
        "tag": "proven",
        "commit": "proven",
        "files on local": "proven",
        "attestations on local": "not proven",
        "built again": "proven",
        name: "proven",
        "assets": "proven",
        "SHA256SUMS": "proven",
        "SBOM": "proven",
    }, findings.claims
    assert name.startswith(f"release on {server.kind.name} (127.0.0.1:")
    assert fact(findings, "SHA256SUMS") == "it lists all 3 other assets with their digests"


def replaced(name: str) -> Callable[[ForgeServer], object]:
    """Let an asset have other bytes."""
    return lambda server: server.state.contents.update({asset(server, name): b"{}"})


def gone(name: str) -> Callable[[ForgeServer], object]:
    """Let an asset be lost."""
    return lambda server: server.state.table("assets").pop(asset(server, name))


TAMPERED = {
    "an executable replaced": (replaced("acme-linux"), "SHA256SUMS"),  # which alone vouches for it
    "the checksums gone": (gone("SHA256SUMS"), "SHA256SUMS"),
    "the SBOM gone": (gone("acme-0.1.0.cdx.json"), "SBOM"),
    "the SBOM replaced": (replaced("acme-0.1.0.cdx.json"), "SBOM"),
    "the release gone": (lambda server: server.state.table("releases").clear(), "release on github"),
    "the release a draft again": (
        lambda server: next(iter(server.state.table("releases").values())).update(draft=True),
        "release on github",
    ),
}


@pytest.mark.parametrize(("tamper", "what"), TAMPERED.values(), ids=TAMPERED)
def test_it_finds(tamper: Callable[[ForgeServer], object], what: str, released: World, github: ForgeServer) -> None:
    (released.project / "dist" / "acme-linux").write_text("an executable")
    show(released, github, assets='["dist/acme-*"]')

    tamper(github)
    findings = checked(released, github)

    found = {claim.partition(" (")[0]: standing for claim, standing in standings(findings).items()}
    assert found[what] == "wrong", findings.claims


def files_of(server: ForgeServer) -> tuple[str, int]:
    """Return the table of a forge that holds the wheel, and its number there."""
    table, key = ("files", "file_name") if server.kind.name == "gitlab" else ("assets", "name")
    rows = server.state.table(table)
    return table, next(number for number, each in rows.items() if each[key] == "acme-0.1.0-py3-none-any.whl")


@pytest.mark.parametrize("server", KINDS, indirect=True)
def test_a_wheel_that_was_replaced_is_found(released: World, server: ForgeServer) -> None:
    show(released, server)
    sha = hashlib.sha256(server.state.contents[files_of(server)[1]]).hexdigest()

    server.state.contents[files_of(server)[1]] = b"another"
    findings = checked(released, server)

    other = hashlib.sha256(b"another").hexdigest()
    assert {each.what: each.fact for each in findings.claims if each.standing is Proof.WRONG} == {
        "assets": f"acme-0.1.0-py3-none-any.whl is {other}, the tag records {sha}"
    }
    assert standings(findings)["SHA256SUMS"] == "proven"


@pytest.mark.parametrize("server", KINDS, indirect=True)
def test_a_wheel_that_is_gone_is_found(released: World, server: ForgeServer) -> None:
    """GitLab goes on showing the link to it."""
    show(released, server)
    table, number = files_of(server)
    sha = hashlib.sha256(server.state.contents[number]).hexdigest()

    del server.state.table(table)[number]
    findings = checked(released, server)

    how = "shown, and its bytes are not there" if table == "files" else "not there"
    assert {each.what: each.fact for each in findings.claims if each.standing is Proof.WRONG} == {
        "assets": f"acme-0.1.0-py3-none-any.whl is {how}, the tag records {sha}"
    }
    assert standings(findings)["SBOM"] == standings(findings)["SHA256SUMS"] == "proven"


def test_the_rows_stand_in_columns(released: World, server: ForgeServer, capsys: pytest.CaptureFixture[str]) -> None:
    show(released, server)
    table, number = files_of(server)
    del server.state.table(table)[number]
    capsys.readouterr()

    verify_command.show(context(released, server), checked(released, server))

    rows = [row for row in capsys.readouterr().out.splitlines() if row.startswith("  ")]
    width = len(f"  not proven  release on github ({server.address.removeprefix('http://')})  ")
    assert {row[width - 2 : width] for row in rows} == {"  "}
    assert all(row[width] != " " for row in rows)


def test_what_only_the_checksums_vouch_for_is_told(released: World, github: ForgeServer) -> None:
    (released.project / "dist" / "acme-linux").write_text("an executable")
    show(released, github, assets='["dist/acme-*"]')

    findings = checked(released, github)

    assert standings(findings)["SHA256SUMS"] == "proven"
    assert standings(findings)["asset acme-linux"] == "not proven"
    assert fact(findings, "asset acme-linux").endswith("; nothing but SHA256SUMS vouches for it")


def test_a_forge_that_does_not_answer_proves_nothing(released: World, github: ForgeServer) -> None:
    show(released, github)
    path = released.project / "release.toml"
    text = path.read_text(encoding="utf-8").replace("attempts = 5", "attempts = 1")
    path.write_text(text.replace(github.api, "http://127.0.0.1:9/api/v3"), encoding="utf-8")

    findings = checked(released, github)

    assert standings(findings)["release on github (127.0.0.1:9)"] == "not proven"
    assert "assets" not in standings(findings)
    assert standings(findings)["files on local"] == "proven"


def test_a_release_from_before_there_was_a_forge_is_not_looked_for_on_it(world: World, github: ForgeServer) -> None:
    world.commit("Release acme 0.1.0\n\nRelease: 0.1.0")
    world.git("tag", "--annotate", "--message", "acme 0.1.0", "v0.1.0")
    world.git("push", "--quiet", "origin", "main", "v0.1.0")
    path = world.project / "release.toml"
    path.write_text(path.read_text(encoding="utf-8") + table(github), encoding="utf-8")

    assert not any(what.startswith("release on") for what in standings(checked(world, github)))
