"""Origins of web addresses: what a credential is for."""

from __future__ import annotations

import pytest

from release.base.web_origin import confidential, origin_of


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Example.org/simple/", ("https", "example.org", 443)),
        ("https://example.org:443", ("https", "example.org", 443)),
        ("http://example.org", ("http", "example.org", 80)),
        ("http://u:p@example.org:8080/x", ("http", "example.org", 8080)),
        ("http://example.org:port/", ("", "", 0)),
        ("", ("", "", 0)),
    ],
)
def test_scheme_host_and_port_make_an_origin(url: str, origin: tuple[str, str, int]) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    ("url", "is_it"),
    [
        ("https://example.org", True),
        ("http://127.0.0.1:1", True),
        ("http://[::1]:1", True),
        ("http://localhost", True),
        ("http://localhost.example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("http://example.org", False),
    ],
)
def test_without_tls_only_this_machine_is_confidential(url: str, is_it: bool) -> None:
    assert confidential(url) is is_it
