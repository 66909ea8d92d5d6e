"""A container image: the wheel of this commit, installed on a base image by the Containerfile, and run once."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.metadata import RawMetadata

from release.adapters.tools.container_engine import Engine, find_engine
from release.artifacts.distribution_files import metadata_of
from release.artifacts.entry_point import pack, require_version
from release.base.errors import ReleaseError
from release.context import Context

FILE = "Containerfile"
_ROOT = ("", "0", "root")
_SOURCES = ("source", "repository", "homepage")  # well-known labels of project.urls, best first
_LABEL = "org.opencontainers.image."  # the names that an image's facts have (OCI image specification, annotations)


def build_image(ctx: Context, base: str, push: str) -> None:
    """Build the image, on `base` if that is given, run it once, and push it to the reference `push` if one is given.

    Raises ReleaseError without an engine, for an image that runs as root or says another version, and for a push of
    what is not committed.
    """
    engine = find_engine(ctx.withheld, ctx.config.timeout)
    changes = ctx.git.changes()
    if push and changes:
        raise ReleaseError(
            "cannot push an image",
            why=f"not committed: {', '.join(changes)}",
            run="git stash --include-untracked      (git stash pop --index brings it back)",
        )
    if not (ctx.root / FILE).exists():
        raise ReleaseError("cannot build an image", why=f"there is no {FILE}", run=f"$EDITOR {FILE}")
    with TemporaryDirectory(prefix="release-") as folder:
        seen = Path(folder) / "seen"  # of the project, the build can see two files
        wheel = pack(ctx, seen / "dist")
        for other in set((seen / "dist").iterdir()) - {wheel}:
            other.unlink()
        shutil.copy(ctx.root / FILE, seen)
        metadata = metadata_of(wheel)
        version = metadata["version"]
        tag = f"{ctx.project.canonical}:{version.replace('+', '_')}"
        ctx.report.say(f"building {tag} with {engine.name}")
        labels = _labels(metadata, f"{ctx.git.commit_of('HEAD')}{'-dirty' if changes else ''}")
        image = engine.build(seen, tag, labels, {"BASE": base} if base else {})
    user = _not_root(engine, image)
    require_version(engine.call(image, "--version"), version, "the image", engine.try_out(tag))
    ctx.report.line("done", "image", f"{tag} says {version}, as user {user}")
    if push:
        reference = push if ":" in push.rpartition("/")[2] else f"{push}:{tag.rpartition(':')[2]}"
        engine.push(image, reference)
        ctx.report.line("done", "push", reference)


def _not_root(engine: Engine, image: str) -> str:
    """Return the user of an image; raise ReleaseError when that is root."""
    user = engine.user(image)
    if user.partition(":")[0] in _ROOT:
        why = f"{FILE} leaves it with the user {user or 'root'}"
        raise ReleaseError("the image runs as root", why=why, run=f"$EDITOR {FILE}      (USER 65532:65532)")
    return user


def _labels(metadata: RawMetadata, revision: str) -> dict[str, str]:
    urls = {name.lower(): url for name, url in metadata.get("project_urls", {}).items()}
    labels = {
        "title": metadata["name"],
        "description": metadata.get("summary", ""),
        "version": metadata["version"],
        "revision": revision,
        "source": next((urls[name] for name in _SOURCES if name in urls), ""),
        "licenses": metadata.get("license_expression", ""),
    }
    return {f"{_LABEL}{name}": text for name, text in labels.items() if text}
