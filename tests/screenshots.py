"""Pictures of every page of a running demo, to be looked at: python -m tests.screenshots http://127.0.0.1:8000

Each page at 360, 768 and 1440 px, light and dark, and as print, into build/screenshots/. A page that answers with an
error, or is wider than its screen, is named and the exit status is 1.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import CHROMIUM, FLAGS

PLAN = "/plan/plan-2023-2025"
# By whom, what: each page in the role that sees most of it. "" is a visitor.
PAGES: dict[str, tuple[str, ...]] = {
    "": ("/login/",),
    "x001-principal": (f"{PLAN}/schools/X001/",),
    "x001-clerk": ("/fill/", "/messages/", "/fill/X001/2025Q2/", "/account/", "/password/", "/account/factor/"),
    "basic-1": ("/desk/", "/desk/2025Q2/grid/basic/", f"{PLAN}/targets/BACKBONE_SHARE/how/2024H2/"),
    "moral-1": ("/desk/", "/desk/2025Q2/review/C006/", "/desk/2025Q2/history/C006/EYE_MYOPIC/"),
    "moral-2": ("/desk/2025Q2/grid/moral/",),
    "office-1": (
        "/desk/",
        f"{PLAN}/bulletins/2024H2/edit/",
        f"{PLAN}/assessment/",
        f"{PLAN}/assessment/2024/occurrences/",
        f"{PLAN}/assessment/2024/objections/",
        f"{PLAN}/assessment/2024/schemes/primary/",
    ),
    "c001-principal": ("/fill/C001/2024Q4/corrections/",),
    "leader": (
        f"{PLAN}/",
        f"{PLAN}/wall/",
        f"{PLAN}/clauses/",
        f"{PLAN}/compare/",
        f"{PLAN}/schools/",
        "/search/?q=gby",
        f"{PLAN}/targets/BACKBONE_SHARE/",
        f"{PLAN}/targets/BACKBONE_SHARE/how/2024H2/",
        f"{PLAN}/targets/BACKBONE_SHARE/how/2024H2/X001/",
        f"{PLAN}/bulletins/",
        f"{PLAN}/bulletins/2024H2/",
        f"{PLAN}/bulletins/2024H2/slides/",
        f"{PLAN}/assessment/2024/",
        f"{PLAN}/assessment/2024/schools/X001/",
        "/styleguide/",
        "/nothing-here/",
    ),
    "admin": ("/jobs/", "/people/", "/people/invite/", "/people/import/"),
    "auditor": ("/audit/", "/audit/?verb=approved"),
    "c005-successor": ("/fill/",),
    "city": ("/city/plan-2023-2025/",),
    "director": (
        f"{PLAN}/bulletins/2025H1/",
        f"{PLAN}/progress/2024H2/",
        f"{PLAN}/progress/2025H1/moral/",
        "/desk/calendar/",
        "/desk/matrix/",
        "/desk/2025Q2/extensions/",
        "/desk/corrections/",
    ),
}
WIDTHS = (360, 768, 1440)
EXPECTED = {"/nothing-here/": 404}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", help="http://127.0.0.1:8000")
    parser.add_argument("--password", default="Yanshi-2025", help="of the demo accounts")
    parser.add_argument("--out", type=Path, default=Path("build/screenshots"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        faults = [fault for username in PAGES for fault in shoot(browser, username, options)]
        browser.close()
    for fault in faults:
        print(fault, file=sys.stderr)  # noqa: T201
    sys.exit(1 if faults else 0)


def shoot(browser: Browser, username: str, options: argparse.Namespace) -> Iterator[str]:
    """Every page of one person; yields what is wrong."""
    out = options.out
    for width in WIDTHS:
        for scheme in ("light", "dark"):
            context = browser.new_context(
                base_url=options.site, viewport={"width": width, "height": 900}, color_scheme=scheme, locale="zh-CN"
            )
            page = context.new_page()
            if username:
                sign_in(page, username, options.password)
            for path in PAGES[username]:
                yield from picture(page, path, out / f"{name_of(path, username)}-{width}-{scheme}.png")
                if width == WIDTHS[-1] and scheme == "light":
                    page.emulate_media(media="print")
                    page.screenshot(path=out / f"{name_of(path, username)}-print.png", full_page=True)
                    page.emulate_media(media="screen")
            context.close()


def sign_in(page: Page, username: str, password: str) -> None:
    page.goto("/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.click("main form button")


def picture(page: Page, path: str, file: Path) -> Iterator[str]:
    response = page.goto(path)
    if response is not None and response.status != EXPECTED.get(path, 200):
        yield f"{path}: {response.status}"
    beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if beyond > 0:
        yield f"{file.name}: {beyond} px too wide"
    page.screenshot(path=file, full_page=True)


def name_of(path: str, username: str) -> str:
    return re.sub(r"[^\w]+", "-", f"{username} {path}").strip("-") or "home"


if __name__ == "__main__":
    main()
