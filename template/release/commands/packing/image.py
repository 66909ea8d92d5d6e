"""A container image: the wheel of this commit, installed on a base image by the Containerfile, and run once."""

from __future__ import annotations

import shutil
from pathlib import Path

from packaging.metadata import RawMetadata
from packaging.version import Version

from release.adapters.image_registry import parts_of
from release.adapters.tools.container_engine import Engine, find_engine
from release.artifacts.distribution_files import metadata_of
from release.artifacts.entry_point import pack, require_version
from release.artifacts.image_records import image_in, record_digest, reference_of
from release.base.errors import ReleaseError
from release.base.temporary_folders import temporary_folder
from release.context import Context
from release.current_release import newest, of_version

FILE = "Containerfile"
_ROOT = ("", "0", "root")
_SOURCES = ("source", "repository", "homepage")  # well-known labels of project.urls, best first
_LABEL = "org.opencontainers.image."  # the names that an image's facts have (OCI image specification, annotations)


def build_image(ctx: Context, base: str, push: str) -> None:
    """Build the image, on `base` if that is given, run it once, and push it to the reference `push` if one is given.

    Raises ReleaseError without an engine, for an image that runs as root or says another version, for a push of what is
    not committed, and for one in the place of another image of the version.
    """
    engine = find_engine(ctx.withheld, ctx.config.timeout)
    changes = ctx.git.changes()
    if push and changes:
        raise ReleaseError(
            "cannot push an image",
            why=f"uncommitted changes: {', '.join(changes)}",
            run="git stash --include-untracked      (git stash pop --index restores it)",
        )
    if not (ctx.root / FILE).exists():
        raise ReleaseError("cannot build an image", why=f"there is no {FILE}", run=f"$EDITOR {FILE}")
    with temporary_folder() as folder:
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
        if _moves(reference, version):
            engine.push(image, reference)
            ctx.report.line("done", "push", reference)
        else:
            _push_once(ctx, engine, image, reference, version)


def _push_once(ctx: Context, engine: Engine, image: str, reference: str, version: str) -> None:
    """Push the image of a version, which is never replaced, and record the digest that the registry has for it."""
    there = image_in(ctx, reference)
    if there and not there.is_image(image):
        why = f"it exists with {there.digest}, which is another image; a version is never replaced"
        raise ReleaseError(f"cannot push {reference}", why=why, run=f"nox -s image -- --push {reference}-1")
    if not there:
        engine.push(image, reference)
    found = image_in(ctx, reference)
    if found is None or not found.is_image(image):
        why = f"it was pushed, but the registry has {found.digest if found else 'no such image'}"
        raise ReleaseError(f"cannot push {reference}", why=why, run="the same command again")
    ctx.report.line("done", "push", f"{reference}\n{found.digest}")
    _record(ctx, reference, version, found.digest)


def _moves(reference: str, version: str) -> bool:
    """Return whether a reference may be moved to another image: `latest` and the like, and what is in development."""
    return Version(version).is_devrelease or parts_of(reference)[2] != version.replace("+", "_")


def record_image(ctx: Context, repository: str) -> None:
    """Record the digest that a registry has for the newest release; raise ReleaseError where it has no such image."""
    found = newest(ctx)
    tag = found.release.tag if found else ""
    commit = ctx.git.remote_refs(ctx.config.remote).tags.get(tag)
    if found is None or commit is None:
        raise ReleaseError("cannot record an image", why="there is no tagged release", run="inv status")
    reference = reference_of(found, repository)
    there = image_in(ctx, reference)
    if there is None:
        run = f"git switch --detach {tag} && nox -s image -- --push {repository}"
        raise ReleaseError(f"cannot record {reference}", why="the registry has no such image", run=run)
    record_digest(found, commit, reference, there.digest)
    ctx.report.line("done", "record", f"{reference} is {there.digest}")


def _record(ctx: Context, reference: str, version: str, digest: str) -> None:
    """Record a digest where it is of the image of a release that is tagged; who may not is shown what records it."""
    released = of_version(ctx, Version(version))
    tagged = ctx.git.remote_refs(ctx.config.remote).tags if ctx.git.setting(f"remote.{ctx.config.remote}.url") else {}
    commit = tagged.get(released.release.tag)
    if commit is None or commit != ctx.git.commit_of("HEAD"):
        return
    try:
        record_digest(released, commit, reference, digest)
    except ReleaseError as error:
        run = f"nox -s image -- --record {reference.rpartition(':')[0]}"
        ctx.report.line("warn", "record", f"the digest is not recorded: {error.why.splitlines()[-1]}\n{run} records it")


def _not_root(engine: Engine, image: str) -> str:
    """Return the user of an image; raise ReleaseError when that is root."""
    user = engine.user(image)
    if user.partition(":")[0] in _ROOT:
        why = f"{FILE} runs it as the user {user or 'root'}"
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
