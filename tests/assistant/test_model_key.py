"""The key for a model: from the variable, else from the keyring of the system; sent in a header and shown nowhere."""

from __future__ import annotations

import json
import re

import pytest

from benchmarks import assistants
from release.assistant.advice import advice
from release.assistant.wording import as_document, as_text
from release.context_loader import load_context
from tests.support.keyrings import keeping
from tests.support.model_server import KEY, answers
from tests.support.serving import Answer, Request, serving
from tests.support.world import World

DOCUMENT = {"release": "1.3", "colour": "yellow"}
TABLE = '\n[assistant]\nbase_url = "{url}v1"\nmodel = "small"\nkeyring = "models.example.org"\n{more}'


def test_the_keyring_is_asked_where_the_variable_is_empty(repository: World) -> None:
    heard: list[str] = []

    def hear(request: Request) -> Answer:
        heard.append(request.headers.get("Authorization", ""))
        assert KEY.encode() not in request.body
        return answers([{"text": "It is yellow.", "cites": ["f1"]}])

    path = repository.project / "release.toml"
    plain = path.read_text(encoding="utf-8")
    with serving(hear) as url, keeping() as kept:
        for more, environment, secret, whose in (
            ("", {}, KEY, KEY),
            ('variable = "ACME_MODEL"\n', {}, f" {KEY}\n", KEY),  # as some tools keep it
            ('variable = "ACME_MODEL"\n', {"ACME_MODEL": "sk-of-the-variable"}, KEY, "sk-of-the-variable"),
        ):
            path.write_text(plain + TABLE.format(url=url, more=more), encoding="utf-8")
            kept.set_password("models.example.org", "assistant", secret)
            ctx = load_context(repository.project, repository.environment(**environment), write=False)
            found = advice(ctx, "health", DOCUMENT)
            assert heard.pop() == f"Bearer {whose}"
            shown = as_text(found) + json.dumps(as_document(found)) + repr(found)
            assert "It is yellow." in shown
            assert secret.strip() not in shown
            assert whose not in shown

        path.write_text(plain + TABLE.format(url=url, more=""), encoding="utf-8")
        ctx = load_context(repository.project, repository.environment(), write=False)
        kept.set_password("models.example.org", "assistant", "two words")
        assert advice(ctx, "health", DOCUMENT).why == "the key holds blanks or letters that no key has"
        kept.kept.clear()
        assert advice(ctx, "health", DOCUMENT).why == "no key in the keyring (models.example.org)"
        kept.locked = True
        assert advice(ctx, "health", DOCUMENT).why == "the keyring cannot be read: it is locked"
        assert heard == []


def test_the_benchmark_of_endpoints_finds_the_share_that_its_own_server_has(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Three of four claims are supported; the fourth has a number that no fact has."""
    assistants.main([])

    out = capsys.readouterr().out
    rows = re.findall(r"^(\w+) +3 +1 +75 % +\d+\.\d +\d+\.\d$", out, re.MULTILINE)
    assert rows == ["scope", "prioritise", "timeline", "risks", "health"]
    assert out.endswith("dropped: 5 (a number that its facts do not have)\nkept of all claims: 75 %\n")
