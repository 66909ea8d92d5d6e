"""Who signed an object of git, a tag or a commit, and whether it is the person whose address the object bears.

git alone accepts a key that is listed for somebody else: it is shown only the keys of this very address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory

from release.base.errors import ReleaseError
from release.context import Context

_SSH = "-----BEGIN SSH SIGNATURE-----"
_ANY = "-----BEGIN "
_GOOD = re.compile(r"^\[GNUPG:\] GOODSIG \S+ .*<(?P<email>[^>]*)>", re.MULTILINE)
_KEY = re.compile(r"^\[GNUPG:\] VALIDSIG (?P<key>[0-9A-F]+)", re.MULTILINE)
_REVOKED = re.compile(r"^\[GNUPG:\] (BADSIG|REVKEYSIG) ", re.MULTILINE)
_UNKNOWN = re.compile(r"^\[GNUPG:\] (?:ERRSIG|NO_PUBKEY|EXPKEYSIG) (?P<key>[0-9A-F]+)", re.MULTILINE)
_SSH_KEY = re.compile(r"with (?P<key>\S+ key \S+)")


@dataclass(frozen=True)
class Signature:
    """Whether an object is signed by whom it names (None where nobody here can tell), why not, and by which key."""

    good: bool | None
    why_not: str = ""
    key: str = ""


def signature_of(ctx: Context, kind: str, sha: str, email: str) -> Signature:
    """Return what is to be said of the signature of an object, whose `kind` is tag or commit, and that bears `email`.

    Raises ReleaseError when the file of allowed signers that release.toml names is nowhere.
    """
    text = ctx.git.look("cat-file", kind, sha).require().out
    if _SSH in text:
        return _by_ssh(ctx, kind, sha, email.lower())
    said = ctx.git.ask(f"verify-{kind}", "--raw", sha)
    signers = [found["email"].lower() for found in _GOOD.finditer(said.err)]
    key = _KEY.search(said.err)
    if said.code == 0 and signers and key:
        mine = email.lower() in [*signers, *_addresses(ctx, key["key"])]
        why_not = "" if mine else f"it is signed by {', '.join(signers)}, not by {email.lower()}"
        return Signature(mine, why_not, f"gpg key {key['key']}")
    if _REVOKED.search(said.err):
        return Signature(False, "the signature is bad, or its key was revoked")
    if unknown := _UNKNOWN.search(said.err):
        return Signature(None, "gpg does not know its key here, or the key has expired", f"gpg key {unknown['key']}")
    if _ANY in text:
        return Signature(None, "its signature cannot be checked here")
    return Signature(None, "it is not signed")


def _by_ssh(ctx: Context, kind: str, sha: str, email: str) -> Signature:
    keys = _keys_of(ctx, email) if ctx.config.signers else []
    with TemporaryDirectory(prefix="release-") as place:
        listed = Path(place) / "signers"
        listed.write_text("\n".join(keys), encoding="utf-8")
        said = ctx.git.ask("-c", f"gpg.ssh.allowedSignersFile={listed}", f"verify-{kind}", "--raw", sha)
    found = _SSH_KEY.search(said.out + said.err)
    key = found["key"] if found else ""
    if not ctx.config.signers:
        why_not = "it is signed with an ssh key, and release.toml names no file of allowed signers (signers)"
        return Signature(None, why_not, key)
    good = said.code == 0
    return Signature(good, "" if good else f"no key of {email} in {ctx.config.signers} signed it", key)


def _addresses(ctx: Context, key: str) -> list[str]:
    """Return the addresses that the key of a signature bears besides the one that gpg tells first."""
    program = ctx.git.setting("gpg.openpgp.program") or ctx.git.setting("gpg.program") or "gpg"
    listing = ctx.tools.command([program, "--batch", "--with-colons", "--list-keys", key], ctx.root).require().out
    names = [row.split(":")[9] for row in listing.splitlines() if row.startswith("uid:") and row[4:5] not in "re"]
    return [name.rpartition("<")[2].rstrip(">").lower() for name in names]


def _keys_of(ctx: Context, email: str) -> list[str]:
    """Return the lines of the file of allowed signers whose principals (ssh-keygen(1), PATTERNS) match an address."""
    path = ctx.root / ctx.config.signers
    main = ctx.git.remote_refs(ctx.config.remote).branches.get(ctx.config.branch)
    text = path.read_text(encoding="utf-8") if path.is_file() else None
    if text is None and main and ctx.git.commit_of(main):
        text = ctx.git.file_at(main, ctx.config.signers)  # an old line may not have it
    if text is None:
        raise ReleaseError(
            "cannot check a signature", why=f"there is no {ctx.config.signers}", run="$EDITOR release.toml"
        )
    rows = (row.strip() for row in text.splitlines())
    listed = [(row.split()[0].lower().split(","), row) for row in rows if row and not row.startswith("#")]
    return [
        row
        for patterns, row in listed
        if any(fnmatchcase(email, pattern) for pattern in patterns)
        and not any(pattern.startswith("!") and fnmatchcase(email, pattern[1:]) for pattern in patterns)
    ]
