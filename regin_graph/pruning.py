"""Remove old releases: the one that is current and some before it stay, with the tombstones of all before them."""

import json
import shutil
from pathlib import Path

from regin_graph.errors import WrongUse
from regin_graph.publication.versions import read_publication

# A folder is renamed before it is emptied: no server ever takes up half a release.
LEAVING = ".leaving-"


def prune(out: Path, keep: int) -> list[str]:
    """Give the versions removed below `out/releases`: all but the current release, the `keep` - 1 before it, and later ones.
    Raises: WrongUse when there is no current release."""
    current = (out / "current").resolve()
    if not (current / "manifest.json").exists():
        raise WrongUse("there is no current release here.", "Name the folder that holds `current` and `releases`.", str(out))
    for left in current.parent.glob(f"{LEAVING}*"):
        shutil.rmtree(left, ignore_errors=True)
    moments = {folder: moment_of(folder) for folder in sorted(current.parent.iterdir()) if folder.name[0] != "." and (folder / "manifest.json").exists()}
    earlier = sorted((folder for folder in moments if moments[folder] < moments[current]), key=lambda folder: moments[folder], reverse=True)
    for folder in earlier[keep - 1:]:
        beside = folder.with_name(LEAVING + folder.name)
        folder.rename(beside)
        shutil.rmtree(beside)
    return [folder.name for folder in earlier[keep - 1:]]


def moment_of(release: Path) -> str:
    """Give the moment of a release: the one it was published at; of one that published nothing, the day it was made."""
    if found := read_publication(release):
        return found.issued
    return json.loads((release / "manifest.json").read_text("utf-8")).get("created", "")
