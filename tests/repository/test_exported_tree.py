"""The files of a commit as tools look at them: all of them, and nothing from outside."""

from __future__ import annotations

from release.repository.exported_tree import exported
from tests.support.making import releasing
from tests.support.world import World


def test_no_attribute_hides_or_changes_a_file(repository: World) -> None:
    repository.commit(
        **{
            ".gitattributes": "* text=auto eol=lf\nhidden.txt export-ignore\nchanged.txt export-subst\n",
            "hidden.txt": "a secret\n",
            "changed.txt": "$Format:%H$\n",
        }
    )

    with exported(releasing(repository).git, "HEAD") as files:
        assert (files / "hidden.txt").read_text() == "a secret\n"
        assert (files / "changed.txt").read_text() == "$Format:%H$\n"
        assert {str(path.relative_to(files)) for path in files.rglob("*") if path.is_file()} == set(
            repository.git("ls-files").splitlines()
        )
    assert repository.git("status", "--porcelain") == ""


def test_a_link_that_leads_out_is_a_file_that_says_where_to(repository: World) -> None:
    (repository.project / "out").symlink_to("/etc/hostname")
    (repository.project / "inside").symlink_to("README.md")
    repository.commit()

    with exported(releasing(repository).git, "HEAD") as files:
        assert (files / "out").read_text() == "/etc/hostname"
        assert (files / "inside").is_symlink()
