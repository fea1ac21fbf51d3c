"""Browser libraries: pinned by a lock file that names no registry, brought whole, with their licences."""

import json
import re
from pathlib import Path

from endpoint.browser_libraries import FILES, HERE, LIBRARIES, LOCK, bring_libraries

TEMPLATES = Path(HERE) / "templates"


def test_lock_file_names_no_registry_and_pins_every_package():
    lock = json.loads(LOCK.read_text())
    packages = {name: facts for name, facts in lock["packages"].items() if name}
    assert packages
    for name, facts in packages.items():
        assert "resolved" not in facts, name
        assert facts["integrity"].startswith("sha512-"), name
        assert facts["version"] == lock["packages"][""]["dependencies"][name.removeprefix("node_modules/")]


def test_pages_use_only_files_that_are_brought():
    text = "".join(template.read_text() for template in TEMPLATES.glob("*.html"))
    used = set(re.findall(r"/static/libraries/([\w./]+)", text))
    brought = {f"{library}/{Path(name).name}" for library, names in FILES.items() for name in names}
    assert used
    assert used <= brought


def test_libraries_stand_with_their_licences_and_are_brought_once():
    bring_libraries()
    assert bring_libraries() is False
    for library in FILES:
        assert list((LIBRARIES / library).glob("*LICEN*")), library
