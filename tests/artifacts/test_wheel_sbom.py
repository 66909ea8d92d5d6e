"""The SBOM inside a wheel: what a project declares, in step with its version, and never somebody else's file."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from release.artifacts.wheel_sbom import inside, write_inside
from release.versioning.version_writer import write_version
from tests.support.making import releasing
from tests.support.world import World, render

FILE = "sbom.cdx.json"


def parsed(text: str) -> dict[str, Any]:
    """Return an SBOM that its schema accepts."""
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    table: dict[str, Any] = json.loads(text)
    return table


@pytest.mark.parametrize("answers", [{}, {"project_name": "Acme_One.x", "license": "none"}])
def test_a_new_project_has_the_one_that_would_be_written(answers: dict[str, str], tmp_path: Path) -> None:
    project = render(tmp_path / "acme", **answers)
    before = (project / FILE).read_text(encoding="utf-8")

    write_inside(project, "0.1.0.dev0")

    assert (project / FILE).read_text(encoding="utf-8") == before
    assert parsed(before)["metadata"]["component"]["version"] == "0.1.0.dev0"


def test_requirements_are_told_without_versions_that_nobody_chose() -> None:
    needs = ["Left>=1", "right<2; python_version < '3.11'", "right>=2; python_version >= '3.11'"]
    project = {"name": "Acme", "license": "MIT", "dependencies": needs}

    table = parsed(inside(project, "1.2.0"))

    assert [(each["name"], "version" in each) for each in table["components"]] == [("left", False), ("right", False)]
    assert [each["value"] for each in table["components"][1]["properties"]] == needs[1:]
    assert table["dependencies"] == [{"ref": "acme", "dependsOn": ["left (required)", "right (required)"]}]
    assert table["metadata"]["component"]["purl"] == "pkg:pypi/acme@1.2.0"
    assert "timestamp" not in table["metadata"]


def test_requirements_that_the_build_finds_are_not_told() -> None:
    table = parsed(inside({"name": "acme", "dynamic": ["dependencies"]}, "1"))

    assert "dependencies" not in table
    assert table["components"] == []


def test_it_is_written_with_the_version_and_is_in_the_wheel(repository: World, distributions: list[Path]) -> None:
    ctx = releasing(repository)

    write_version(ctx, repository.project, "0.3.0")

    assert parsed((repository.project / FILE).read_text())["metadata"]["component"]["version"] == "0.3.0"
    assert sorted(repository.git("diff", "--name-only").splitlines()) == ["pyproject.toml", FILE]
    wheel = next(each for each in distributions if each.suffix == ".whl")
    with zipfile.ZipFile(wheel) as archive:
        assert parsed(archive.read("acme-0.1.0.dist-info/sboms/sbom.cdx.json").decode())


def test_one_that_somebody_else_wrote_stays(repository: World) -> None:
    repository.write(FILE, "{}\n")

    write_inside(repository.project, "0.3.0")

    assert (repository.project / FILE).read_text() == "{}\n"


def test_a_project_that_names_none_has_none(repository: World) -> None:
    path = repository.project / "pyproject.toml"
    path.write_text(path.read_text().replace('sbom-files = ["sbom.cdx.json"]\n', ""))
    (repository.project / FILE).unlink()

    write_inside(repository.project, "0.3.0")

    assert not (repository.project / FILE).exists()
