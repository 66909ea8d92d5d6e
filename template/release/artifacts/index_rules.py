"""What an index refuses of a distribution at the upload, found before anything is public.

The rules are PyPI's (https://github.com/pypi/warehouse, forklift/legacy.py and forklift/metadata.py, August 2026);
twine check does not know them. Other indexes take what is for themselves alone: see `public`.
"""

from __future__ import annotations

import configparser
import re
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from packaging.metadata import InvalidMetadata, Metadata
from packaging.utils import canonicalize_name, parse_wheel_filename

_METADATA_VERSIONS = ("1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5")
_ARCHES = "x86_64|i686|aarch64|armv7l|ppc64le|s390x|riscv64"
_APPLE = "ppc|ppc64|i386|x86_64|arm64|intel|fat|fat3|fat64|universal|universal2"
_PLATFORM = re.compile(
    "any|win32|win_arm64|win_amd64|win_ia64|linux_armv[67]l|manylinux(?:1|2010)_(?:x86_64|i686)"
    "|manylinux2014_(?:x86_64|i686|aarch64|armv7l|ppc64|ppc64le|s390x)"
    rf"|manylinux_\d+_\d+_(?:{_ARCHES}|ppc64)|musllinux_\d+_\d+_(?:{_ARCHES})|macosx_10_\d+_(?:{_APPLE})"
    rf"|macosx_(?:1[1-9]|[2-9]\d)_0_(?:{_APPLE})|ios_\d+_\d+_(?:arm64|x86_64)_(?:iphoneos|iphonesimulator)"
    r"|android_\d+_(?:armeabi_v7a|arm64_v8a|x86|x86_64)|pyemscripten_\d+_\d+_wasm32"
)
_SUMMARY, _LABEL = 512, 32  # the most characters of a summary and of the label of an address
_ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)*\.(?!(?:arpa|invalid|local|localhost|onion|test)\Z)[^@\s.\d]+")
_ENTRY = re.compile(r"[\w.-]+")


def refused_names(file: Path) -> Iterator[str]:
    """Yield why the name of a distribution is refused: not normalised (PEP 427, 625), or for one kind of machine."""
    if file.suffix != ".whl":
        name, _, rest = file.name.rpartition("-")
        wanted = f"{canonicalize_name(name).replace('-', '_')}-{rest}"
        if file.name != wanted or not rest.endswith(".tar.gz"):
            yield f"{file.name} should be {wanted.removesuffix('.zip').removesuffix('.tar.gz')}.tar.gz"
        return
    project, *_, tags = parse_wheel_filename(file.name)
    if file.name.partition("-")[0] != project.replace("-", "_"):
        yield f"{file.name} should begin with {project.replace('-', '_')}-"
    for platform in sorted({tag.platform for tag in tags}):
        if not _PLATFORM.fullmatch(platform):
            yield f"{file.name} is for {platform} alone (cibuildwheel and auditwheel make wheels that an index takes)"


def refused_metadata(file: Path, *, public: bool) -> Iterator[str]:
    """Yield why the metadata of a distribution is refused.

    `public`: also what is fit for one's own index alone: `Private ::`, direct references, local versions.
    """
    text, names = _read(file)
    try:
        found = Metadata.from_email(text)
    except ExceptionGroup as group:
        yield from (_said(each) for each in group.exceptions)
        return
    yield from _refused_fields(found)
    yield from _refused_classifiers(found.classifiers or [], public=public)
    yield from _refused_addresses(found)
    folder = f"{file.name.partition('-')[0]}-{found.version}"
    where = f"{'-'.join(file.name.split('-')[:2])}.dist-info/licenses" if file.suffix == ".whl" else folder
    for licence in found.license_files or []:
        if f"{where}/{licence}" not in names:
            yield f"License-File {licence} is not in {file.name}"
    if public:
        yield from (f"direct reference {each}" for each in found.requires_dist or [] if each.url)
        if found.version.local:
            yield f"local version {found.version}"


def refused_entry_points(wheel: Path) -> Iterator[str]:
    """Yield the names of commands that are refused."""
    with zipfile.ZipFile(wheel) as archive:
        name = next((name for name in archive.namelist() if name.endswith(".dist-info/entry_points.txt")), None)
        text = archive.read(name).decode() if name else ""
    parser = configparser.ConfigParser(delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text)
    except configparser.Error as error:
        yield f"entry_points.txt cannot be read: {error}"
        return
    for section in {"console_scripts", "gui_scripts"} & set(parser.sections()):
        for name in parser[section]:
            if not _ENTRY.fullmatch(name):
                yield f'entry point "{name}" in {section}'


def _read(file: Path) -> tuple[bytes, set[str]]:
    """Return the metadata of a distribution and the names of its files."""
    if file.suffix == ".whl":
        with zipfile.ZipFile(file) as wheel:
            names = wheel.namelist()
            return wheel.read(next(name for name in names if name.endswith(".dist-info/METADATA"))), set(names)
    with tarfile.open(file) as sdist:
        names = sdist.getnames()
        found = sdist.extractfile(next(name for name in names if re.fullmatch(r"[^/]+/PKG-INFO", name)))
        return (found.read() if found else b""), set(names)


def _said(error: Exception) -> str:
    return f"{error.field}: {error}" if isinstance(error, InvalidMetadata) else str(error)


def _refused_fields(found: Metadata) -> Iterator[str]:
    if found.metadata_version not in _METADATA_VERSIONS:
        yield f"Metadata-Version {found.metadata_version}"
    if len(found.summary or "") > _SUMMARY:
        yield f"a description of {len(found.summary or '')} characters; {_SUMMARY} are taken"
    if found.license and found.license_expression:
        yield "License beside License-Expression"


def _refused_classifiers(classifiers: list[str], *, public: bool) -> Iterator[str]:
    from trove_classifiers import classifiers as known
    from trove_classifiers import deprecated_classifiers as deprecated

    better: Mapping[str, list[str]] = deprecated
    for each in sorted(set(classifiers)):
        if each.startswith("Private ::"):
            yield from [f"classifier {each}"] if public else ()
        elif each in better:
            yield f"classifier {each}, which is deprecated" + (
                f" for {' or '.join(better[each])}" if better[each] else ""
            )
        elif each not in known:
            yield f"classifier {each}, which is unknown"


def _refused_addresses(found: Metadata) -> Iterator[str]:
    for field in ("author_email", "maintainer_email"):
        _, address = parseaddr(getattr(found, field) or "")
        if address and not _ADDRESS.fullmatch(address):
            yield f"{field.replace('_', '-')} {address}"
    for label, url in (found.project_urls or {}).items():
        if len(label) > _LABEL:
            yield f"the label {label} of an address; {_LABEL} characters are taken"
        elif not label or not _is_url(url):
            yield f"the address {label}: {url}"
    for page in (found.home_page, found.download_url):
        if page and not _is_url(page):
            yield f"the address {page}"


def _is_url(text: str) -> bool:
    return urlsplit(text).scheme.lower() in ("http", "https") and not re.search(r"\s", text)
