"""Fixtures of forgeries: a project that CI publishes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.by_ci import by_ci
from tests.support.making import ready
from tests.support.world import World, make_world


@pytest.fixture
def laptop(tmp_path: Path, rendered: Path, index: str) -> World:
    """A world with publish = "ci"."""
    return ready(make_world(tmp_path, rendered, index, by_ci))
