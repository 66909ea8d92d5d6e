"""The JSON schema of release.toml, by which an editor says what the code says."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from release.config.release_toml import Config, load_config, parse_config, schema
from tests.config.test_release_toml import ALL, WRONG
from tests.support.world import REPOSITORY


def accepts(document: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(schema()).is_valid(document))


def test_the_schema_in_the_template_is_the_one_of_the_code() -> None:
    """Write it again: cd template && python -c "import json; from release.config.release_toml import schema;
    print(json.dumps(schema(), indent=2))" > release/schema.json
    """
    path = REPOSITORY / "template" / "release" / "schema.json"

    assert path.read_text(encoding="utf-8") == json.dumps(schema(), indent=2) + "\n"


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("text", ["", ALL, "index = []"])
def test_the_schema_accepts_what_the_code_accepts(text: str) -> None:
    assert accepts(tomllib.loads(text))


@pytest.mark.parametrize("text", [text for text, _, _ in WRONG])
def test_the_schema_refuses_keys_and_types_that_the_code_refuses(text: str) -> None:
    assert not accepts(tomllib.loads(text))


def test_the_schema_explains_every_key_and_names_its_default() -> None:
    keys = schema()["properties"]

    assert all(key["description"].endswith(".") for key in keys.values())
    assert keys["branch"]["default"] == "main"
    assert keys["check"]["default"] is True
    assert keys["index"]["items"]["additionalProperties"] is False


def test_the_rendered_file_is_accepted(rendered: Path) -> None:
    text = (rendered / "release.toml").read_text(encoding="utf-8")

    assert accepts(tomllib.loads(text))
    assert load_config(rendered) == Config(smoke=parse_config(text).smoke)


def test_the_complete_example_of_the_documentation_is_accepted_and_shows_what_most_need() -> None:
    page = (REPOSITORY / "docs" / "configuration.md").read_text(encoding="utf-8")
    text = page.partition("## A complete example")[2].partition("```toml\n")[2].partition("```")[0]

    assert accepts(tomllib.loads(text))
    parse_config(text)
    left = set(schema()["properties"]) - set(tomllib.loads(text))
    assert left <= {
        *("remote", "subject", "check", "verify", "advisories", "reopen", "lines", "two_people", "publish", "wait"),
        *("systems", "push", "plan", "performance", "documentation", "wheels", "assistant"),
    }, f"not in the example, and not among what few need: {left}"
