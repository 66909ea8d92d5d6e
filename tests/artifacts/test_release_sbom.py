"""The evidence beside the distributions: checksums that sha256sum takes, an SBOM by its schema, the same bytes."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from release.artifacts.component_facts import fact_lines
from release.artifacts.forge_assets import write_evidence
from release.artifacts.release_sbom import Resolved, resolved_in, resolved_lines
from release.config.demands_config import DemandsConfig
from release.engine.gate import Verdict
from release.gates.demands import SBOM
from release.verification.claims import subject_of
from release.verification.image_claims import described
from tests.gates.test_built_files import wheel
from tests.support.making import clone_of, place_distributions, record, release_commit, releasing, tagged
from tests.support.world import World

NEEDS = "Requires-Dist: left>=1\nRequires-Dist: right; sys_platform == 'win32'\nRequires-Dist: more; extra == 'all'\n"


def sbom_of(path: Path) -> dict[str, Any]:
    """Return an SBOM that its schema accepts."""
    text = path.read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    table: dict[str, Any] = json.loads(text)
    return table


def in_need(place: Path) -> Path:
    """Return a wheel of acme 0.1.0 with requirements."""
    return wheel(place, {"acme/__init__.py": ""}, metadata=f"License-Expression: MIT\n{NEEDS}")


def on_shelf(shelf: Path, name: str, version: str, *needs: str, more: str = "") -> None:
    """Lay a distribution onto the index."""
    info = f"{name}-{version}.dist-info"
    head = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n{more}"
    with zipfile.ZipFile(shelf / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{info}/METADATA", head + "".join(f"Requires-Dist: {each}\n" for each in needs))
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: hand\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")


def test_checksums_are_what_sha256sum_checks(repository: World, distributions: list[Path]) -> None:
    tagged(repository, distributions)
    ctx = releasing(repository)

    written = write_evidence(ctx, sorted(distributions))

    assert [path.name for path in written] == ["acme-0.1.0.cdx.json", "SHA256SUMS"]
    place = written[-1].parent
    for path in distributions:
        shutil.copy(path, place)
    told = subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=place, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == [
        f"{name}: OK" for name in sorted(path.name for path in [*distributions, *written[:1]])
    ]


def test_they_lie_beside_the_distributions_and_are_uploaded_to_no_index(
    repository: World, distributions: list[Path]
) -> None:
    tagged(repository, distributions)
    ctx = releasing(repository)

    written = write_evidence(ctx, sorted(distributions))

    folder = ctx.distributions_folder(str(ctx.release_commit()))
    assert {path.parent for path in written} == {folder.parent / f"evidence-{folder.name}"}
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in distributions)


def test_the_sbom_tells_the_release_and_nothing_of_the_day(repository: World, distributions: list[Path]) -> None:
    commit = tagged(repository, distributions)
    ctx = releasing(repository)

    table = sbom_of(write_evidence(ctx, sorted(distributions))[0])

    root = table["metadata"]["component"]
    assert root["purl"] == "pkg:pypi/acme@0.1.0"
    assert {"name": "release:commit", "value": commit} in root["properties"]
    rows = [f"{each['hashes'][0]['content']}  {each['url']}" for each in root["externalReferences"]]
    assert sorted(rows) == sorted(record(distributions).splitlines()[2:])
    when = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(ctx.git.time_of(commit)))
    assert table["metadata"]["timestamp"] == when
    assert "components" not in table


def test_another_clone_writes_the_same_bytes(repository: World, distributions: list[Path]) -> None:
    tagged(repository, distributions)
    ours = write_evidence(releasing(repository), sorted(distributions))

    theirs = write_evidence(releasing(clone_of(repository)), sorted(distributions))

    assert [path.read_bytes() for path in theirs] == [path.read_bytes() for path in ours]


def test_requirements_that_nobody_resolved_are_told_as_such(repository: World, tmp_path: Path) -> None:
    files = [in_need(tmp_path)]
    tagged(repository, files)

    table = sbom_of(write_evidence(releasing(repository), files)[0])

    assert [(each["name"], each.get("version")) for each in table["components"]] == [("left", None), ("right", None)]
    assert table["components"][0]["properties"] == [{"name": "release:requirement", "value": "left>=1"}]
    assert table["dependencies"] == [{"dependsOn": ["left", "right"], "ref": "acme==0.1.0"}]
    told = {each["name"]: each["value"] for each in table["metadata"]["component"]["properties"]}
    assert told["release:components"].startswith("declared requirements")
    assert table["metadata"]["component"]["licenses"] == [{"expression": "MIT"}]


def test_what_an_installer_chose_is_recorded_by_the_tag_and_stays(
    repository: World, index: str, shelf: Path, tmp_path: Path
) -> None:
    """A newer version, or none any more, on the index changes nothing."""
    on_shelf(shelf, "left", "1.5", "under")
    on_shelf(shelf, "under", "3")
    on_shelf(shelf, "right", "2")
    made = in_need(tmp_path)
    release_commit(repository)
    place_distributions(repository, [made])
    ctx = releasing(repository, UV_DEFAULT_INDEX=f"{index}simple/")

    lines = resolved_lines(ctx, made)

    assert lines == [
        "Resolved: left==1.5",
        "Resolved: right==2 ; sys_platform == 'win32'",
        "Resolved: under==3 # via left",
    ]
    message = record([made]) + "\n\n" + "\n".join(lines)
    repository.git("tag", "--annotate", "--cleanup=verbatim", "--message", message, "v0.1.0")
    on_shelf(shelf, "left", "1.6")
    table = sbom_of(write_evidence(releasing(repository), [made])[0])
    assert [each["purl"] for each in table["components"]] == [
        "pkg:pypi/left@1.5",
        "pkg:pypi/right@2",
        "pkg:pypi/under@3",
    ]
    tree = {each["ref"]: each.get("dependsOn", []) for each in table["dependencies"]}
    assert tree == {
        "acme==0.1.0": ["left==1.5", "right==2"],
        "left==1.5": ["under==3"],
        "right==2": [],
        "under==3": [],
    }


def test_an_installer_that_finds_nothing_is_told_and_stops_nothing(
    repository: World, index: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ctx = releasing(repository, UV_DEFAULT_INDEX=f"{index}simple/")

    assert resolved_lines(ctx, in_need(tmp_path)) == []
    assert "warn    resolve" in capsys.readouterr().out


def test_a_wheel_without_requirements_asks_nobody(repository: World, distributions: list[Path]) -> None:
    nowhere = replace(releasing(repository), project=None)  # type: ignore[arg-type]

    assert resolved_lines(nowhere, next(each for each in distributions if each.suffix == ".whl")) == []


def test_a_licence_and_a_supplier_of_each_component_may_be_demanded(
    repository: World, index: str, shelf: Path, tmp_path: Path
) -> None:
    on_shelf(shelf, "west", "1.5", more="License-Expression: BSD-3-Clause\nAuthor-email: Grace <grace@example.org>\n")
    on_shelf(shelf, "east", "2", more="License: something\n")
    said = "License-Expression: MIT\nAuthor: Ada Lovelace\n"
    made = wheel(tmp_path, {"acme/__init__.py": ""}, metadata=f"{said}Requires-Dist: west>=1\nRequires-Dist: east\n")
    release_commit(repository)
    place_distributions(repository, [made])
    ctx = releasing(repository, UV_DEFAULT_INDEX=f"{index}simple/")
    ctx = replace(ctx, config=replace(ctx.config, demands=DemandsConfig(sbom_licences=True, sbom_suppliers=True)))

    refused = SBOM.ask(ctx)
    assert (refused.met, refused.fact) == (
        False,
        "no licence in the metadata of east==2\nno supplier in the metadata of east==2",
    )

    on_shelf(shelf, "east", "2.1", more="Classifier: License :: OSI Approved :: MIT License\nMaintainer: Grace\n")
    assert SBOM.ask(ctx) == Verdict(True, "3 components, each with the facts that release.toml requires")
    lines = [*resolved_lines(ctx, made), *fact_lines(ctx, made, [("west", "1.5"), ("east", "2.1")])]
    message = record([made]) + "\n\n" + "\n".join(lines)
    repository.git("tag", "--annotate", "--cleanup=verbatim", "--message", message, "v0.1.0")
    table = sbom_of(write_evidence(releasing(repository), [made])[0])
    parts = [*table["components"], table["metadata"]["component"]]
    assert {each["name"]: (each["licenses"][0]["expression"], each["supplier"]["name"]) for each in parts} == {
        "acme": ("MIT", "Ada Lovelace"),
        "west": ("BSD-3-Clause", "Grace <grace@example.org>"),
        "east": ("MIT", "Grace"),
    }
    repository.git("push", "--quiet", "origin", "main", "v0.1.0")
    facts = {each.what: each.standing.value for each in described(subject_of(ctx))}
    assert facts == {"licences in the SBOM": "proven", "suppliers in the SBOM": "proven"}


def test_resolved_lines_are_read_back() -> None:
    text = "Resolved: a==1\nResolved: b-c==2.0.post1 ; python_version < '3.11' # via a, d\nnot Resolved: e==1\n"

    assert resolved_in(text) == [
        Resolved("a", "1", "", ()),
        Resolved("b-c", "2.0.post1", "python_version < '3.11'", ("a", "d")),
    ]
