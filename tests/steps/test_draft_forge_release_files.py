"""Which files a forge release has: those of the release, those that patterns mean, and no others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from release.base.errors import ReleaseError
from release.context import Context
from release.engine.converge import converge
from release.engine.step import State
from release.steps.draft_forge_release import DRAFT
from tests.support.forges.server import ForgeServer
from tests.support.forges.tagged import on, release
from tests.support.forges.worlds import shown
from tests.support.world import World

FILES = ["SHA256SUMS", "acme-0.1.0-py3-none-any.whl", "acme-0.1.0.cdx.json", "acme-0.1.0.tar.gz"]


def draft(ctx: Context) -> None:
    converge(ctx, (DRAFT,), lambda *_: None)


def test_a_file_that_is_none_of_ours_is_a_conflict(server: ForgeServer, tagged: World, tmp_path: Path) -> None:
    ctx = on(tagged, server)
    draft(ctx)
    notes = tmp_path / "notes.pdf"
    notes.write_bytes(b"notes")
    assert ctx.forge
    ctx.forge.releases.attach(ctx.forge.releases.find("v0.1.0")[0], notes)

    seen = DRAFT.observe(ctx)

    assert seen.state is State.CONFLICT
    assert "has notes.pdf, which are not files of this release: http" in seen.fact
    assert seen.run == "$EDITOR release.toml      (forge.assets; or delete it there)"


def test_what_a_pattern_means_may_come_from_another_machine(server: ForgeServer, tagged: World, tmp_path: Path) -> None:
    ctx = on(tagged, server, assets=("dist-executable/*-{version}-*",))
    with pytest.raises(ReleaseError):
        draft(ctx)
    other = tmp_path / "acme-0.1.0-windows-x86_64.exe"
    other.write_bytes(b"made elsewhere")
    assert ctx.forge
    ctx.forge.releases.attach(ctx.forge.releases.find("v0.1.0")[0], other)

    release(ctx)

    assert sorted(shown(server)[0].files) == sorted([*FILES, other.name])


def test_files_of_a_pattern_are_attached_and_vouched_for(github: ForgeServer, tagged: World) -> None:
    folder = tagged.project / "dist-executable"
    folder.mkdir()
    for name in ("acme-0.1.0-linux-x86_64", "acme-0.0.9-linux-x86_64"):
        (folder / name).write_bytes(name.encode())
    try:
        release(on(tagged, github, assets=("dist-executable/*-{version}-*",)))
    finally:
        shutil.rmtree(folder)

    (there,) = shown(github)
    assert sorted(there.files) == sorted([*FILES, "acme-0.1.0-linux-x86_64"])
    sums = next(
        content
        for number, content in github.state.contents.items()
        if github.state.table("assets")[number]["name"] == "SHA256SUMS"
    ).decode()
    assert f"{there.files['acme-0.1.0-linux-x86_64']}  acme-0.1.0-linux-x86_64\n" in sums


def test_a_pattern_that_nothing_matches_stops_before_the_upload(github: ForgeServer, tagged: World) -> None:
    ctx = on(tagged, github, assets=("dist-executable/*-{version}-*",))

    with pytest.raises(ReleaseError) as refused:
        draft(ctx)

    assert refused.value.why == "no file matches dist-executable/*-0.1.0-*, here or in the draft"
    assert refused.value.run.startswith("$EDITOR release.toml      (forge.assets; or build the files")
    assert DRAFT.observe(ctx).state is State.ABSENT


def test_a_name_that_a_forge_would_change_is_refused_before_anything_is_sent(
    github: ForgeServer, tagged: World
) -> None:
    odd = tagged.project / "odd name.txt"
    odd.write_text("odd")
    try:
        with pytest.raises(ReleaseError) as refused:
            draft(on(tagged, github, assets=("odd*",)))
    finally:
        odd.unlink()

    assert refused.value.why.startswith("odd name.txt has characters that a forge would replace")
    assert shown(github) == [] or shown(github)[0].files == {}


def test_a_distribution_that_was_exchanged_after_the_tag_is_not_attached(github: ForgeServer, tagged: World) -> None:
    place = next((tagged.project / "dist").glob("0.1.0-*"))
    wheel = next(place.glob("*.whl"))
    true = wheel.read_bytes()
    wheel.write_bytes(b"exchanged")
    try:
        with pytest.raises(ReleaseError) as refused:
            DRAFT.do(on(tagged, github))
    finally:
        wheel.write_bytes(true)

    assert refused.value.what == f"cannot upload {wheel.name}"
    assert all(wheel.name not in each.files for each in shown(github))


def test_a_link_that_a_pattern_matches_is_refused(github: ForgeServer, tagged: World, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("password", encoding="utf-8")
    (tagged.project / "extra").mkdir()
    link = tagged.project / "extra" / "notes.txt"
    link.symlink_to(tmp_path / "secret")
    try:
        with pytest.raises(ReleaseError) as refused:
            DRAFT.do(on(tagged, github, assets=("extra/*",)))
    finally:
        shutil.rmtree(link.parent)

    assert refused.value.why == (
        "extra/notes.txt is a symbolic link or in a linked folder: it may be outside the project"
    )


def test_what_git_keeps_for_itself_is_no_asset(github: ForgeServer, tagged: World) -> None:
    with pytest.raises(ReleaseError) as refused:
        draft(on(tagged, github, assets=("**/config",)))

    assert refused.value.why == "no file matches **/config, here or in the draft"
