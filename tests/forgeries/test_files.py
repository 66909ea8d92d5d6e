"""Links of a contributor that would publish, or write, files that are not the project's."""

from __future__ import annotations

import pytest

from release.base.errors import ReleaseError
from release.commands.release import release
from release.engine.gate import GatesRefused
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
