"""What a forge's published description says of a request and its answer; each contradiction is a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

_BY_TYPE: dict[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False, "array": [], "null": None}


@cache
def described(name: str) -> Description | None:
    """Return the description of a kind of forge, None where there is none here."""
    path = Path(__file__).with_name(f"{name}.json")
    return Description(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


class Description:
    """Operations by method and path, as extract.py leaves them."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._operations = content["operations"]
        self._defs = content["$defs"]

    def faults_of_request(self, operation: str, query: Mapping[str, str], body: Any) -> Iterator[str]:
        """Yield what is wrong with a request; a name that is not known is, too."""
        said = self._operations.get(operation)
        if said is None:
            yield f"{operation} is not described"
            return
        for name, value in query.items():
            if name not in said["query"]:
                yield f"{operation} knows no query {name}"
            elif not any(self._fits(said["query"][name], each) for each in _readings(value)):
                yield f"{operation} takes no {name}={value}"
        if body is not None and said["body"] is None:
            yield f"{operation} takes no JSON"
        elif said["body"] is not None:
            yield from self._faults(operation, _strict(said["body"]), body)

    def faults_of_answer(self, operation: str, status: int, body: Any) -> Iterator[str]:
        """Yield what is wrong with a success."""
        said = self._operations.get(operation, {"answers": {}})["answers"]
        if str(status) not in said:
            yield f"{operation} answers no {status}"
        elif (schema := said[str(status)]) is not None:
            yield from self._faults(operation, schema, body)

    def completed(self, operation: str, status: int, body: Any) -> Any:
        """Return an answer with what it must have, too, and a server of ours has no idea of: empty values."""
        schema = self._operations.get(operation, {"answers": {}})["answers"].get(str(status))
        return self._complete(schema, body) if schema else body

    def _complete(self, schema: Any, value: Any) -> Any:
        schema = self._open(schema, value)
        if isinstance(value, list):
            return [self._complete(schema.get("items", {}), each) for each in value]
        if not isinstance(value, dict):
            return value
        known = schema.get("properties", {})
        given = {name: self._complete(known.get(name, {}), each) for name, each in value.items()}
        missing = (name for name in schema.get("required", ()) if name not in value)
        return given | {name: self._empty(known.get(name, {})) for name in missing}

    def _empty(self, schema: Any) -> Any:
        if any(each.get("type") == "null" for each in schema.get("anyOf", ())):
            return None
        schema = self._open(schema, None)
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type", "object")
        return self._complete(schema, {}) if kind == "object" else _BY_TYPE[kind]

    def _open(self, schema: Any, value: Any) -> Any:
        """Return the schema that a reference or the first fitting alternative means."""
        while True:
            if "$ref" in schema:
                schema = self._defs[schema["$ref"].rpartition("/")[2]]
            elif choices := schema.get("anyOf") or schema.get("oneOf"):
                kinds = [each for each in choices if (each.get("type") == "null") == (value is None)] or choices
                schema = kinds[0]
            elif "allOf" in schema:
                schema = schema["allOf"][0]
            else:
                return schema

    def _fits(self, schema: Any, value: Any) -> bool:
        return not list(self._faults("", schema, value))

    def _faults(self, operation: str, schema: Any, value: Any) -> Iterator[str]:
        validator = jsonschema.Draft202012Validator({**schema, "$defs": self._defs})
        for error in validator.iter_errors(value):
            yield f"{operation}: {error.json_path}: {error.message[:300]}"


def _strict(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of a body that has no names but the known ones."""
    return {"additionalProperties": False, **schema} if "properties" in schema else schema


def _readings(value: str) -> list[Any]:
    """Return what a value of a query may mean."""
    found: list[Any] = [value]
    if value in ("true", "false"):
        found.append(value == "true")
    if value.isdigit():
        found.append(int(value))
    return found
