"""Whether the newest release was built as the ones before it: sizes and contents beside the last five.

What lies outside of the median and three times the median absolute deviation is marked; one outlier among the five
moves neither much.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from packaging.version import Version

from release.adapters.index.listing import IndexFile
from release.adapters.index.simple_api import Index
from release.base.errors import ReleaseError
from release.base.statistics import mad
from release.context import Context

BEFORE = 5  # releases that the newest one is compared with
_LEAST = 3  # of them below which nothing is marked
_SLACK = 0.02  # of the median, which is never marked: identical builds have no deviation at all


@dataclass(frozen=True)
class Measure:
    """A number of the newest release beside those of the releases before it, newest first."""

    name: str
    unit: str
    value: float
    before: tuple[float, ...]

    @property
    def enough(self) -> bool:
        """Whether there are enough releases before it to say anything."""
        return len(self.before) >= _LEAST

    @property
    def limits(self) -> tuple[float, float]:
        """The lowest and the highest value that is not marked."""
        middle = median(self.before)
        reach = max(3 * mad(self.before), _SLACK * middle)
        return middle - reach, middle + reach

    @property
    def unusual(self) -> bool:
        """Whether it is outside of the limits."""
        low, high = self.limits if self.enough else (self.value, self.value)
        return not low <= self.value <= high


def measures(ctx: Context) -> tuple[Version, list[Measure]]:
    """Return the newest final on the first index and its measures; raise ReleaseError where there is none."""
    if not ctx.indexes:
        raise ReleaseError("cannot compare builds", why="no index is configured", run="$EDITOR release.toml")
    index = ctx.indexes[0]
    files = index.all_files(ctx.project.canonical)
    finals = sorted((each for each in files if not each.is_prerelease), reverse=True)[: BEFORE + 1]
    if not finals:
        raise ReleaseError("cannot compare builds", why=f"{index.name} has no final release", run="inv status")
    found = []
    for kind, ending in (("wheel", ".whl"), ("sdist", ".tar.gz")):
        picked = [next((file for file in files[each] if file.name.endswith(ending)), None) for each in finals]
        found += _of_kind(index, kind, picked)
    return finals[0], found


def _of_kind(index: Index, kind: str, picked: Sequence[IndexFile | None]) -> list[Measure]:
    newest, before = picked[0], [each for each in picked[1:] if each]
    if newest is None:
        return []
    sizes = [float(index.size(each)) for each in (newest, *before)]
    found = [Measure(f"size of the {kind}", "bytes", sizes[0], tuple(sizes[1:]))]
    if kind == "wheel":
        counts = [float(_count(index, each)) for each in (newest, *before)]
        found.append(Measure("files in the wheel", "files", counts[0], tuple(counts[1:])))
    return found


def _count(index: Index, file: IndexFile) -> int:
    try:
        with zipfile.ZipFile(io.BytesIO(index.read(file.url))) as archive:
            return len(archive.namelist())
    except zipfile.BadZipFile as error:
        raise ReleaseError(f"cannot read {file.name}", why=f"{index.name}: {error}", run="inv verify") from error
