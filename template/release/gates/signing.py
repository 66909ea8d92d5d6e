"""The gate `signing`: git can sign what is to be signed, with a key that counts."""

from __future__ import annotations

from release.approvals.signature_check import signature_in
from release.base.shell import CommandFailed
from release.base.temporary_folders import temporary_folder
from release.context import Context
from release.engine.gate import Gate, Verdict


def _signing(ctx: Context) -> Verdict:
    """Sign something, into a folder of objects that is thrown away, and look whether others can tell by whom."""
    unsigned = [name for name in _demanded(ctx) if ctx.git.setting(name) != "true"]
    if unsigned:
        fact = f"release.toml requires signatures ([demands], or signers), but {' and '.join(unsigned)} is not set"
        return Verdict(False, fact, " && ".join(f"git config {name} true" for name in unsigned))
    names = [name for name in ("commit.gpgSign", "tag.gpgSign") if ctx.git.setting(name) == "true"]
    if not names:
        return Verdict(True, "commits and tags are not signed")
    objects = ctx.git.folder() / "objects"
    with temporary_folder() as place:
        aside = {"GIT_OBJECT_DIRECTORY": place, "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(objects)}
        signed = ctx.git.ask("commit-tree", "-S", "-m", "a trial", "HEAD^{tree}", env=aside)
        trial = ctx.git.read_bytes("cat-file", "commit", signed.out.strip(), env=aside) if signed.code == 0 else b""
    if signed.code != 0:
        fact = f"{' and '.join(names)} is set, but signing fails\n{CommandFailed(signed).why}"
        return Verdict(False, fact, "git config user.signingKey PATH")
    return _recognised(ctx, trial, f"{' and '.join(names)}: signing works")


def _demanded(ctx: Context) -> list[str]:
    """Return the settings of git that sign what release.toml demands to be signed."""
    demands = {"commit.gpgSign": ctx.config.demands.signed_commits, "tag.gpgSign": ctx.config.signed_tags}
    return [name for name, demanded in demands.items() if demanded]


def _recognised(ctx: Context, trial: bytes, fact: str) -> Verdict:
    """Judge the signature of a commit that was made on trial, as `inv verify` judges it for everybody."""
    email = trial.partition(b"\ncommitter ")[2].partition(b"\n")[0].rpartition(b"<")[2].partition(b">")[0].decode()
    signature = signature_in(ctx, "commit", trial, email)
    if ctx.config.publish == "ci" and ctx.config.signers and ctx.config.signed_tags and b"BEGIN PGP" in trial:
        fact = f"{fact}, but the workflow knows only the ssh keys in {ctx.config.signers}, and this is a gpg key"
        return Verdict(
            False, fact, "git config gpg.format ssh      (or, in release.toml: [demands] signed_tags = false)"
        )
    if signature.good or (signature.good is None and not _demanded(ctx)):
        return Verdict(True, fact)
    file = ctx.config.signers
    run = f"$EDITOR {file}      ({email} and the public key)" if file else "$EDITOR release.toml      (signers)"
    return Verdict(False, f"{fact}, and {signature.why_not}", run)


SIGNING = Gate("signing", _signing)
