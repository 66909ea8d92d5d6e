"""twine, called with the account and the address of an index: what arrives, what is refused, what failed for now."""

from __future__ import annotations

import hashlib
import shutil
import threading
from pathlib import Path

import pytest

from release.adapters.retry import Unavailable
from release.adapters.tools.packaging_tools import Tools, UploadRefused
from release.base.shell import CommandFailed, NoAnswer
from release.config.index_credentials import Account
from tests.support.secrets import PASSWORD, USER
from tests.support.serving import Answer, Request, serving
from tests.support.world import World


def tools(world: World, timeout: float = 120.0, **more: str) -> Tools:
    return Tools(world.project, world.environment(**more), timeout)


@pytest.fixture
def wheel(tmp_path: Path, distributions: list[Path]) -> Path:
    path = tmp_path / "dist" / distributions[0].name
    path.parent.mkdir()
    shutil.copy(distributions[0], path)
    return path


ADA = Account(USER, PASSWORD)


def test_a_file_is_uploaded_with_name_and_password(world: World, wheel: Path) -> None:
    tools(world, TWINE_PASSWORD="").upload([wheel], ("--repository-url", world.index), ADA)

    assert world.files() == {wheel.name: hashlib.sha256(wheel.read_bytes()).hexdigest()}


def test_without_an_account_twine_finds_its_own(world: World, wheel: Path) -> None:
    """As it is set in a .pypirc of the user."""
    (world.home / ".pypirc").write_text(
        f"[distutils]\nindex-servers = house\n[house]\nrepository = {world.index}\n"
        f"username = {USER}\npassword = {PASSWORD}\n"
    )
    environment = {name: value for name, value in world.environment().items() if not name.startswith("TWINE")}

    Tools(world.project, environment, 120).upload([wheel], ("--repository", "house"), Account())

    assert list(world.files()) == [wheel.name]


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
def test_a_failure_for_now_is_unavailable(repository: World, wheel: Path, status: int) -> None:
    answer = Answer(status, headers={"Retry-After": "7"})
    with serving(lambda _: answer) as address, pytest.raises(Unavailable) as refusal:
        tools(repository).upload([wheel], ("--repository-url", address), ADA)

    assert (refusal.value.why, refusal.value.after) == (f"index answered {status}", 7.0)


@pytest.mark.parametrize(
    ("status", "reason"), [(400, "File already exists"), (401, "Unauthorized"), (403, "Forbidden"), (413, "Too Large")]
)
def test_a_refusal_is_told_with_its_words(repository: World, wheel: Path, status: int, reason: str) -> None:
    with serving(lambda _: Answer(status, reason=reason)) as address, pytest.raises(UploadRefused) as refusal:
        tools(repository).upload([wheel], ("--repository-url", address), ADA)

    assert refusal.value.status == status
    assert refusal.value.why == f"it answered {status} {reason}"


def test_a_closed_port_is_unavailable(repository: World, wheel: Path) -> None:
    with serving(lambda _: Answer(200)) as address:
        pass

    with pytest.raises(Unavailable) as refusal:
        tools(repository).upload([wheel], ("--repository-url", address), ADA)

    assert refusal.value.what == "the upload failed"
    assert "Connection" in refusal.value.why
    assert PASSWORD not in str(refusal.value)


def test_an_index_that_nobody_knows_is_told_by_twine(repository: World, wheel: Path) -> None:
    with pytest.raises(CommandFailed) as refusal:
        tools(repository).upload([wheel], ("--repository", "house"), ADA)

    assert "house" in refusal.value.why


def test_a_tool_that_takes_too_long_is_stopped(repository: World, wheel: Path) -> None:
    """A hanging index must not hang the release."""
    over = threading.Event()

    def answer(request: Request) -> Answer:
        over.wait(60)
        return Answer(200)

    with serving(answer) as address:
        try:
            with pytest.raises(NoAnswer) as refusal:
                tools(repository, timeout=3).upload([wheel], ("--repository-url", address), ADA)
        finally:
            over.set()

    assert refusal.value.why == "it was stopped after 3 s (timeout in release.toml)"
