"""The pages that people see, in a real browser.

    check_pages.py URL TOKENS BROWSER [--pictures FOLDER]
        TOKENS is a folder with a token in the file `coordinator`; FOLDER is where to keep what the browser shows
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LARGEST = 20_000
# A telephone, a tablet, a desk; and 320, which is also a desk at 400 %.
WIDTHS = (320, 390, 768, 1280)
PAPER = 720
PICTURES = ("themes", "levels", "progress", "ministries")

# What of the page reaches beyond its right edge, though the page itself does not scroll.
CUT = """() => [...document.querySelectorAll('main *, header *, footer *')]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('thead, .skip'))
    .slice(0, 5).map(e => e.tagName + ' ' + e.textContent.slice(0, 60))"""

faults: list[str] = []


def expect(holds: bool, what: str) -> None:
    if not holds:
        faults.append(what)
        print(f"fault: {what}", file=sys.stderr)


def freeze(url: str, token: str) -> str:
    """Freezes the figures of 2022; returns the edition."""
    request = urllib.request.Request(
        url + "/v1/snapshots",
        data=json.dumps({"year": 2022, "title": "Bilan des plans 2022", "note": "Pour la vérification des pages."}).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return str(json.load(answer)["id"])


def check_size(address: str, accept: str) -> None:
    request = urllib.request.Request(address, headers={"Accept": accept, "Accept-Encoding": "gzip"})
    try:
        answer = urllib.request.urlopen(request, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        size = len(answer.read())
    expect(size <= LARGEST, f"{address}: {size} bytes in gzip")


def check_page(page: Page, axe: Axe, address: str, status: int, language: str, pictures: Path | None, name: str) -> None:
    requests: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    answer = page.goto(address)
    expect(answer is not None and answer.status == status, f"{address}: another status than {status}")
    expect(page.get_attribute("html", "lang") == language, f"{address}: not in {language}")
    loaded = [request for request in requests if not request.startswith("data:")]
    expect(loaded == [address], f"{address}: it loads {loaded}")
    # The browser itself notes a page that was not found.
    expect([text for text in said if "status of" not in text] == [], f"{address}: {said}")
    page.keyboard.press("Tab")
    expect(page.evaluate("document.activeElement.className") == "skip", f"{address}: the keyboard does not begin with the skip link")
    page.evaluate("document.activeElement.blur()")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        check_fit(page, f"{address} at {width}")
        if width in (390, 1280):
            for violation in axe.run(page).response["violations"]:
                places = [node["html"][:120] for node in violation["nodes"][:3]]
                expect(False, f"{address} at {width}: {violation['id']}: {violation['help']}: {places}")
        if pictures is not None:
            page.screenshot(path=pictures / f"{name}-{language}-{width}.png", full_page=True)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1_000})
    check_fit(page, f"{address} on paper")
    if pictures is not None:
        page.pdf(path=pictures / f"{name}-{language}.pdf", format="A4")
    page.emulate_media(media="screen")


def check_fit(page: Page, where: str) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    expect(wide <= 0, f"{where}: it scrolls sideways by {wide} pixels")
    cut = page.evaluate(CUT)
    expect(cut == [], f"{where}: cut on the right: {cut}")


class Elsewhere(BaseHTTPRequestHandler):
    """A page of another origin, whatever its address."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!DOCTYPE html><title>Ailleurs</title>")

    def log_message(self, format: str, *args: object) -> None:
        pass


def check_pictures(browser: Browser, url: str) -> None:
    """On a page of another origin, as images and in their own size."""
    server = HTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    for language in ("fr", "en"):
        addresses = [f"{url}/v1/barometer/{name}.svg?year=2022&lang={language}" for name in PICTURES]
        page.set_content("".join(f'<img src="{address}" alt="">' for address in addresses), wait_until="load")
        sizes = page.evaluate("[...document.images].map(i => [i.naturalWidth, i.naturalHeight])")
        expect(len(sizes) == len(PICTURES) and all(width > 300 and height > 100 for width, height in sizes), f"pictures: {sizes}")
        for address in addresses:
            check_size(address, "image/svg+xml")
    page.close()
    server.shutdown()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("tokens", type=Path)
    parser.add_argument("browser")
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    edition = freeze(options.url, (options.tokens / "coordinator").read_text().strip())
    if options.pictures is not None:
        options.pictures.mkdir(parents=True, exist_ok=True)
    pages = [
        ("home", "/", 200), ("docs", "/docs", 200), ("chapter", "/docs/figures", 200), ("barometer", "/v1/barometer?year=2022", 200),
        ("barometer-indicators", "/v1/barometer?year=2025", 200), ("barometer-empty", "/v1/barometer?year=2031", 200),
        ("snapshots", "/v1/snapshots", 200),
        ("snapshot", f"/v1/snapshots/{edition}", 200), ("problem", "/problems/validation-failed", 200),
        ("not-found", "/nulle-part", 404), ("refused", "/v1/barometer?year=abc&an=2022", 400), ("token", "/v1/actions", 401),
    ]
    axe = Axe()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.browser, args=["--no-sandbox"])
        for name, target, status in pages:
            for language in ("fr", "en"):
                address = options.url + target + ("&" if "?" in target else "?") + f"lang={language}"
                if target == "/v1/actions":
                    address = options.url + target
                page = browser.new_page(locale=language)
                check_page(page, axe, address, status, language, options.pictures, name)
                page.close()
                check_size(address, HTML)
        check_pictures(browser, options.url)
        browser.close()
    if faults:
        sys.exit(f"{len(faults)} faults")
    print(f"{len(pages)} pages in two languages at {', '.join(map(str, WIDTHS))} pixels and on paper: nothing found", file=sys.stderr)


if __name__ == "__main__":
    main()
