"""Who signed an object of git, a tag or a commit, and whether it is the person whose address the object bears.

The block that git verifies is judged by the tool of its format, for this very address; git's exit code alone accepts
the key of anybody who is listed, and its choice of the format can be led astray by an object with two blocks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from release.adapters.git.committed_config import config_at
from release.base.errors import ReleaseError
from release.base.shell import Completed
from release.base.temporary_folders import temporary_folder
from release.context import Context

_SSH, _GPG = b"-----BEGIN SSH SIGNATURE-----", b"-----BEGIN PGP SIGNATURE-----"
_BEGINS = re.compile(rb"^-----BEGIN (?:PGP|SSH|SIGNED) [A-Z ]*-----", re.MULTILINE)
_ENDS = re.compile(rb"^-----END [A-Z ]+-----[ \t\r]*$", re.MULTILINE)
_STATUS = re.compile(r"^\[GNUPG:\] (?P<word>[A-Z_]+)(?: (?P<rest>.*))?$", re.MULTILINE)
_SSH_KEY = re.compile(r"with (?P<key>\S+ key \S+)")
_PRINCIPALS = re.compile(r'(?P<quote>"?)(?P<names>[^"\s]+)(?P=quote)(?P<rest>\s.*)')
_TAGGER = re.compile(rb"^tagger .*<([^>]*)> \d+", re.MULTILINE)
_VALID = "mfu"  # how gpg rates an address of a key: marginally, fully, ultimately valid


@dataclass(frozen=True)
class Signature:
    """Whether an object is signed by whom it names (None where nobody here can tell), why not, and by which key."""

    good: bool | None
    why_not: str = ""
    key: str = ""


class Twisted(Exception):
    """An object has no single signature at its end, so git verifies something else than a person reads."""


def signature_of(ctx: Context, kind: str, sha: str, email: str) -> Signature:
    """Return what is to be said of the signature of an object, whose `kind` is tag or commit, and that bears `email`.

    Raises ReleaseError when the file of allowed signers that release.toml names is nowhere.
    """
    return signature_in(ctx, kind, ctx.git.read_bytes("cat-file", kind, sha), email)


def why_not_signed_by(ctx: Context, tag: str, email: str) -> str:
    """Return why a tag object does not count as signed by an address; empty when it does."""
    signature = signature_of(ctx, "tag", tag, email)
    return "" if signature.good else signature.why_not


def why_tag_not_signed(ctx: Context, tag: str, *, elsewhere: bool = False) -> str:
    """Return why a tag object does not count as signed by the address that it bears; empty when it does.

    `elsewhere`: it was made on another machine. Without a file of allowed signers a gpg key that is not known here
    counts then, since nothing that the project has could show whose it is.
    """
    content = ctx.git.read_bytes("cat-file", "tag", tag)
    found = _TAGGER.search(content.partition(b"\n\n")[0])
    if found is None:
        return "it names no tagger"
    signature = signature_in(ctx, "tag", content, found[1].decode(errors="replace"))
    unknown = signature.good is None and _GPG in content and not ctx.config.signers
    return "" if signature.good or (elsewhere and unknown) else signature.why_not


def signature_in(ctx: Context, kind: str, content: bytes, email: str) -> Signature:
    """Return what is to be said of the signature in the content of an object, as `signature_of` does."""
    try:
        payload, block = _parted(kind, content)
    except Twisted as twisted:
        return Signature(False, str(twisted))
    if not block:
        return Signature(None, "it is not signed")
    with temporary_folder() as folder:
        place = Path(folder)
        (place / "payload").write_bytes(payload)
        (place / "block.asc").write_bytes(block)
        if block.startswith(_SSH):
            return _by_ssh(ctx, place, email)
        if block.startswith(_GPG):
            return _by_gpg(ctx, place, email.lower())
    return Signature(None, "its signature is of a kind that cannot be checked here")


def _parted(kind: str, content: bytes) -> tuple[bytes, bytes]:
    """Return what is signed, and the signature, as git parts an object; raise Twisted where there is more than one.

    Of a tag the signature is its end (gpg-interface.c, parse_signed_buffer), of a commit the header gpgsig.
    """
    head, gap, body = content.partition(b"\n\n")
    rows = re.sub(rb"\n ", b"\0", head).split(b"\n")  # a row of a header may go on in the next ones
    signed = [row for row in rows if row.startswith((b"gpgsig ", b"gpgsig-sha256 "))]
    if kind == "commit":
        if len(signed) > 1:
            raise Twisted("it has two signatures, of which git verifies one")
        block = signed[0].partition(b" ")[2].replace(b"\0", b"\n") + b"\n" if signed else b""
        payload = b"\n".join(row for row in rows if row not in signed).replace(b"\0", b"\n ") + gap + body
    else:
        begins = [found.start() for found in _BEGINS.finditer(content)]
        if signed or len(begins) > 1:
            raise Twisted("it has two signatures, of which git verifies one")
        payload, block = (content[: begins[0]], content[begins[0] :]) if begins else (content, b"")
    ends = list(_ENDS.finditer(block))
    if block and (len(_BEGINS.findall(block)) != 1 or len(ends) != 1 or block[ends[0].end() :].strip()):
        raise Twisted("its signature is not the end of it: what follows is not signed")
    return payload, block


def _by_ssh(ctx: Context, place: Path, email: str) -> Signature:
    if not ctx.config.signers:
        why_not = "it is signed with an ssh key, and release.toml names no file of allowed signers (signers)"
        return Signature(None, why_not, _key_of(_ssh(ctx, place, "check-novalidate")))
    (place / "signers").write_text(_signers(ctx), encoding="utf-8")
    name = email.lower()
    for given in dict.fromkeys((email, name)):
        said = _ssh(ctx, place, "verify", "-I", given, "-f", str(place / "signers"))
        if said.code == 0:
            return Signature(True, "", _key_of(said))
    key = _key_of(_ssh(ctx, place, "check-novalidate"))
    if "has expired" in said.printed:  # judged today: the date in an object is what its maker wrote
        return Signature(None, f"the key of {name} in {ctx.config.signers} has expired (valid-before)", key)
    return Signature(False, f"no key of {name} in {ctx.config.signers} signed it", key)


def _ssh(ctx: Context, place: Path, how: str, *words: str) -> Completed:
    program = ctx.git.setting("gpg.ssh.program") or "ssh-keygen"
    argv = [program, "-Y", how, "-n", "git", "-s", str(place / "block.asc"), *words]
    return ctx.tools.command(argv, place, given=(place / "payload").read_bytes())


def _key_of(said: Completed) -> str:
    found = _SSH_KEY.search(said.printed)
    return found["key"] if found else ""


def _by_gpg(ctx: Context, place: Path, email: str) -> Signature:
    program = ctx.git.setting("gpg.openpgp.program") or ctx.git.setting("gpg.program") or "gpg"
    argv = [program, "--batch", "--no-auto-key-retrieve", "--status-fd=1", "--verify"]
    said = ctx.tools.command([*argv, str(place / "block.asc"), str(place / "payload")], place)
    rows = [(found["word"], (found["rest"] or "").split()) for found in _STATUS.finditer(said.out)]
    words_of_status = {word for word, _ in rows}
    valid = [words[0] for word, words in rows if word == "VALIDSIG"]
    if words_of_status & {"BADSIG", "REVKEYSIG"}:
        return Signature(False, "the signature is bad, or its key was revoked")
    if unknown := next((words[0] for word, words in rows if word in ("ERRSIG", "EXPKEYSIG", "EXPSIG")), ""):
        return Signature(None, "gpg does not know its key here, or the key has expired", f"gpg key {unknown}")
    if said.code != 0 or len(valid) != 1 or sum(word == "GOODSIG" for word, _ in rows) != 1:
        return Signature(None, "its signature cannot be checked here")
    key, addresses = f"gpg key {valid[0]}", _addresses(ctx, program, valid[0])
    if email not in addresses:
        return Signature(False, f"it is signed by {', '.join(addresses)}, not by {email}", key)
    if addresses[email] not in _VALID:
        why_not = f"gpg does not trust this key for {email} (gpg --lsign-key {valid[0]})"
        return Signature(None, why_not, key)
    return Signature(True, "", key)


def _addresses(ctx: Context, program: str, key: str) -> dict[str, str]:
    """Return {address: its validity, one letter of gpg} of a key, without those that are revoked or expired."""
    listing = ctx.tools.command([program, "--batch", "--with-colons", "--list-keys", key], ctx.root).require().out
    found = (row.split(":") for row in listing.splitlines() if row.startswith("uid:"))
    named = [(each[9].rpartition("<")[2].rstrip(">").lower(), each[1]) for each in found if each[1] not in ("r", "e")]
    return dict(reversed(named))


def _signers(ctx: Context) -> str:
    """Return the file of allowed signers, with each principal in small letters, too: addresses differ by no case.

    Of more than one file the rows that all have; where there is no such row, those of the last one.
    """
    texts = [_signers_at(ctx, commit) if commit else _signers_in_tree(ctx) for commit in ctx.signers_at]
    rows = [[_in_small_letters(row) for row in text.splitlines()] for text in texts if text is not None]
    if not rows:
        raise ReleaseError(
            "cannot check a signature", why=f"there is no {ctx.config.signers}", run="$EDITOR release.toml"
        )
    found = [row for row in rows[-1] if all(row in others for others in rows)] or rows[-1]
    return "\n".join(found) + "\n"


def _signers_in_tree(ctx: Context) -> str | None:
    path = ctx.root / ctx.config.signers
    main = ctx.git.remote_refs(ctx.config.remote).branches.get(ctx.config.branch)
    if path.is_file():
        return path.read_text(encoding="utf-8")
    return _signers_at(ctx, main) if main and ctx.git.commit_of(main) else None  # an old line may not have it


def _signers_at(ctx: Context, commit: str) -> str | None:
    config = config_at(ctx.git, commit)
    return ctx.git.file_at(commit, config.signers if config and config.signers else ctx.config.signers)


def _in_small_letters(row: str) -> str:
    found = _PRINCIPALS.fullmatch(row.strip())
    if not found or row.strip().startswith("#"):
        return row
    names = ",".join(dict.fromkeys([*found["names"].split(","), *found["names"].lower().split(",")]))
    return f"{names}{found['rest']}"
