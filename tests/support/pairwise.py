"""Pairwise selection: few rows in which every two values of two different parameters meet at least once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

Pair = tuple[tuple[str, str], tuple[str, str]]


def pairs_of(row: Mapping[str, str]) -> set[Pair]:
    """Return the pairs of (parameter, value) that meet in a row."""
    return set(combinations(row.items(), 2))


def all_pairs(parameters: Mapping[str, Sequence[str]]) -> set[Pair]:
    """Return every pair that a pairwise selection has to contain."""
    return {
        ((one, value), (other, its_value))
        for one, other in combinations(parameters, 2)
        for value in parameters[one]
        for its_value in parameters[other]
    }


def pairwise(parameters: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """Return the rows of a pairwise selection, the same for the same parameters; greedy, so nearly the fewest."""
    missing = all_pairs(parameters)
    rows: list[dict[str, str]] = []
    while missing:
        row = dict(min(missing))
        for name in parameters:
            if name not in row:
                row[name] = max(parameters[name], key=lambda value: _gain(row, name, value, missing))
        row = {name: row[name] for name in parameters}
        missing -= pairs_of(row)
        rows.append(row)
    return rows


def _gain(row: Mapping[str, str], name: str, value: str, missing: set[Pair]) -> int:
    """Return how many pairs still missing `name` = `value` would make with what the row has already."""
    own = (name, value)
    return sum((own, theirs) in missing or (theirs, own) in missing for theirs in row.items())
