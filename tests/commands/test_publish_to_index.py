"""One release on several indexes: which receive it by themselves, and how it gets to one more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from release.adapters.index.local_index import embedded_index
from release.base.errors import ReleaseError
from release.commands.publish_to_index import promote
from release.commands.release import release
from tests.support.lines import agreed, here
from tests.support.making import ready
from tests.support.world import World, make_world


@pytest.fixture
def staging(tmp_path: Path, rendered: Path, index: str) -> Iterator[World]:
    """A world with two indexes: candidates go to staging, finals to the one named local."""
    with embedded_index(tmp_path / "staged") as address:
        world = make_world(tmp_path, rendered, index)
        path = world.project / "release.toml"
        text = path.read_text(encoding="utf-8")
        text = text.replace('name = "local"', 'name = "local"\nstages = ["production", "hotfix"]')
        table = f'[[index]]\nname = "staging"\nupload = "{address}"\nsimple = "{address}simple/"\n'
        path.write_text(text.replace("[[index]]", f'{table}stages = ["candidate"]\n\n[[index]]', 1), encoding="utf-8")
        world.commit("two indexes")
        yield ready(world)


def files(world: World) -> set[str]:
    return set(world.files())


def staged(tmp_path: Path) -> set[str]:
    return {path.name for path in (tmp_path / "staged").iterdir()}


RC = {"acme-0.1.0rc1-py3-none-any.whl", "acme-0.1.0rc1.tar.gz"}


def test_an_index_receives_the_stages_that_it_is_for(staging: World, tmp_path: Path) -> None:
    release(here(staging), "minor", "rc", agreed)
    assert (staged(tmp_path), files(staging)) == (RC, set())

    release(here(staging), "minor", None, agreed)
    assert files(staging) == {name.replace("rc1", "") for name in RC}
    assert staged(tmp_path) == RC


def test_a_candidate_goes_to_one_more_index_as_the_same_bytes(staging: World, tmp_path: Path) -> None:
    release(here(staging), "minor", "rc", agreed)

    promote(here(staging), "local", "0.1.0rc1", agreed)

    assert files(staging) == RC
    for name in RC:
        assert (tmp_path / "staged" / name).read_bytes() in [
            path.read_bytes() for path in (staging.project / "dist").rglob(name)
        ]
    promote(here(staging), "local", "", agreed)


def test_what_was_built_elsewhere_is_built_again_and_compared(staging: World) -> None:
    release(here(staging), "minor", "rc", agreed)
    for path in (staging.project / "dist").glob("0.1.0rc1-*"):
        for file in path.iterdir():
            file.unlink()
        path.rmdir()

    promote(here(staging), "local", "0.1.0rc1", agreed)

    assert files(staging) == RC


def test_other_bytes_are_never_uploaded(staging: World) -> None:
    release(here(staging), "minor", "rc", agreed)
    [wheel] = (staging.project / "dist").rglob("*.whl")
    wheel.write_bytes(b"other")

    with pytest.raises(ReleaseError, match="these files differ from the first build"):
        promote(here(staging), "local", "0.1.0rc1", agreed)

    assert files(staging) == set()


def test_a_dry_run_does_not_take_the_tag_in(staging: World) -> None:
    release(here(staging), "minor", "rc", agreed)
    staging.git("tag", "--delete", "v0.1.0rc1")

    with pytest.raises(ReleaseError) as refusal:
        promote(here(staging, write=False), "local", "0.1.0rc1", agreed, dry_run=True)

    assert refusal.value.run == "git fetch origin tag v0.1.0rc1"
    assert staging.git("tag", "--list", "v0.1.0rc1") == ""


def test_a_dry_run_uploads_nothing(staging: World, capsys: pytest.CaptureFixture[str]) -> None:
    release(here(staging), "minor", "rc", agreed)

    promote(here(staging, write=False), "local", "0.1.0rc1", agreed, dry_run=True)

    assert "to do   upload to local" in capsys.readouterr().out
    assert files(staging) == set()


@pytest.mark.parametrize(
    ("name", "version", "why"),
    [
        ("nowhere", "", 'there is no index "nowhere"; indexes: staging, local'),
        ("", "0.1.0", 'there is no index ""; indexes: staging, local'),
        ("local", "", "there is no release from this branch"),
        ("local", "9.9", "v9.9 is not on origin"),
    ],
)
def test_a_promotion_is_refused(staging: World, name: str, version: str, why: str) -> None:
    with pytest.raises(ReleaseError) as refused:
        promote(here(staging), name, version, agreed)

    assert refused.value.why == why
    assert refused.value.run


def test_a_tag_that_records_nothing_is_not_promoted(staging: World) -> None:
    staging.git("tag", "--annotate", "--message", "by hand", "v0.0.1")
    staging.git("push", "--quiet", "origin", "v0.0.1")

    with pytest.raises(ReleaseError, match=r"v0\.0\.1 records no distributions"):
        promote(here(staging), "local", "0.0.1", agreed)
