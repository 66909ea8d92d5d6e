"""The gates of the distributions, asked of real ones and of broken ones made by hand."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from release.context import Context
from release.engine.gate import Verdict
from release.gates.built_files import CONTENTS, INSTALLS, METADATA, NAMES, STRAY
from tests.support.making import place_distributions, release_commit, releasing
from tests.support.world import HERE, World

WHEEL, SDIST = "acme-0.1.0-py3-none-any.whl", "acme-0.1.0.tar.gz"


def having(world: World, *files: Path, more: str = "") -> Context:
    """Return a context in which `files` were built; `more` is added to release.toml."""
    config = world.project / "release.toml"
    text = config.read_text()
    own = text.replace("index = []\n", "") if more.startswith("index =") else text
    config.write_text(f'python = ["{HERE}"]\n{more}\n{own}')
    release_commit(world)
    place_distributions(world, files)
    return releasing(world)


def wheel(place: Path, files: dict[str, str], name: str = WHEEL, metadata: str = "", version: str = "2.1") -> Path:
    """Make a wheel with these files (https://packaging.python.org/specifications/binary-distribution-format/)."""
    path = place / name
    info = "acme-0.1.0.dist-info"
    head = f"Metadata-Version: {version}\nName: acme\nVersion: 0.1.0\nDescription-Content-Type: text/markdown"
    told = f"{head}\n{metadata}\n\nAcme\n"
    tag = "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    every = files | {f"{info}/METADATA": told, f"{info}/WHEEL": tag}
    record = "".join(f"{each},,\n" for each in [*every, f"{info}/RECORD"])
    with zipfile.ZipFile(path, "w") as archive:
        for each, text in (every | {f"{info}/RECORD": record}).items():
            archive.writestr(each, text)
    return path


def sdist(
    place: Path, name: str = SDIST, metadata: str = "", version: str = "2.1", more: dict[str, str] | None = None
) -> Path:
    path = place / name
    head = f"Metadata-Version: {version}\nName: acme\nVersion: 0.1.0\n{metadata}\n\n"
    with tarfile.open(path, "w:gz") as archive:
        for member, text in {"acme-0.1.0/PKG-INFO": head, **(more or {})}.items():
            entry = tarfile.TarInfo(member)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder for distributions made by hand."""
    path = tmp_path / "made"
    path.mkdir()
    return path


def test_names_is_met_by_wheel_and_sdist(repository: World, distributions: list[Path]) -> None:
    assert NAMES.ask(having(repository, *distributions)) == Verdict(True, f"{WHEEL} and {SDIST}")


@pytest.mark.parametrize("name", ["acme-0.2.0-py3-none-any.whl", "other-0.1.0-py3-none-any.whl"])
def test_names_refuses_a_file_of_another_release(repository: World, place: Path, name: str) -> None:
    ctx = having(repository, wheel(place, {}, name), sdist(place))

    assert NAMES.ask(ctx) == Verdict(False, f"{name} is not a file of acme 0.1.0", "$EDITOR pyproject.toml")


def test_names_refuses_a_file_that_is_no_distribution(
    repository: World, place: Path, distributions: list[Path]
) -> None:
    stray = place / "notes.txt"
    stray.write_text("notes")

    verdict = NAMES.ask(having(repository, *distributions, stray))

    assert verdict.met is False
    assert "'notes.txt'" in verdict.fact
    assert verdict.run == "$EDITOR pyproject.toml"


@pytest.mark.parametrize("kept", [0, 1])
def test_names_refuses_one_of_two(repository: World, distributions: list[Path], kept: int) -> None:
    assert NAMES.ask(having(repository, distributions[kept])) == Verdict(
        False, f"built: {distributions[kept].name}; a wheel and an sdist are required", "nox -s build"
    )


def test_names_refuses_when_nothing_was_built(repository: World) -> None:
    assert NAMES.ask(having(repository)) == Verdict(False, "built: ; a wheel and an sdist are required", "nox -s build")


def test_metadata_is_met_by_what_an_index_takes(repository: World, distributions: list[Path]) -> None:
    assert METADATA.ask(having(repository, *distributions)) == Verdict(
        True, "name, version and long description are valid"
    )


def test_metadata_refuses_a_long_description_that_an_index_cannot_show(repository: World, place: Path) -> None:
    broken = "Description-Content-Type: text/x-rst\nDescription: `unfinished"

    verdict = METADATA.ask(having(repository, wheel(place, {"acme/__init__.py": ""}), sdist(place, metadata=broken)))

    assert verdict.met is False
    assert verdict.fact.startswith("exit code 1\n")
    assert SDIST in verdict.fact
    assert verdict.run == "$EDITOR pyproject.toml"


def test_contents_is_met_by_the_package(repository: World, distributions: list[Path]) -> None:
    assert CONTENTS.ask(having(repository, *distributions)) == Verdict(True, f"{WHEEL} contains acme")


@pytest.mark.parametrize(
    ("stray", "named"),
    [("release/tasks/__init__.py", "release"), ("tasks.py", "tasks.py"), ("noxfile.py", "noxfile.py")],
)
def test_contents_refuses_the_release_process_itself(repository: World, place: Path, stray: str, named: str) -> None:
    ctx = having(repository, wheel(place, {"acme/__init__.py": "", stray: ""}), sdist(place))

    assert CONTENTS.ask(ctx) == Verdict(False, f"{WHEEL} contains {named}", "$EDITOR pyproject.toml")


def test_an_sdist_with_the_release_process_is_refused(repository: World, place: Path) -> None:
    """A backend that packs what git keeps, as meson-python does, where nothing tells it to leave that out."""
    process = {f"acme-0.1.0/release/{name}": "" for name in ("__main__.py", "requirements.txt", "schema.json")}
    ctx = having(repository, wheel(place, {"acme/__init__.py": ""}), sdist(place, more=process))

    verdict = STRAY.ask(ctx)

    assert verdict.met is False
    assert f"{SDIST}: release/, the release process" in verdict.fact


def test_contents_refuses_what_check_wheel_contents_refuses(repository: World, place: Path) -> None:
    ctx = having(repository, wheel(place, {"acme/__init__.py": "", "acme/__pycache__/x.pyc": ""}), sdist(place))

    verdict = CONTENTS.ask(ctx)

    assert verdict.met is False
    assert "W" in verdict.fact
    assert verdict.run == "$EDITOR pyproject.toml"


def test_contents_compares_with_the_release_where_its_line_has_moved_on(
    repository: World, distributions: list[Path]
) -> None:
    ctx = having(repository, *distributions)
    repository.commit("a module more", **{"src/acme/more.py": '"""More."""\n'})

    assert CONTENTS.ask(ctx) == Verdict(True, f"{WHEEL} contains acme")


def test_contents_compares_with_what_was_built_and_not_with_the_working_tree(
    repository: World, distributions: list[Path]
) -> None:
    repository.commit("ignore", **{".gitignore": "*.local\n_version.py\n"})
    ctx = having(repository, *distributions)
    repository.write("src/acme/settings.local", "mine\n")
    repository.write("src/acme/_version.py", "version = 1\n")

    assert CONTENTS.ask(ctx) == Verdict(True, f"{WHEEL} contains acme")


def test_contents_takes_what_the_build_generates(repository: World, place: Path) -> None:
    """A file in the sdist that is not committed, one that git ignores, and a compiled one; no other."""
    repository.commit("ignore", **{".gitignore": "/src/acme/_version.py\n"})
    sources = {path.name: "" for path in (repository.project / "src" / "acme").iterdir() if path.is_file()}
    files = {f"acme/{name}": "" for name in [*sources, "_version.py", "_made.py", "_speed.abi3.so"]}
    packed = sdist(place, more={"acme-0.1.0/src/acme/_made.py": ""})

    assert CONTENTS.ask(having(repository, wheel(place, files), packed)) == Verdict(True, f"{WHEEL} contains acme")


def test_contents_refuses_a_file_that_no_build_makes(repository: World, place: Path) -> None:
    sources = {path.name: "" for path in (repository.project / "src" / "acme").iterdir() if path.is_file()}
    files = {f"acme/{name}": "x = 1\n" for name in [*sources, "stray.py"]}

    verdict = CONTENTS.ask(having(repository, wheel(place, files), sdist(place)))

    assert verdict.met is False
    assert "stray.py" in verdict.fact


def test_contents_refuses_without_a_wheel(repository: World, distributions: list[Path]) -> None:
    assert CONTENTS.ask(having(repository, distributions[1])) == Verdict(False, "there is no wheel", "nox -s build")


def test_installs_is_met_when_it_installs_and_can_be_imported(repository: World, distributions: list[Path]) -> None:
    assert INSTALLS.ask(having(repository, *distributions)) == Verdict(
        True, f"the wheel installs and runs on Python {HERE}"
    )


def test_installs_refuses_what_cannot_be_imported(repository: World, place: Path) -> None:
    ctx = having(repository, wheel(place, {"acme/__init__.py": "raise RuntimeError('broken')"}), sdist(place))

    verdict = INSTALLS.ask(ctx)

    assert verdict.met is False
    assert verdict.fact.startswith(f"it does not run on Python {HERE}: python -c import acme\nexit code 1\n")
    assert verdict.fact.endswith("RuntimeError: broken")
    assert verdict.run == "nox -s tests"


def test_installs_does_not_import_what_only_an_extra_brings(repository: World, place: Path) -> None:
    """A plugin beside the package (pytest_acme) imports what is installed with acme[pytest] alone."""
    files = {"acme/__init__.py": "", "pytest_acme.py": "import nothing_here"}
    extra = "Provides-Extra: pytest\nRequires-Dist: nothing-here; extra == 'pytest'"

    met = INSTALLS.ask(having(repository, wheel(place, files, metadata=extra), sdist(place)))
    next((repository.project / "dist").rglob("*.whl")).write_bytes(wheel(place, files).read_bytes())
    refused = INSTALLS.ask(releasing(repository))

    left = "not imported: pytest_acme without an extra (nothing_here)"
    assert met == Verdict(True, f"the wheel installs and runs on Python {HERE}; {left}")
    assert refused.met is False
    assert refused.fact.endswith("No module named 'nothing_here'")


def test_installs_refuses_what_fails_its_smoke_command(repository: World, distributions: list[Path]) -> None:
    ctx = having(repository, *distributions, more='smoke = ["python", "-c", "raise SystemExit(7)"]\n')

    assert INSTALLS.ask(ctx) == Verdict(
        False, f"it does not run on Python {HERE}: python -c raise SystemExit(7)\nexit code 7", "nox -s tests"
    )


def test_installs_refuses_what_does_not_install(repository: World, place: Path) -> None:
    needs = "Requires-Dist: acme-does-not-exist @ file:///nowhere/acme_does_not_exist-1-py3-none-any.whl"
    ctx = having(repository, wheel(place, {"acme/__init__.py": ""}, metadata=needs), sdist(place))

    verdict = INSTALLS.ask(ctx)

    assert verdict.met is False
    assert verdict.fact.startswith(f"it does not install on Python {HERE}\nexit code ")
    assert verdict.run == "nox -s build"


def test_installs_refuses_a_python_that_is_not_here(repository: World, distributions: list[Path]) -> None:
    (repository.project / "release.toml").write_text('index = []\npython = ["3.99"]\n')
    release_commit(repository)
    place_distributions(repository, distributions)

    verdict = INSTALLS.ask(releasing(repository))

    assert verdict.met is False
    assert verdict.fact.splitlines()[0] == "there is no Python 3.99 here"
    assert verdict.run == 'name the Pythons to try in release.toml: python = ["3.12"]'


def test_installs_refuses_without_a_wheel(repository: World, distributions: list[Path]) -> None:
    assert INSTALLS.ask(having(repository, distributions[1])) == Verdict(
        False, "the wheel was not built", "nox -s build"
    )


LINUX = "acme-0.1.0-cp311-cp311-linux_x86_64.whl"
EDIT = '$EDITOR pyproject.toml      (or, if {0} accepts it, rules = "none" in its [[index]])'


def to(name: str, upload: str = "https://example.org/", rules: str = "") -> str:
    """Return the lines of release.toml that release to an index alone."""
    return f'index = [{{ name = "{name}", upload = "{upload}", rules = "{rules}" }}]'


def test_names_refuses_a_wheel_for_one_machine_for_any_index(repository: World, place: Path) -> None:
    ctx = having(repository, wheel(place, {}, LINUX), sdist(place), more=to("own"))

    verdict = NAMES.ask(ctx)

    assert verdict.met is False
    assert verdict.fact.startswith(f"own would refuse:\n{LINUX} is for linux_x86_64 alone")
    assert verdict.run == EDIT.format("own")


def test_metadata_refuses_what_the_index_of_the_release_refuses(
    repository: World, place: Path, distributions: list[Path]
) -> None:
    private = "Classifier: Private :: Do Not Upload"
    files = (wheel(place, {"acme/__init__.py": ""}, metadata=private), distributions[1])

    assert METADATA.ask(having(repository, *files, more=to("pypi", ""))) == Verdict(
        False, "pypi would refuse:\nclassifier Private :: Do Not Upload", EDIT.format("pypi")
    )


@pytest.mark.parametrize(("rules", "met"), [("", True), ("pypi", False), ("own", True), ("none", True)])
def test_rules_say_what_an_index_of_ones_own_refuses(
    repository: World, place: Path, distributions: list[Path], rules: str, met: bool
) -> None:
    private = "Classifier: Private :: Do Not Upload"
    files = (wheel(place, {"acme/__init__.py": ""}, metadata=private), distributions[1])

    assert METADATA.ask(having(repository, *files, more=to("own", rules=rules))).met is met


def test_no_rules_take_anything(repository: World, place: Path) -> None:
    ctx = having(repository, wheel(place, {}, LINUX), sdist(place), more=to("own", rules="none"))

    assert NAMES.ask(ctx).met is True
