"""Keys that sign: git told to use one, and the file of allowed signers that lists it."""

from __future__ import annotations

from tests.support.world import World

SIGNERS = "signers"


def signs_with(world: World, name: str, who: str, *, listed: bool = True) -> str:
    """Let git sign with a new ssh key that release.toml's signers list for `who`; return its fingerprint."""
    path = world.home / name
    world.environment()  # makes the home
    ran = world.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path)
    assert ran.code == 0, ran.text
    world.git("config", "gpg.format", "ssh")
    world.git("config", "user.signingKey", str(path))
    if listed:
        public = path.with_suffix(".pub").read_text(encoding="utf-8").strip()
        world.write(SIGNERS, f"{who} {public}\n")
        config = world.project / "release.toml"
        config.write_text(f'signers = "{SIGNERS}"\n' + config.read_text(encoding="utf-8"), encoding="utf-8")
    return world.run("ssh-keygen", "-l", "-f", path).out.split()[1]
