"""An index that receives the distributions (`[[index]]` in release.toml)."""

from __future__ import annotations

from dataclasses import dataclass

from release.config.toml_schema import key


@dataclass(frozen=True)
class IndexConfig:
    """An index that receives the distributions."""

    name: str = key(
        "pypi", "The index's name: pypi, testpypi, or one of your own; without upload also its section in ~/.pypirc."
    )
    upload: str = key("", "Where twine uploads to; empty: what twine knows under this name.")
    simple: str = key("", "Where installers read (PEP 503, PEP 691); empty: known for pypi and testpypi.")
    largest: int = key(0, "The most megabytes that a file may have there; 0: 100 on pypi and testpypi, else any.")
    days: int = key(0, "Days after which a version takes no more files; 0: 14 on pypi and testpypi, else never.")
    yank: tuple[str, ...] = key(
        (),
        "A command that yanks on this index, as arguments with {project}, {version}, {reason}; empty: a person does.",
    )
    stages: tuple[str, ...] = key((), "The stages whose releases it receives by itself; empty: every one.")
    attestations: str = key(
        "", "yes or no: whether it takes attestations (PEP 740), which CI signs; empty: yes on pypi and testpypi."
    )
