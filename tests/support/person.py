"""A person of a team, who types commands in a clone of their own and reads what they print."""

from __future__ import annotations

import re

from tests.support.lines import CODE, as_somebody
from tests.support.world import World


class Person:
    """Somebody with a clone of their own and a key, who types commands and reads what they print."""

    def __init__(self, world: World, name: str, email: str) -> None:
        self.world = world
        as_somebody(world, name, email)
        self.key = world.home / f"key-of-{email.partition('@')[0]}"
        world.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", self.key)
        world.git("config", "gpg.format", "ssh")
        world.git("config", "user.signingKey", self.key)
        world.git("config", "tag.gpgSign", "true")
        self.signer = f"{email} {self.key.with_suffix('.pub').read_text(encoding='utf-8').strip()}"

    def types(self, *words: str) -> str:
        """Run a task, which must succeed, and return what it printed."""
        ran = self.world.inv(*words)
        assert ran.code == 0, ran.text
        return ran.text

    def is_refused(self, *words: str) -> str:
        """Run a task, which must refuse, and return what it printed."""
        ran = self.world.inv(*words)
        assert ran.code == 1, ran.text
        return ran.text

    def changes(self, old: str, new: str, note: str = "", kind: str = "fix") -> str:
        """Change the code where somebody works, with a note, commit and push; return the commit."""
        path = self.world.project / CODE
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        if note:
            name = re.sub(r"[^a-z]+", "-", note.lower()).strip("-")
            self.world.write(f"changelog.d/+{name}.{kind}.md", f"{note}\n")
        commit = self.world.commit(note or f"{old} is {new}")
        self.world.git("push", "--quiet", "origin", "HEAD")
        return commit

    def pulls(self, branch: str) -> None:
        """Get what others have pushed to a branch, and switch to it."""
        self.world.git("fetch", "--quiet", "origin")
        self.world.git("switch", "--quiet", branch)
        self.world.git("merge", "--quiet", "--ff-only", f"origin/{branch}")
