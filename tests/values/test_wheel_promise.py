"""Promised wheels are recognised by the tags in the names of files."""

from __future__ import annotations

import pytest

from release.values.wheel_promise import WheelPromise, compiled_for, fits, not_kept, not_promised, tags_of

LINUX = "acme-1.2.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
STABLE = "acme-1.2.0-cp310-abi3-macosx_11_0_arm64.whl"
PURE = "acme-1.2.0-py3-none-any.whl"
SDIST = "acme-1.2.0.tar.gz"

KEPT = [
    (LINUX, WheelPromise("3.12", "manylinux_x86_64"), True),
    (LINUX, WheelPromise("3.12", "linux_x86_64"), True),  # promised by a machine, made fit for other ones
    (LINUX, WheelPromise("3.11", "manylinux_x86_64"), False),
    (LINUX, WheelPromise("3.12", "musllinux_x86_64"), False),
    (LINUX, WheelPromise("3.12", "manylinux_aarch64"), False),
    (LINUX, WheelPromise("3.12", "manylinux_x86_64", abi3=True), False),
    (STABLE, WheelPromise("3.10", "macosx_arm64", abi3=True), True),
    (STABLE, WheelPromise("3.13", "macosx_arm64"), True),
    (STABLE, WheelPromise("3.9", "macosx_arm64", abi3=True), False),
    ("acme-1.2.0-cp313-cp313t-win_amd64.whl", WheelPromise("3.13", "win_amd64"), False),  # free-threaded
    ("acme-1.2.0-cp313-cp313-win_amd64.whl", WheelPromise("3.13", "win_amd64"), True),
    (PURE, WheelPromise("3.12", "any"), False),
    (SDIST, WheelPromise("3.12", "manylinux_x86_64"), False),
    ("nonsense.whl", WheelPromise("3.12", "manylinux_x86_64"), False),
]


@pytest.mark.parametrize(("name", "promise", "kept"), KEPT)
def test_a_promise_is_kept_by_a_wheel_of_its_python_and_platform(name: str, promise: WheelPromise, kept: bool) -> None:
    assert promise.kept_by(name) is kept


def test_what_is_missing_and_what_is_too_much_is_named() -> None:
    promises = [WheelPromise("3.12", "manylinux_x86_64"), WheelPromise("3.13", "win_amd64", abi3=True)]

    assert list(map(str, not_kept(promises, [LINUX, SDIST]))) == ["cp313-abi3-win_amd64"]
    assert not_promised(promises, [LINUX, STABLE, PURE, SDIST]) == [STABLE, PURE]


def test_the_wheel_for_a_python_is_found_by_its_name() -> None:
    assert [fits(LINUX, python) for python in ("3.11", "3.12", "3.13")] == [False, True, False]
    assert [fits(STABLE, python) for python in ("3.9", "3.12")] == [False, True]
    assert fits(PURE, "3.12") and not fits(SDIST, "3.12")


def test_the_pythons_of_a_release_are_those_of_its_compiled_wheels() -> None:
    assert compiled_for([LINUX, LINUX.replace("cp312", "cp311"), SDIST]) == ("3.11", "3.12")
    assert compiled_for([PURE, SDIST]) == ()
    assert not tags_of(SDIST)
