"""The embedded index: an address while it is needed, and no process afterwards."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from release.adapters.index.local_index import embedded_index
from release.base.errors import ReleaseError


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  (an address of ours)
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_it_serves_its_folder_on_loopback_and_ends(tmp_path: Path, distributions: list[Path]) -> None:
    with embedded_index(tmp_path / "a folder ☕") as address:
        (tmp_path / "a folder ☕" / distributions[0].name).write_bytes(distributions[0].read_bytes())
        assert address.startswith("http://127.0.0.1:")
        assert status(f"{address}simple/acme/") == 200
        assert status(f"{address}simple/requests/") == 404, "what it does not have it does not have"

    with pytest.raises(urllib.error.URLError):
        status(address)


def test_it_ends_when_what_used_it_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), embedded_index(tmp_path / "index") as address:
        raise ZeroDivisionError

    with pytest.raises(urllib.error.URLError):
        status(address)


def test_two_are_apart(tmp_path: Path) -> None:
    with embedded_index(tmp_path / "one") as one, embedded_index(tmp_path / "two") as two:
        (tmp_path / "one" / "acme-1.tar.gz").write_bytes(b"one")

        assert one != two
        assert (status(f"{one}simple/acme/"), status(f"{two}simple/acme/")) == (200, 404)


def test_one_that_does_not_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    users = tmp_path / "missing" / "htpasswd"

    with pytest.raises(ReleaseError) as refusal, embedded_index(tmp_path / "index", users):
        pass

    assert refusal.value.what == "cannot start the embedded index"
    assert "htpasswd" in refusal.value.why


def test_without_the_group_rehearsal_it_names_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypiserver", None)  # as where it is not installed

    with pytest.raises(ReleaseError) as refusal, embedded_index(tmp_path / "index"):
        pass

    assert refusal.value.why == "the package pypiserver is not installed"
    assert refusal.value.run == "python -m pip install pypiserver"
