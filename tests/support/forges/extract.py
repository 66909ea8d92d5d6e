"""Makes github.json anew: of GitHub's OpenAPI description, what is used here, without any prose.

    npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz
    python -m tests.support.forges.extract package/generated/api.github.com.json

What is left are facts (names, types, which of them are required), as JSON Schema; an operation by method and path.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_REPO = "/repos/{owner}/{repo}"
OPERATIONS = {
    "/user": ("get",),
    _REPO: ("get",),
    f"{_REPO}/releases": ("get", "post"),
    f"{_REPO}/releases/latest": ("get",),
    f"{_REPO}/releases/tags/{{tag}}": ("get",),
    f"{_REPO}/releases/{{release_id}}": ("get", "patch", "delete"),
    f"{_REPO}/releases/{{release_id}}/assets": ("get", "post"),
    f"{_REPO}/releases/assets/{{asset_id}}": ("get", "delete"),
    f"{_REPO}/rules/branches/{{branch}}": ("get",),
    f"{_REPO}/rulesets": ("get", "post"),
    f"{_REPO}/rulesets/{{ruleset_id}}": ("get", "put", "delete"),
    f"{_REPO}/statuses/{{sha}}": ("post",),
    f"{_REPO}/pulls": ("get", "post"),
    f"{_REPO}/pulls/{{pull_number}}": ("get", "patch"),
    f"{_REPO}/pulls/{{pull_number}}/merge": ("put",),
    f"{_REPO}/issues": ("get",),
    f"{_REPO}/issues/{{issue_number}}": ("patch",),
    f"{_REPO}/milestones": ("get", "post"),
    f"{_REPO}/milestones/{{milestone_number}}": ("patch",),
    f"{_REPO}/environments/{{environment_name}}": ("get", "put"),
}
_PROSE = ("description", "summary", "example", "examples", "externalDocs", "title", "deprecated", "default", "format")


def extract(description: Any) -> dict[str, Any]:
    """Return {"operations": ..., "$defs": ...} of a description."""
    operations = {
        f"{method.upper()} {path}": _operation(description, path, method)
        for path, methods in OPERATIONS.items()
        for method in methods
    }
    schemas: dict[str, Any] = {}
    wanted = set(_names(operations))
    while wanted:
        name = wanted.pop()
        schemas[name] = _bare(description["components"]["schemas"][name])
        wanted |= set(_names(schemas[name])) - set(schemas)
    return {"operations": operations, "$defs": dict(sorted(schemas.items()))}


def _operation(description: Any, path: str, method: str) -> dict[str, Any]:
    there = description["paths"][path]
    said = there[method]
    parameters = [_found(description, each) for each in [*there.get("parameters", ()), *said.get("parameters", ())]]
    query = {each["name"]: _bare(each["schema"]) for each in parameters if each["in"] == "query"}
    body = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    answers = {}
    for status, answer in said["responses"].items():
        content = _found(description, answer).get("content", {}).get("application/json", {})
        answers[status] = _bare(content["schema"]) if "schema" in content else None
    return {"query": query, "body": _bare(body) if body else None, "answers": answers}


def _found(description: Any, each: Any) -> Any:
    """Return what a reference means."""
    while "$ref" in each:
        target = description
        for part in each["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        each = target
    return each


def _bare(schema: Any) -> Any:
    """Return a schema of OpenAPI 3.0 as JSON Schema, without prose."""
    if isinstance(schema, list):
        return [_bare(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"].replace("#/components/schemas/", "#/$defs/")}
    kept = {name: value for name, value in schema.items() if name not in (*_PROSE, "nullable", "properties")}
    bare = {name: value if name in ("required", "enum") else _bare(value) for name, value in kept.items()}
    bare = {name: value for name, value in bare.items() if not name.startswith("x-")}
    if "properties" in schema:
        bare["properties"] = {name: _bare(value) for name, value in schema["properties"].items()}
    return {"anyOf": [bare, {"type": "null"}]} if schema.get("nullable") else bare


def _names(schema: Any) -> Iterator[str]:
    """Yield the names of the schemas that a schema refers to."""
    if isinstance(schema, list):
        for each in schema:
            yield from _names(each)
    elif isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].rpartition("/")[2]
        for each in schema.values():
            yield from _names(each)


if __name__ == "__main__":
    found = extract(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    text = json.dumps(found, separators=(",", ":"), ensure_ascii=False)
    Path(__file__).with_name("github.json").write_text(text + "\n", encoding="utf-8")
