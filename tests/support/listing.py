"""The JSON by which an index lists its files (PEP 691)."""

from __future__ import annotations

import hashlib
import json

from packaging.version import Version

from tests.support.serving import Answer

ONE = Version("0.1.0")


JSON = "application/vnd.pypi.simple.v1+json"


SHA = hashlib.sha256(b"bytes").hexdigest()


def page(*files: dict[str, object], name: str = "acme") -> Answer:
    return Answer(200, json.dumps({"meta": {"api-version": "1.1"}, "name": name, "files": list(files)}), JSON)


def file(name: str, **more: object) -> dict[str, object]:
    return {"filename": name, "url": f"../../files/{name}", "hashes": {"sha256": SHA}} | more
