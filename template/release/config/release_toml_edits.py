"""release.toml with another index or forge: what else stands there, comments among it, stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from release.config.index_config import IndexConfig


def with_index(text: str, wanted: IndexConfig | None) -> str:
    """Return the text of a release.toml whose only index is `wanted`, or that has none; its other keys stay."""
    import tomlkit
    from tomlkit.items import AoT

    document = tomlkit.parse(text)
    keys = {"name": wanted.name, "upload": wanted.upload, "simple": wanted.simple} if wanted else {}
    there: Any = document.get("index")
    if keys and there:
        row = there[0]
        for name, value in keys.items():
            if value:
                row[name] = value
            else:
                row.pop(name, None)
        return tomlkit.dumps(document)
    if there is not None:
        del document["index"]
    if not keys:
        document["index"] = []
        return tomlkit.dumps(document)
    table = tomlkit.table()
    table.update({name: value for name, value in keys.items() if value})
    document["index"] = AoT([table])
    return _apart(tomlkit.dumps(document), "[[index]]")


def with_forge(text: str, kind: str) -> str:
    """Return the text of a release.toml that names a kind of forge."""
    import tomlkit

    document = tomlkit.parse(text)
    if "forge" in document:
        document["forge"]["kind"] = kind  # a table, as the configuration was read before
        return tomlkit.dumps(document)
    table = tomlkit.table()
    table["kind"] = kind
    document["forge"] = table
    return _apart(tomlkit.dumps(document), "[forge]")


def _apart(text: str, heading: str) -> str:
    """Return the text with an empty line before a heading."""
    before, found, after = text.partition(f"\n{heading}\n")
    return f"{before.rstrip()}\n\n{heading}\n{after}" if found and before.strip() else text
