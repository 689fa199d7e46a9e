"""The security headers of pages, downloads, refusals and errors (docs/security.md, What comes in)."""

import pytest

from edu_plan.middleware import HEADERS, POLICY

pytestmark = pytest.mark.security

EVERYWHERE = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": HEADERS["Permissions-Policy"],
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def test_scripts_come_from_files_alone():
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert (rules["script-src"], rules["script-src-attr"], rules["default-src"]) == ("'self'", "'none'", "'self'")
    assert "unsafe" not in rules["style-src"]
    assert [name for name, value in rules.items() if "unsafe" in value or "*" in value] == ["style-src-attr"]


@pytest.mark.parametrize(
    ("url", "status"),
    [("/fill/", 200), ("/fill/pri-01/2025Q2/workbook.xlsx", 302), ("/desk/", 403), ("/nowhere/", 404), ("/a%00/", 400)],
)
def test_every_answer_carries_them(url, status, adoption, today, clerk, client_of):
    response = client_of(clerk).get(url)
    assert (response.status_code, EVERYWHERE) == (status, {name: response.get(name) for name in EVERYWHERE})


def test_what_is_refused_unread_carries_them(settings, db, client):
    settings.REQUEST_MAX_BYTES = 10
    response = client.post("/login/", {"username": "somebody"})
    assert (response.status_code, EVERYWHERE) == (413, {name: response.get(name) for name in EVERYWHERE})


def test_https_is_asked_for_and_kept(settings, db, client):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31536000
    assert client.get("/login/").url == "https://testserver/login/"
    assert client.get("/login/", secure=True)["Strict-Transport-Security"].startswith("max-age=31536000")
