"""What an update does with files that the owner or the template edited, moved or deleted."""

from __future__ import annotations

import pytest

from tests.support.evolution import Evolution, append, edit
from tests.support.updating import updated


def test_managed_files_edited_by_hand_are_named_before_and_keep_the_edit(updatable: Evolution) -> None:
    """Copier would overwrite the one and lose the other."""
    edit(updatable.root / "RELEASING.md", ("Nothing of this is kept in the project.", "Ask Ada."))
    append(updatable.root / "release/steps/reopen_line.py", "\n# Ours.\n")
    updatable.project.commit("by hand")

    told = updated(updatable, "--yes")

    rows = [line for line in told.splitlines() if line.startswith("  warn")]
    assert rows == [
        "  warn    edited                              RELEASING.md is the template's, and you changed it",
        "  warn    edited                              "
        "release/steps/reopen_line.py is the template's, and you changed it",
        "  warn    kept                                "
        "release/steps/reopen_line.py: the template removed it, you changed it",
    ]
    assert "Ask Ada." in updatable.read("RELEASING.md")
    assert "# How releases are made\n" in updatable.read("RELEASING.md")
    assert updatable.read("release/steps/reopen_line.py").endswith("# Ours.\n")


@pytest.mark.parametrize("declared", [False, True])
def test_files_that_the_template_renames_keep_what_the_owner_wrote(updatable: Evolution, declared: bool) -> None:
    """A managed and a shared one. git sees what is moved as it is; what is rewritten has to be declared."""
    template = updatable.template
    template.git("mv", "template/RELEASING.md.jinja", "template/RELEASES.md.jinja")
    template.git("mv", "template/.gitignore.jinja", "template/.hgignore.jinja")
    if declared:
        path = template.project / "template/.hgignore.jinja"
        path.write_text("/other/\n\n# ---- Below this line: yours. ----\n")
        moves = "_moves:\n  - { from: RELEASING.md, to: RELEASES.md }\n  - { from: .gitignore, to: .hgignore }\n"
        edit(template.project / "copier.yml", ("_moves:\n", moves))
    template.commit("better names")
    template.git("tag", "0.3.0")
    append(updatable.root / "RELEASING.md", "\nOurs.\n")
    append(updatable.root / ".gitignore", "/ours/\n")
    updatable.project.commit("by hand")

    told = updated(updatable, "--yes")

    assert "kept" not in told
    assert not (updatable.root / "RELEASING.md").exists()
    assert updatable.read("RELEASES.md").startswith("# How releases are made\n")
    assert updatable.read("RELEASES.md").endswith("\nOurs.\n")
    assert updatable.read(".hgignore").endswith("yours. ----\n/ours/\n")
    assert updatable.read(".hgignore").startswith("/other/\n" if declared else "# made by tools")


def test_what_the_owner_deleted_stays_deleted(updatable: Evolution) -> None:
    (updatable.root / "RELEASING.md").unlink()
    updatable.project.commit("we know how")

    told = updated(updatable, "--yes")

    assert (
        "  ok      stays deleted                       RELEASING.md: the template changed it, you deleted it\n" in told
    )
    assert not (updatable.root / "RELEASING.md").exists()
