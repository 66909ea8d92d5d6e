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
    rules: str = key(
        "",
        "What is refused before the tag: pypi, all that PyPI refuses; own, the same but for `Private ::`, direct "
        "references and local versions; none; empty: pypi on pypi and testpypi, else own.",
    )

    @property
    def public(self) -> bool:
        """Whether this is PyPI or TestPyPI."""
        return self.name in ("pypi", "testpypi") and not self.upload

    @property
    def refuses(self) -> str:
        """By which rules it refuses distributions: pypi, own or none."""
        return self.rules or ("pypi" if self.public else "own")
