"""The texts around a page's comments: the footer, the note of no comments, and the service.

These are tables and the patterns joined from them, as in `phrases`. Every pattern is for one line
of bounded length.
"""

from __future__ import annotations

import re

from moderation.pages.wording.phrases import MAX_PHRASE

_DECOR = r"[#*=>_{\s]{0,8}"

#: Lines that open the footer below the comments of a page: boxes, links, the publisher's line.
PAGE_FOOT = (
    "recent (?:posts|comments|entries|articles|stories)", "categories", "archives?", "blogroll",
    "blog archive",
    "(?:related|similar|popular|featured|latest|more) (?:posts?|articles?|stories|"
    "news|content|topics|links)",
    "(?:most|top) (?:popular|read|viewed|commented|shared|posts|stories).{0,30}", "tags?",
    "search(?: this site)?:?", "about(?: me| us| the author| this blog)?", "subscribe.{0,40}",
    "follow (?:us|me)?.{0,30}", "meta", "(?:copyright|©|\\(c\\)).{0,150}",
    "all (?:rights|content) .{0,80}",
    "(?:previous|next) (?:post|article|story|entry|page):?.{0,100}", "[«‹←].{0,120}", "sponsors?",
    "advertisements?", "newsletters?.{0,40}", "sign up.{0,60}", "share (?:this|on).{0,40}",
    "powered by .{1,60}", "page \\d+ of \\d+", "post navigation", "navigation", "links",
    "site map|sitemap", "contact(?: us)?", "privacy policy.{0,40}", "terms (?:of|and) .{1,40}",
    "back to top", "welcome!?", "ähnliche (?:artikel|beiträge).{0,20}", "kategorien", "archiv",
    "schlagwörter", "neueste (?:beiträge|kommentare)", "meistgelesen.{0,20}", "impressum.{0,60}",
    "anzeige", "articles? (?:liés|similaires)", "catégories",
    "entradas (?:recientes|relacionadas)", "categorías", "archivos",
    "articoli (?:recenti|correlati)", "categorie", "archivi", "categorieën", "gerelateerd.{0,20}",
)  # fmt: skip

#: Sentences that say that a page has no comments yet.
NO_COMMENTS = (
    "(?:there are |there're )?(?:currently )?no (?:comments|responses|replies)(?: "
    "yet| so far| posted| to display)?(?:[.,!].{0,60})?",
    "0 (?:comments|responses|replies|kommentare|antworten|commentaires?|comentarios|"
    "commenti|reacties)",
    "be the first (?:one )?to (?:comment|reply|respond|leave|post|write).{0,60}",
    "(?:noch |bisher )?keine kommentare.{0,40}",
    "(?:es gibt )?noch keine (?:kommentare|beiträge).{0,30}",
    "schreibe den ersten kommentar.{0,20}",
    "(?:il n['’]y a )?(?:pas encore de|aucun) commentaires?.{0,40}", "soyez le premier à .{1,40}",
    "(?:no hay|sin|aún no hay) comentarios.{0,30}", "sé el primero en .{1,30}",
    "nessun commento.{0,20}", "(?:er zijn )?(?:nog )?geen reacties.{0,20}",
    "(?:ainda )?(?:não há|sem|nenhum) comentários?.{0,20}", "brak komentarzy.{0,20}",
    "inga kommentarer.{0,20}", "ingen kommentarer.{0,20}",
)  # fmt: skip

#: The text that a page prints in place of an external comment service, by service.
SERVICES = {
    "disqus": "(?:blog |view the )?comments powered by disqus|powered by disqus",
    "livefyre": "powered by livefyre|livefyre comments",
    "facebook": "facebook comments(?: plugin)?|comments powered by facebook.{0,30}",
    "hyvor": "powered by hyvor.{0,10}",
    "intensedebate": "powered by intensedebate",
    "openweb": "powered by (?:openweb|spot\\.im)",
    "viafoura": "powered by viafoura",
    "coral": "powered by coral",
}


def _alternatives(words: tuple[str, ...]) -> str:
    """Join words into one alternation, longest first so that a shorter one never hides it."""
    return "|".join(sorted(words, key=len, reverse=True))


_SERVICE = {name: re.compile(rf"(?:{words})$", re.IGNORECASE) for name, words in SERVICES.items()}
NOTHING_YET = re.compile(rf"{_DECOR}(?:{_alternatives(NO_COMMENTS)})\s{{0,3}}", re.IGNORECASE)
FOOT = re.compile(rf"{_DECOR}(?:{_alternatives(PAGE_FOOT)})\s{{0,3}}", re.IGNORECASE)


def is_foot(line: str) -> bool:
    """Whether a whole line opens the part of a page below its comments."""
    line = line.strip()
    return 0 < len(line) <= MAX_PHRASE and bool(FOOT.fullmatch(line))


def comment_service(line: str) -> str | None:
    """Return the service that a line names as the host of the page's comments."""
    line = line.strip(" .!*")
    if not 8 <= len(line) <= 90:
        return None
    return next((name for name, found in _SERVICE.items() if found.search(line)), None)


def says_no_comments(line: str) -> bool:
    """Whether a whole line says that the page has no comments yet."""
    line = line.strip()
    return 0 < len(line) <= MAX_PHRASE and bool(NOTHING_YET.fullmatch(line))
