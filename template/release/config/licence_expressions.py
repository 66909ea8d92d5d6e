"""Licences as SPDX expressions: what a distribution's metadata says, and whether a list of licences allows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

PERMISSIVE = (  # a project that depends on what is under these may itself be under any licence
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "LGPL-2.1-or-later",
    "LGPL-3.0-only",
    "LGPL-3.0-or-later",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "PSF-2.0",
    "Python-2.0",
    "Unlicense",
    "Zlib",
)
# Trove classifiers of the time before PEP 639, and what people write into License, as SPDX identifiers.
_SPOKEN = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "ISC": "ISC",
    "Python Software Foundation License": "PSF-2.0",
    "PSF": "PSF-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "GNU Affero General Public License v3": "AGPL-3.0-only",
    "zlib/libpng License": "Zlib",
}


def expression_of(expression: str, text: str, classifiers: Sequence[str]) -> str:
    """Return the SPDX expression that core metadata gives (License-Expression, else classifiers, else License).

    Several classifiers are read as a choice, as most of their authors mean them. A text that is no name of a licence
    is returned as its first line.
    """
    if expression:
        return expression
    named = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License :: ")]
    known = [_SPOKEN[name] for name in named if name in _SPOKEN]
    if known:
        return " OR ".join(dict.fromkeys(known))
    first = text.strip().partition("\n")[0]
    return _SPOKEN.get(first, first)


def is_spdx(expression: str) -> bool:
    """Return whether a text is an SPDX expression of licences that are known."""
    from license_expression import ExpressionError, get_spdx_licensing

    try:
        return bool(expression) and get_spdx_licensing().parse(expression, validate=True) is not None
    except ExpressionError:
        return False


def allowed(expression: str, licences: Iterable[str]) -> bool:
    """Return whether licences of the list are enough for an SPDX expression: "MIT OR GPL-3.0-only" needs one of two."""
    from license_expression import ExpressionError, get_spdx_licensing

    spdx = get_spdx_licensing()
    try:
        parsed = spdx.parse(expression, validate=True)
    except ExpressionError:
        return False
    if parsed is None:
        return False
    granted = {str(spdx.parse(each)): spdx.TRUE for each in licences}
    given = {symbol: granted.get(str(symbol), spdx.FALSE) for symbol in parsed.symbols}
    return bool(parsed.subs(given).simplify() == spdx.TRUE)
