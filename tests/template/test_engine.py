"""A project that installs the release process: what it has and has not, and by which address it names it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import copier
import jinja2
import pytest
from jinja2_ansible_filters import AnsibleCoreFiltersExtension  # type: ignore[import-untyped]

from tests.support.installed import requirement
from tests.support.rendered import contents
from tests.support.world import REPOSITORY, World, make_world

HERE = "/srv/kee l/way"
ADDRESSES = {
    "gh:octo-org/keelway": "https://github.com/octo-org/keelway.git",
    "gh:octo-org/keelway.git": "https://github.com/octo-org/keelway.git",
    "gl:team/tools/keelway": "https://gitlab.com/team/tools/keelway.git",
    "https://example.org/team/keelway.git": "https://example.org/team/keelway.git",
    "git+https://example.org/team/keelway": "https://example.org/team/keelway",
    "git@example.org:team/keelway.git": "ssh://git@example.org/team/keelway.git",
    "example.org:team/keelway.git": "ssh://example.org/team/keelway.git",
    "ssh://git@example.org:2222/team/keelway.git": "ssh://git@example.org:2222/team/keelway.git",
    "file:///srv/keelway": "file:///srv/keelway",
    HERE: "file:///srv/kee%20l/way",
    "/srv/a@b#c/ü": "file:///srv/a%40b%23c/%C3%BC",
}


@pytest.mark.parametrize(("address", "url"), ADDRESSES.items())
def test_the_address_is_one_that_installers_read(address: str, url: str) -> None:
    """In each form in which Copier takes an address."""
    environment = jinja2.Environment(extensions=[AnsibleCoreFiltersExtension], autoescape=False)  # noqa: S701
    text = (REPOSITORY / "template/engine/requirement").read_text(encoding="utf-8")
    answers = {
        "_copier_answers": {"_src_path": address, "_commit": "v0.3.0"},
        "_copier_conf": {"vcs_ref_hash": "3f2c1ab"},
    }

    for engine, expected in (("installed", f"keelway @ git+{url}@3f2c1ab"), ("installed-by-version", "keelway==0.3.0")):
        made = environment.from_string(text).render(answers, engine=engine, kind="library", python_min="3.11")
        assert made.strip() == expected


def test_an_installed_project_is_small(rendered_installed: Path, rendered: Path, template_tagged: World) -> None:
    has, has_with_it = contents(rendered_installed), contents(rendered)

    assert len(has) <= 25
    assert {name for name in has_with_it if not name.startswith("release/")} == has.keys() - {"release-constraints.py"}
    assert has["release-constraints.py"] == has_with_it["release/config/constraints.py"]
    differing = {name for name in has.keys() & has_with_it if has[name] != has_with_it[name]}
    ours = {".copier-answers.yml", "pyproject.toml", "noxfile.py", "release.toml", "RELEASING.md"}
    assert differing == ours
    commit = template_tagged.git("rev-parse", "v0.3.0")
    address = f"git+file://{template_tagged.project}@{commit}"
    assert requirement(rendered_installed) == f"keelway @ {address} ; python_version >= '3.11'"
    assert f"{commit} ; python_version >= '3.11'\",  # v0.3.0\n" in has["pyproject.toml"].decode()


def test_the_answer_of_most_projects_is_no_line_of_the_answers_file(rendered: Path, rendered_installed: Path) -> None:
    assert "engine" not in (rendered / ".copier-answers.yml").read_text()
    assert "\nengine: installed\n" in (rendered_installed / ".copier-answers.yml").read_text()


def test_what_cannot_be_installed_is_refused(template: Path, template_tagged: World, tmp_path: Path) -> None:
    def refused(source: Path | str, **answers: str) -> str:
        with pytest.raises(ValueError, match="Validation error") as caught:
            copier.run_copy(str(source), tmp_path / "acme", data=answers, defaults=True, quiet=True, vcs_ref="HEAD")
        return str(caught.value).rpartition(": ")[2] if "keelway is" not in str(caught.value) else str(caught.value)

    assert "this template is no git repository" in refused(template, engine="installed")
    assert "keelway is the name" in refused(template_tagged.project, engine="installed", project_name="Keelway")
    untagged = tmp_path / "untagged"
    subprocess.run(["git", "clone", "--quiet", template_tagged.project, untagged], check=True)
    template_tagged.git("commit", "--quiet", "--allow-empty", "--message", "more", cwd=untagged)
    assert "is no release, which an index could have" in refused(untagged, engine="installed-by-version")


def test_what_runs_says_where_it_is_and_what_the_project_names(
    rendered_installed: Path, tmp_path: Path, index: str
) -> None:
    (tmp_path / "engine").symlink_to(rendered_installed.parent / "engine")
    world = make_world(tmp_path, rendered_installed, index)
    path = world.project / "release.toml"
    path.write_text(path.read_text().replace('[[gates]]\nname = "tools"\nseverity = "off"\n', ""))
    world.note()
    engine = "keelway 0.3.0 (" + requirement(world.project).split()[2] + ")"

    told = world.inv("doctor")
    assert f"  the release process: {engine}\n" in told.out
    assert world.inv("version").out == f"acme 0.1.0.dev0\nreleased by {engine}\n"
    assert "the release process is" not in told.out

    text = (world.project / "pyproject.toml").read_text()
    other = "0" * 40
    commit = requirement(world.project).partition("@ ")[2].partition("@")[2].split()[0]
    world.commit("another version of it", **{"pyproject.toml": text.replace(commit, other)})
    told = world.inv("preflight")
    assert told.code == 1
    assert f"the release process here is {engine}, this project requires keelway @ git+file:" in told.out
    assert "  run: nox -s dev && . .venv/bin/activate\n" in told.out
