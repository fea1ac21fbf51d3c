"""The release that is served: what its manifest says, and whether it has changed."""

import hashlib
import json
from pathlib import Path

from endpoint.engine import ReleaseFacts


class NoRelease(Exception):
    """There is no release in the folder."""


def read_release(folder: Path) -> ReleaseFacts:
    """Give the facts of the release that the folder, or the link, leads to now. Raises: NoRelease."""
    target = folder.resolve()
    store = target / "store"
    if not (store / "CURRENT").is_file():
        raise NoRelease(f"no release in {folder}")
    try:
        text = (target / "manifest.json").read_bytes()
        manifest = json.loads(text)
    except FileNotFoundError:
        # A bare store can be served as well; its own file names tell one from the other.
        text, manifest = str((target, (store / "CURRENT").stat().st_mtime_ns)).encode(), {}
    except ValueError as error:
        raise NoRelease(f"the manifest in {folder} cannot be read: {error}") from error
    identity = hashlib.sha256(str(target).encode() + b"\0" + text).hexdigest()[:16]
    return ReleaseFacts(
        identity, str(manifest.get("version", target.name)), str(manifest.get("created", "")), manifest.get("quads"),
        manifest.get("counts", {}), str(target), manifest,
    )
