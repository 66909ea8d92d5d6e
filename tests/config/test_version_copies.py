"""The places of a project's own version: all of them, and nothing that only looks like one."""

from __future__ import annotations

from pathlib import Path

from release.config.version_copies import contradicting, copies, tuples
from release.config.version_statements import Statement, toml_key

MAIN = Statement("pyproject.toml", toml_key("project", "version"), "1.2.0")
SAYS = '__version__ = "1.2.0"\n'
OURS = {
    "src/acme/__init__.py": SAYS,
    "src/ns/inner/_version.py": 'version: str = "1.2.0"\n',
    "src/ns/inner/__init__.py": "",
    "docs/conf.py": 'release = "1.2.0"\nversion = "1.2"\n',
    "CITATION.cff": "cff-version: 1.2.0\nversion: 1.2.0\n",
    "setup.cfg": "[metadata]\nversion = 1.2.0\n",
}
OTHERS = {
    "src/acme/_vendor/six/__init__.py": SAYS,
    "src/acme/plugins/__init__.py": SAYS,
    "src/acme/protocol.py": 'version = "1.2.0"\n',
    "packages/other/pyproject.toml": "",
    "packages/other/src/other/__init__.py": SAYS,
    "tests/__init__.py": SAYS,
    "release/__init__.py": SAYS,
    "vendor/yaml/__init__.py": SAYS,
    "tasks.py": SAYS,
    "bootstrap.py": SAYS,
}


def planted(root: Path, **more: str) -> list[str]:
    """Write the files of a project; return their paths."""
    files = OURS | OTHERS | {"pyproject.toml": '[project]\nversion = "1.2.0"\n'} | more
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return list(files)


def test_each_place_of_the_project_is_one(tmp_path: Path) -> None:
    found = copies(tmp_path, planted(tmp_path), MAIN)

    assert sorted((each.path, each.version) for each in found) == sorted(
        [*((path, "1.2.0") for path in OURS if path != "src/ns/inner/__init__.py"), ("docs/conf.py", "1.2")]
    )


def test_a_vendored_copy_and_another_project_contradict_nothing(tmp_path: Path) -> None:
    changed = {path: text.replace("1.2.0", "5.4.1") for path, text in OTHERS.items()}
    tracked = planted(tmp_path, **changed)

    assert contradicting(tmp_path, tracked, "1.2.0") is None
    other = contradicting(tmp_path, tracked, "1.3.0")
    assert other is not None
    assert other.path in OURS


def test_a_version_in_parts_is_named(tmp_path: Path) -> None:
    tracked = planted(tmp_path, **{"src/acme/__init__.py": f"{SAYS}version_info = (1, 2, 0)\n"})

    assert tuples(tmp_path, tracked) == ["src/acme/__init__.py: version_info"]


def test_a_project_of_one_module_states_it_there(tmp_path: Path) -> None:
    (tmp_path / "acme.py").write_text(SAYS)

    assert [each.path for each in copies(tmp_path, ["acme.py", "pyproject.toml"], MAIN)] == ["acme.py"]
