"""The workflow that publishes documentation and release pages: only where it is asked for, valid, and as it runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.making import ready
from tests.support.rendered import files_of
from tests.support.seed import SEED
from tests.support.site import dead_links, pages_in
from tests.support.workflows.github import Event, GitHub
from tests.support.workflows.gitlab import GitLab
from tests.support.world import REPOSITORY, make_world, render, render_from
from tests.template.test_workflows import ACTIONS

GITHUB = ".github/workflows/pages.yml"
OWNER = {"github": {"forge": "github", "namespace": "octo"}, "gitlab": {"forge": "gitlab", "namespace": "octo"}}
SITES = {
    "zensical": ("nox --session docs pages", "site"),
    "sphinx": ("nox --session docs pages -- --to docs/_build/releases", "docs/_build"),
    "none": ("nox --session pages", "site/releases"),
}
HELD = {
    "actions/checkout": ACTIONS["actions/checkout"],
    "actions/setup-python": ACTIONS["actions/setup-python"],
    "actions/upload-pages-artifact": ("fc324d3547104276b827a68afc52ff2a11cc49c9", "v5.0.0"),
    "actions/deploy-pages": ("cd2ce8fcbc39b97be8ca5fce6e763baed58fa128", "v5.0.0"),
}


def tool(*argv: str | Path) -> None:
    ran = subprocess.run(list(map(str, argv)), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def read(text: str) -> Any:
    return yaml.safe_load(text.replace("\non:", '\n"on":', 1))


@pytest.fixture(scope="module")
def rendered(slim: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, str]]:
    """The files of a project for each forge and tool of the documentation, with the answer; without both for ""."""
    place, found = tmp_path_factory.mktemp("pages"), {}
    for forge, owner in OWNER.items():
        for docs in ("", *SITES):
            into = place / forge / (docs or "plain") / "acme"
            render_from(slim, into, owner | ({"docs": docs, "pages": "true"} if docs else {}))
            found[forge, docs] = files_of(into)
    return found


def test_who_does_not_ask_has_neither_file_nor_line(rendered: dict[tuple[str, str], dict[str, str]]) -> None:
    for forge in OWNER:
        asked, plain = rendered[forge, "zensical"], rendered[forge, ""]
        differs = {name for name in asked if asked[name] != plain.get(name)}

        assert plain.keys() - asked.keys() == set()
        where = GITHUB if forge == "github" else ".gitlab-ci.yml"
        assert differs == {".copier-answers.yml", "RELEASING.md", where}
        assert "pages" not in plain[".copier-answers.yml"]
        assert asked["RELEASING.md"].replace(_section(asked["RELEASING.md"]), "") == plain["RELEASING.md"]
        if forge == "gitlab":
            assert asked[where].startswith(plain[where])


def _section(text: str) -> str:
    return "## Pages\n" + text.partition("## Pages\n")[2].partition("## When more")[0]


def test_they_are_valid_held_by_hash_and_strict(
    rendered: dict[tuple[str, str], dict[str, str]], tmp_path: Path
) -> None:
    """One call of each tool for all."""
    paths: dict[str, list[Path]] = {"github": [], "gitlab": []}
    for (forge, docs), files in rendered.items():
        if not docs:
            continue
        path = tmp_path / docs / (GITHUB if forge == "github" else ".gitlab-ci.yml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[GITHUB if forge == "github" else ".gitlab-ci.yml"], encoding="utf-8")
        paths[forge].append(path)

    for forge, schema in (("github", "github-workflows"), ("gitlab", "gitlab-ci")):
        tool(sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *paths[forge])
    tool(Path(sys.executable).with_name("zizmor"), "--offline", "--quiet", "--persona=pedantic", *paths["github"])
    for docs, (command, folder) in SITES.items():
        text, pipeline = rendered["github", docs][GITHUB], rendered["gitlab", docs][".gitlab-ci.yml"]
        jobs = read(text)["jobs"]
        assert set(re.findall(r"uses: (\S+)@([0-9a-f]{40}) # (v[\d.]+)\n", text)) == {(n, *h) for n, h in HELD.items()}
        assert {step.get("run"): step.get("with", {}).get("path") for step in jobs["build"]["steps"][3:]} == {
            command: None,
            None: f"./{folder}",
        }
        assert {name: job["permissions"] for name, job in jobs.items()} == {
            "build": {"contents": "read", "issues": "read"},
            "deploy": {"pages": "write", "id-token": "write"},
        }
        assert not [step for step in jobs["deploy"]["steps"] if "run" in step]
        assert read(pipeline)["pages"]["script"][1:] == [command, f"mv {folder} public"]


def test_the_documentation_has_them_to_copy(rendered: dict[tuple[str, str], dict[str, str]]) -> None:
    """For a project that was there before, whose workflows are its own."""
    page = (REPOSITORY / "docs" / "pages.md").read_text(encoding="utf-8")
    github, gitlab = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)

    assert github == rendered["github", "zensical"][GITHUB].replace(" Set up, explained: RELEASING.md.", "")
    assert rendered["gitlab", "zensical"][".gitlab-ci.yml"].endswith(
        gitlab.replace("  stage: deploy\n  image: python:3.13\n", "  stage: page\n")
    )


def test_without_a_forge_that_has_pages_it_is_refused(slim: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="pages are published by a workflow of github or gitlab, and forge is none"):
        render_from(slim, tmp_path / "acme", {"pages": "true"})


@pytest.mark.journey
@pytest.mark.timeout(600)
def test_what_is_published_is_the_pages(tmp_path: Path, index: str) -> None:
    """Each line of the jobs, in clean environments, on a push to main; the forges take turns by the seed of the run."""
    forge = sorted(OWNER)[SEED % 2]
    project = render(tmp_path / "rendered", docs="none", pages="true", **OWNER[forge])
    (project / "release.toml").write_text("", encoding="utf-8")  # no forge that is asked about issues
    world = ready(make_world(tmp_path, project, index))
    place = tmp_path / "machines"
    place.mkdir()
    if forge == "github":
        github = GitHub(world.remote, place, world.git)
        github.run("pages.yml", Event("push", "refs/heads/main"))
        assert {name: job.result for name, job in github.jobs.items()} == {"build": "success", "deploy": "success"}, (
            github.jobs["build"].text
        )
        site = place / "pages"
    else:
        gitlab = GitLab(world.remote, place, world.git, ["3.13"])
        gitlab.run("refs/heads/main", only="pages")
        assert gitlab.results == {"pages": "success"}, gitlab.text
        site = place / "artifacts" / "pages" / "public"

    pages = pages_in(site)
    assert "Nothing is released yet." in pages["index.html"].text
    assert dead_links(site, pages) == []
