"""What an index lists beside a wheel, by which installers choose and resolve, compared with the wheel itself."""

from __future__ import annotations

import io
import zipfile

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from release.adapters.index.listing import IndexFile
from release.adapters.index.simple_api import Index
from release.artifacts.distribution_files import metadata_of


def told_otherwise(index: Index, file: IndexFile, content: bytes) -> list[str]:
    """Return what an index lists otherwise than a wheel whose bytes are `content`: its metadata, its Pythons.

    Installers read dependencies from that alone (PEP 658), and the file only afterwards.
    """
    if not file.name.endswith(".whl"):
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
            text = archive.read(name)
    except (zipfile.BadZipFile, StopIteration):
        return []  # other bytes than the tag records, which is reported already
    found = []
    if file.metadata and index.read_if_there(file.metadata) not in (None, text):
        found.append(f"{index.name} lists other metadata of {file.name} than the wheel has")
    own = metadata_of(io.BytesIO(content)).get("requires_python", "")
    if file.pythons and not _same(file.pythons, own):
        found.append(f"{index.name} lists {file.name} for Python {file.pythons}, its metadata says {own or 'any'}")
    return found


def _same(told: str, own: str) -> bool:
    try:
        return SpecifierSet(told) == SpecifierSet(own)
    except InvalidSpecifier:
        return told == own
