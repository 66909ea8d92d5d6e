"""The links of a changelog's headings: `[1.2.0]: ADDRESS` below, one for each version (Keep a Changelog)."""

from __future__ import annotations

import re

from packaging.version import Version

from release.base.changelog import sections, version_span

_DEFINED = re.compile(r"^\[(?P<label>[^\]\n]+)\]:[ \t]*(?P<address>\S+)[ \t]*$", re.MULTILINE)


def with_link(text: str, version: Version) -> str:
    """Return a changelog with a link for the newest section, whose heading is in brackets, after that of the one below.

    The address is the older one's with the versions of this one; a comparison from the last release to the branch
    begins at this one from now on.
    """
    found = sections(text)
    number = next((at for at, each in enumerate(found) if each.version == version), None)
    if number is None or number + 1 >= len(found):
        return text
    label, before = (_label(each.heading.title) for each in found[number : number + 2])
    defined = {each["label"]: each for each in _DEFINED.finditer(text)}
    older = defined.get(before)
    if not label or label in defined or older is None:
        return text
    old, new = _number(before), _number(label)
    address = _following(older["address"], old, new)
    end = "\r\n" if "\r\n" in text else "\n"
    whole = f"{text[: older.start()]}[{label}]: {address}{end}{text[older.start() :]}"
    return _DEFINED.sub(lambda each: _from(each, old, new), whole)


def _label(title: str) -> str:
    """Return the text in brackets that names the version of a title; empty where it is in none."""
    span = version_span(title)
    found = (each for each in re.finditer(r"\[([^\]]+)\](?!\()", title) if span and each.start() < span[0] < each.end())
    return next((each[1] for each in found), "")


def _number(label: str) -> str:
    span = version_span(label)
    return label[span[0] : span[1]] if span else label


def _following(address: str, old: str, new: str) -> str:
    """Return the address of `new` as that of `old` is: a comparison goes from `old` to `new`."""
    left, dots, right = address.rpartition("...")
    if dots and old in right:
        span = version_span(left.rpartition("/")[2])
        base = left.rpartition("/")[2]
        start = base[: span[0]] + old + base[span[1] :] if span else base
        return f"{left.rpartition('/')[0]}/{start}...{right.replace(old, new)}"
    return address.replace(old, new)


def _from(found: re.Match[str], old: str, new: str) -> str:
    """Return the definition of what is not released yet, from the new version on; any other as it is."""
    if not found["label"].lower().startswith(("unreleased", "next", "upcoming")):
        return found[0]
    return re.sub(rf"(?<![\w.]){re.escape(old)}(?=\.\.\.)|(?<=v){re.escape(old)}(?=\.\.\.)", new, found[0])
