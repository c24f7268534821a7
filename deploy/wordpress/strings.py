"""Write the plugin's template for translators: ``python deploy/wordpress/strings.py``.

``xgettext`` (Debian's package gettext) finds the strings. The template has no time in it, so that
it changes only with the strings.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

PLUGIN = Path(__file__).parent / "moderation"
TEMPLATE = PLUGIN / "languages/moderation.pot"

_KEYWORDS = ("__", "_e", "esc_html__", "esc_html_e", "esc_attr__", "_n:1,2")
_HEAD = """# Copyright of the authors of the plugin Moderation; under its licence, GPL-2.0-or-later.
msgid ""
msgstr ""
"Project-Id-Version: Moderation\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\\n"
"X-Domain: moderation\\n"

"""


def template() -> str:
    """Return the template of the strings that the plugin has now."""
    files = sorted(str(path.relative_to(PLUGIN)) for path in PLUGIN.rglob("*.php"))
    command = [
        "xgettext", "--language=PHP", "--from-code=UTF-8", "--omit-header", "--sort-by-file",
        "--add-comments=translators", "--no-wrap", "--output=-", "--keyword",
        *(f"--keyword={name}" for name in _KEYWORDS), *files,
    ]  # fmt: skip
    done = subprocess.run(command, cwd=PLUGIN, capture_output=True, text=True, check=True)
    return _HEAD + done.stdout


if __name__ == "__main__":
    TEMPLATE.write_text(template(), encoding="utf-8")
