"""What an index would refuse: each rule with a distribution that breaks it, and one that is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from release.artifacts.index_rules import refused_entry_points, refused_metadata, refused_names
from tests.gates.test_built_files import sdist, wheel


@pytest.mark.parametrize(
    "name",
    [
        "acme-0.1.0.tar.gz",
        "my_acme-0.1.0.post1.tar.gz",
        "acme-0.1.0-py3-none-any.whl",
        "my_acme-0.1.0-1-py2.py3-none-any.whl",
        "acme-0.1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "acme-0.1.0-cp311-abi3-macosx_10_9_universal2.whl",
        "acme-0.1.0-cp313-cp313-macosx_26_0_arm64.whl",
        "acme-0.1.0-cp313-cp313-musllinux_1_2_aarch64.whl",
        "acme-0.1.0-cp313-cp313-win_amd64.whl",
        "acme-0.1.0-cp311-cp311-linux_armv7l.whl",
    ],
)
def test_a_name_that_every_index_takes(name: str) -> None:
    assert list(refused_names(Path(name))) == []


ALONE = " alone (cibuildwheel and auditwheel make wheels that an index takes)"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("My.Acme-0.1.0.tar.gz", "My.Acme-0.1.0.tar.gz should be my_acme-0.1.0.tar.gz"),
        ("my-acme-0.1.0.tar.gz", "my-acme-0.1.0.tar.gz should be my_acme-0.1.0.tar.gz"),
        ("acme-0.1.0.zip", "acme-0.1.0.zip should be acme-0.1.0.tar.gz"),
        ("Acme-0.1.0-py3-none-any.whl", "Acme-0.1.0-py3-none-any.whl should begin with acme-"),
        (
            "acme-0.1.0-cp311-cp311-linux_x86_64.whl",
            f"acme-0.1.0-cp311-cp311-linux_x86_64.whl is for linux_x86_64{ALONE}",
        ),
        (
            "acme-0.1.0-cp311-cp311-macosx_11_1_arm64.whl",
            f"acme-0.1.0-cp311-cp311-macosx_11_1_arm64.whl is for macosx_11_1_arm64{ALONE}",
        ),
        (
            "acme-0.1.0-cp311-cp311-manylinux_2_17_sparc.whl",
            f"acme-0.1.0-cp311-cp311-manylinux_2_17_sparc.whl is for manylinux_2_17_sparc{ALONE}",
        ),
    ],
)
def test_a_name_that_is_refused(name: str, why: str) -> None:
    assert list(refused_names(Path(name))) == [why]


LONG = "An address of the documentation of it"
PUBLIC_ONLY = (
    ("Classifier: Private :: Do Not Upload", "classifier Private :: Do Not Upload"),
    ("Requires-Dist: other @ https://example.org/other.whl", "direct reference other @ https://example.org/other.whl"),
)


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ("Classifier: Topic :: Gadgets", "classifier Topic :: Gadgets, which is unknown"),
        (
            "Classifier: Framework :: Django CMS :: 4.2",
            "classifier Framework :: Django CMS :: 4.2, which is deprecated for Framework :: Django CMS :: 5.0",
        ),
        (
            "Classifier: License :: OSI Approved :: X.Net License",
            "classifier License :: OSI Approved :: X.Net License, which is deprecated",
        ),
        (f"Summary: {'x' * 513}", "a description of 513 characters; 512 are taken"),
        (f"Project-URL: {LONG}, https://example.org", f"the label {LONG} of an address; 32 characters are taken"),
        ("Project-URL: Home, example.org", "the address Home: example.org"),
        ("Home-page: UNKNOWN", "the address UNKNOWN"),
        ("Download-URL: ftp://example.org/x", "the address ftp://example.org/x"),
        ("Author-email: Me <me at example>", "author-email me at example"),
        ("Author-email: me@host.local", "author-email me@host.local"),
        ("Maintainer-email: me@localhost", "maintainer-email me@localhost"),
        ("Requires-Python: >=3,9,", "requires-python: '>=3,9,' is invalid for 'requires-python'"),
        ("Requires-Dist: other >", "requires-dist: 'other >' is invalid for 'requires-dist'"),
    ],
)
@pytest.mark.parametrize("public", [True, False])
def test_metadata_that_every_index_refuses(tmp_path: Path, field: str, why: str, public: bool) -> None:
    files = (wheel(tmp_path, {}, metadata=field), sdist(tmp_path, metadata=field))

    assert [list(refused_metadata(file, public=public)) for file in files] == [[why], [why]]


@pytest.mark.parametrize(("field", "why"), PUBLIC_ONLY)
def test_metadata_that_is_for_an_index_of_ones_own(tmp_path: Path, field: str, why: str) -> None:
    file = wheel(tmp_path, {}, metadata=field)

    assert list(refused_metadata(file, public=True)) == [why]
    assert list(refused_metadata(file, public=False)) == []


def test_metadata_of_a_version_that_is_not_known_is_refused(tmp_path: Path) -> None:
    file = sdist(tmp_path, version="9.1")

    assert list(refused_metadata(file, public=True)) == [
        "metadata-version: '9.1' is not a valid metadata version",
    ]


def test_a_licence_file_that_was_not_packed_is_refused(tmp_path: Path) -> None:
    more = "License-File: LICENSE"
    packed = wheel(tmp_path, {"acme-0.1.0.dist-info/licenses/LICENSE": "MIT"}, metadata=more, version="2.4")
    assert list(refused_metadata(packed, public=True)) == []

    for file in (wheel(tmp_path, {}, metadata=more, version="2.4"), sdist(tmp_path, metadata=more, version="2.4")):
        assert list(refused_metadata(file, public=True)) == [f"License-File LICENSE is not in {file.name}"]


def test_a_name_of_a_command_that_is_a_path_is_refused(tmp_path: Path) -> None:
    text = "[console_scripts]\nacme = acme:main\n../acme = acme:main\n"
    file = wheel(tmp_path, {"acme-0.1.0.dist-info/entry_points.txt": text})

    assert list(refused_entry_points(file)) == ['entry point "../acme" in console_scripts']
