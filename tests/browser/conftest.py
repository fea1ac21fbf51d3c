"""A real browser: Debian's Chromium, driven over the server with the real data."""

import os
import shutil
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--force-prefers-reduced-motion",
]


@pytest.fixture(scope="session")
def chromium():
    """Give the browser. Without one the tests are passed over on a desk and fail where changes are checked."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is missing: install it (apt-get install chromium)")
        pytest.skip("chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


class Watch:
    """What went wrong on a page: console errors, faults of scripts, blocked content, requests to other hosts."""

    def __init__(self, page, host: str):
        self.problems: list[str] = []
        self.elsewhere: list[str] = []
        page.on(
            "console",
            lambda message: self.problems.append(message.text) if message.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on(
            "request",
            lambda request: (
                self.elsewhere.append(request.url) if urlsplit(request.url).netloc not in (host, "") else None
            ),
        )


@pytest.fixture
def opened(chromium, server):
    """Give a function that opens a path in a new window; at the end nothing may have gone wrong in any of them,
    apart from what a test brings about itself and names in `forgiven`."""
    contexts, watches = [], []

    def open_page(path: str, *, width: int = 1280, height: int = 900, **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="en-GB", **options)
        contexts.append(context)
        page = context.new_page()
        watches.append(Watch(page, urlsplit(server).netloc))
        page.goto(server + path, wait_until="load")
        return page

    open_page.forgiven = []
    yield open_page
    for context in contexts:
        context.close()
    for watch in watches:
        assert [
            problem for problem in watch.problems if not any(words in problem for words in open_page.forgiven)
        ] == []
        assert watch.elsewhere == []


@pytest.fixture
def opened_map(opened):
    """Give a function that opens the map and waits until it shows the answer."""

    def open_map(path: str = "/map", **options):
        page = opened(path, **options)
        page.wait_for_selector("#map[data-ready=true]", timeout=20_000)
        return page

    return open_map
