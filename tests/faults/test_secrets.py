"""No secret gets out, even when an index repeats it; and the search for secrets, which all suites do, finds them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests.faults.worlds import PUBLISH, Behind
from tests.support.mould import Mould
from tests.support.proxy import Exchange, Fault
from tests.support.secrets import PASSWORD, USER, refuse_leak, refuse_leaks_below

FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "percent-encoded": lambda password: quote(password, safe=""),
    "as a form": quote_plus,
    "base64": lambda password: base64.b64encode(password.encode()).decode(),
    "basic authentication": lambda password: base64.b64encode(f"{USER}:{password}".encode()).decode(),
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("form", FORMS)
def test_an_index_that_repeats_the_password_does_not_get_it_printed_or_written(
    form: str, method: str, behind: Behind, built: Mould, tmp_path: Path
) -> None:
    """World.run and the fixture no_secret_is_written do the looking."""

    def repeat(exchange: Exchange) -> None:
        exchange.body()
        exchange.send_response(400, f"not with {FORMS[form](PASSWORD)}")
        exchange.send_header("Content-Length", "0")
        exchange.end_headers()

    world = built.copy(tmp_path / "world", behind.index)
    behind.proxy.plan(Fault(repeat, method))

    ran = world.inv(*PUBLISH)

    assert ran.code == 1, ran.text
    assert "400 not with [hidden]" in ran.text


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_that_was_printed_is_found(form: str) -> None:
    with pytest.raises(AssertionError, match="the password is in what was printed"):
        refuse_leak(f"error: {FORMS[form](PASSWORD)} is wrong", "what was printed")


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_that_was_written_is_found(form: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("leak")  # not tmp_path: the fixture would find it as well
    (place / ".release").mkdir()
    (place / ".release" / "journal.jsonl").write_text(FORMS[form](PASSWORD))

    with pytest.raises(AssertionError, match=r"the password is in .*journal\.jsonl"):
        refuse_leaks_below(place)


@pytest.mark.parametrize("where", ["commit", "tag"])
def test_a_secret_in_a_message_of_git_is_found(
    where: str, tagged_only: Mould, tmp_path_factory: pytest.TempPathFactory
) -> None:
    world = tagged_only.copy(tmp_path_factory.mktemp("leak") / "world")
    if where == "commit":
        world.git("commit-tree", "-m", f"with {PASSWORD}", "HEAD^{tree}")
    else:
        world.git("tag", "--annotate", "--message", f"with {PASSWORD}", "v9")

    with pytest.raises(AssertionError, match="the password is in an object of"):
        refuse_leaks_below(world.project)
