"""The gate that writes every version which a release needs, in an export, before anything is public."""

from __future__ import annotations

from packaging.version import Version

from release.gates.version_files import VERSION_FILES
from release.values.release import Release
from tests.support.making import releasing
from tests.support.world import World


def test_the_release_and_the_next_dev_version_can_be_written(repository: World) -> None:
    before = repository.git("status", "--porcelain")

    verdict = VERSION_FILES.ask(releasing(repository))

    assert (verdict.met, verdict.fact) == (True, "0.1.0, 0.2.0.dev0 can be written")
    assert repository.git("status", "--porcelain") == before


def test_variables_of_other_tools_write_nothing_else(repository: World) -> None:
    """bump-my-version reads its options from the environment, too."""
    verdict = VERSION_FILES.ask(releasing(repository, BUMPVERSION_SEARCH="nothing", BUMPVERSION_CURRENT_VERSION="9.9"))

    assert (verdict.met, verdict.fact) == (True, "0.1.0, 0.2.0.dev0 can be written")


def test_a_configuration_that_cannot_write_dev_versions_is_refused(repository: World) -> None:
    path = repository.project / "pyproject.toml"
    text = path.read_text()
    start = text.index("[tool.bumpversion]")
    plain = '[tool.bumpversion]\ncurrent_version = "0.1.0"\n\n[[tool.bumpversion.files]]\nfilename = "pyproject.toml"\n'
    rest = text[start:].partition("\n[tool.")[2]
    text = text[:start] + plain + (f"\n[tool.{rest}" if rest and not rest.startswith("bumpversion") else "")
    repository.commit("bump", **{"pyproject.toml": text.replace('version = "0.1.0.dev0"', 'version = "0.1.0"')})

    verdict = VERSION_FILES.ask(releasing(repository, "0.1.1"))

    assert verdict.met is False
    assert verdict.fact.startswith("0.2.0.dev0 cannot be written\n")
    assert verdict.run.startswith("$EDITOR pyproject.toml")
    ctx = releasing(repository)
    hotfix = ctx.taking(Release("acme", Version("0.1.1"), "hotfix/0.1.1", "v0.1.1"))
    assert VERSION_FILES.ask(hotfix).fact == "0.1.1 can be written"  # its branch ends with it


def test_a_place_that_is_not_configured_is_refused(repository: World) -> None:
    repository.commit("documentation", **{"docs/conf.py": 'release = "0.1.0.dev0"\n'})

    verdict = VERSION_FILES.ask(releasing(repository))

    assert verdict.met is False
    assert verdict.fact == "bump-my-version writes 0.1.0, but docs/conf.py still says 0.1.0.dev0"
    assert verdict.run == "$EDITOR pyproject.toml      (add docs/conf.py there)"
