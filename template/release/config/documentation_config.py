"""What release.toml says of the documentation: how much of the public API has a docstring."""

from __future__ import annotations

from dataclasses import dataclass

from release.config.toml_schema import key, wrong


@dataclass(frozen=True)
class DocumentationConfig:
    """How much of the public API has to be documented before a release."""

    minimum: float = key(0.0, "Percent of the public API that has a docstring, at least; 0: the gate does not ask.")
    keep: bool = key(False, "The percentage may not be lower than in the last release.")


def refuse_nonsense_in_documentation(documentation: DocumentationConfig) -> None:
    """Raise ReleaseError for a percentage that cannot be one."""
    if not 0 <= documentation.minimum <= 100:
        raise wrong("documentation.minimum", f"{documentation.minimum:g} is no percentage")
