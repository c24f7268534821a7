"""The page for a person who opens the address of the service in a browser."""

from __future__ import annotations

from html import escape

from starlette.responses import HTMLResponse

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>moderation</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.5 system-ui, sans-serif; }}
main {{ max-width: 40rem; margin: 2rem auto; padding: 0 1rem; }}
dt {{ font-weight: bold; margin-top: .75rem; }}
</style>
</head>
<body>
<main>
<h1>moderation</h1>
<p>This address scores readers' comments for a newsroom: how hostile each one is, and how far off
topic. It speaks the protocol of the Perspective API and is meant for programs. A person decides
about the comments. The model in force is <code>{model}</code>.</p>
<dl>
<dt><a href="openapi.json">openapi.json</a></dt><dd>every address and every field</dd>
<dt><a href="$discovery/rest">$discovery/rest</a></dt>
<dd>the names of the scores that it answers</dd>
<dt><a href="healthz">healthz</a></dt><dd>whether it works, and with which model</dd>
</dl>
<p>The documentation is in the folder <code>docs</code> of moderation: <code>docs/serving.md</code>
describes this service, and <code>docs/migrating.md</code> how a client moves here.
<code>moderation serve --help</code> lists the options.</p>
</main>
</body>
</html>
"""
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def front_page(model: str) -> HTMLResponse:
    """Return the page; it says no more than ``/healthz`` does."""
    return HTMLResponse(_PAGE.format(model=escape(model)), headers=_HEADERS)
