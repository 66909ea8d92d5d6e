"""Links of a contributor that would publish, or write, files that are not the project's."""

from __future__ import annotations

import pytest

from release.artifacts.distribution_build import build_distributions
from release.base.errors import ReleaseError
from release.commands.release import release
from release.engine.gate import GatesRefused
from release.repository.build_tree import build_tree
from release.steps.commit import COMMIT
from tests.support.lines import agreed, here
from tests.support.making import releasing
from tests.support.world import World

SECRET = "what only this machine has"


def test_a_fragment_that_is_a_link_publishes_no_other_file(
    repository: World, capsys: pytest.CaptureFixture[str]
) -> None:
    own = repository.home / "private"
    repository.environment()  # makes the home
    own.write_text(f"{SECRET}\n", encoding="utf-8")
    (repository.project / "changelog.d").mkdir(exist_ok=True)
    (repository.project / "changelog.d" / "1.feature.md").symlink_to(own)
    repository.commit("a note")
    repository.git("push", "--quiet", "origin", "main")

    with pytest.raises((GatesRefused, ReleaseError)) as refused:
        release(here(repository), "minor", None, agreed)

    assert "it is a symbolic link: the notes would publish the file that it leads to" in str(refused.value)
    assert SECRET not in capsys.readouterr().out + str(refused.value)


def test_a_release_writes_no_file_outside_of_the_project(repository: World) -> None:
    outside = repository.home / "profile"
    repository.environment()
    text = (repository.project / "CHANGELOG.md").read_text(encoding="utf-8")
    outside.write_text(text, encoding="utf-8")
    (repository.project / "CHANGELOG.md").unlink()
    (repository.project / "CHANGELOG.md").symlink_to(outside)
    repository.note("feature", "New")
    repository.git("push", "--quiet", "origin", "main")

    with pytest.raises(ReleaseError) as refused:
        COMMIT.do(releasing(repository))

    assert refused.value.what == "cannot write CHANGELOG.md"
    assert refused.value.why == f"it is a symbolic link that leads out of the project, to {outside}"
    assert refused.value.run.startswith("git rm CHANGELOG.md")
    repository.git(*refused.value.run.partition("  ")[0].split()[1:])
    assert outside.read_text(encoding="utf-8") == text


LINKS = (
    "src/acme/data.txt",
    "src/acme/__init__.py",
    "README.md",
    "LICENSE",
    "sbom.cdx.json",
    "tests/data.txt",
    "docs/x",
)
THROUGH = ("directly", "by many ..", "by another link", "by a folder")


def test_a_link_that_leads_out_of_the_project_publishes_nothing(repository: World) -> None:
    """A build backend packs what a link leads to; a pull request shows a line with a path."""
    repository.environment()
    folder = repository.home / "private"
    folder.mkdir()
    (folder / "token").write_text(f"{SECRET}\n", encoding="utf-8")
    start = repository.git("rev-parse", "HEAD")
    built: list[str] = []
    for number, name in enumerate(LINKS):
        path, way = repository.project / name, THROUGH[number % len(THROUGH)]
        path.unlink(missing_ok=True)
        path.parent.mkdir(exist_ok=True)
        target = folder if way == "by a folder" else folder / "token"
        if way == "by another link":
            (path.parent / "hop").symlink_to(target)
        up = "../" * 40 + str(target).lstrip("/")
        path.symlink_to("hop" if way == "by another link" else up if way == "by many .." else target)
        commit = repository.commit("a link")
        built += [f"{name} {way}: {step}" for step in ("commit", "build") if not refused(repository, step, commit)]
        repository.git("reset", "--quiet", "--hard", start)
    assert built == []


def refused(world: World, step: str, commit: str) -> bool:
    """Return whether the release commit on top of a commit, or its build, is refused for a link."""
    try:
        if step == "commit":
            COMMIT.do(releasing(world))
        else:
            build_distributions(releasing(world), commit, world.home / "out")
    except ReleaseError as error:
        return "is a symbolic link that leads out of the project" in error.why
    return False


def test_a_link_inside_of_the_project_and_one_to_nothing_stop_no_build(repository: World) -> None:
    (repository.project / "src" / "acme" / "again.py").symlink_to("__init__.py")
    (repository.project / "tests" / "gone").symlink_to("/nowhere/at/all")
    with build_tree(releasing(repository).git, repository.commit("links")) as place:
        assert (place / "src" / "acme" / "again.py").is_symlink()
