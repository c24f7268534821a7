"""The words that identify a comment section in plain text, as data.

The tables list what pages write in the supported languages, and the patterns at the end join
these tables. Every pattern is for one line of bounded length (`MAX_PHRASE` characters), is
anchored, and uses only bounded repetition, so no line can make it backtrack for long.
"""

from __future__ import annotations

import re

from moderation.pages.wording import dates as flat_dates

#: The words and the pattern of dates, repeated here for the readers of bylines.
AGO_AFTER, AGO_BEFORE, DATE = flat_dates.AGO_AFTER, flat_dates.AGO_BEFORE, flat_dates.DATE

#: The longest line that any of these patterns is tried on, in characters.
MAX_PHRASE = 200

# --- headings that open a comment section -----------------------------------------------------

#: Nouns that follow a count: "24 comments", "3 Gedanken zu …", "5 commentaires".
COUNTED = (
    "comments?", "responses?", "repl(?:y|ies)", "thoughts?", "reader comments?", "user comments?",
    "(?:users?|people|readers?) (?:responded|commented|replied)", "(?:leser)?kommentare?",
    "antwort(?:en)?", "gedanken?", "reaktionen?", "meinung(?:en)?", "ergänzung(?:en)?",
    "leserbriefe?", "beiträge", "commentaires?", "réponses?", "réactions?", "réflexions?", "avis",
    "comentarios?", "respuestas?", "opinion(?:es)?", "pensamientos?", "ideas? sobre",
    "comentários?", "respostas?", "comentaris?", "comment[io]", "rispost[ae]", "pensier[io]",
    "reacties?", "opmerking(?:en)?", "gedachten?", "kommentarer", "kommentar", "svar",
    "komentarzy?", "komentarze", "odpowiedzi", "комментари(?:й|я|ев)", "отзыв(?:а|ов)?",
    "ответ(?:а|ов)?", "yorum(?:lar)?", "komentáře?", "komentářů", "hozzászólás", "σχόλια",
    "коментар(?:а|і|ів)?",
)  # fmt: skip

#: Numbers written as words, with their value.
NUMBER_WORDS = {
    "no": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "keine": 0, "ein": 1, "eine": 1, "zwei": 2, "drei": 3,
    "vier": 4, "fünf": 5, "un": 1, "une": 1, "deux": 2, "trois": 3, "uno": 1, "una": 1,
    "dos": 2, "tres": 3, "due": 2, "tre": 3, "um": 1, "uma": 1, "een": 1, "één": 1, "twee": 2,
    "drie": 3,
}  # fmt: skip

#: Words that may follow a counted noun: "on “Title”", "zu „Titel“", "to Title", "so far".
COUNT_FOLLOWERS = (
    "on", "to", "for", "about", "in response", "so far", "zu", "zum", "zur", "auf", "über", "sur",
    "à", "pour", "en", "a", "al", "sobre", "para", "su", "over", "op", "til", "om", "na", "in",
    "do", "к", "на", "für", "bisher", "and", "und", "et", "y", "e", "en", "posted", "left",
)  # fmt: skip

#: Headings without a count, or with a count in brackets or after a colon.
BARE_HEADINGS = (
    "(?:the |all |view |show |latest |recent |reader'?s?’? |readers'?’? |user |your |"
    "add )?comments?(?: section)?",
    "comments? (?:so far|from readers|on this (?:article|post|entry|story))",
    "comment viewing options", "post comment as", "responses?", "replies",
    "reader (?:responses|interactions|reactions|feedback)", "discussion",
    "join the (?:discussion|conversation)", "the conversation", "conversation",
    "what (?:people|readers) are saying", "have your say", "talkback",
    "(?:leser|nutzer)?-?kommentare?", "kommentare? lesen", "alle kommentare", "diskussion",
    "leserbriefe", "leserstimmen", "leserreaktionen", "reaktionen", "eure kommentare",
    "(?:les |vos )?commentaires?", "réactions", "vos réactions", "discussion",
    "(?:los )?comentarios?", "opiniones", "(?:os )?comentários?", "comentaris", "(?:i )?commenti",
    "reacties", "kommentarer", "komentarze", "komentarze czytelników", "комментарии", "обсуждение",
    "yorumlar", "komentáře", "hozzászólások", "коментарі", "评论", "コメント",
)  # fmt: skip

#: Lines that announce comments but head a list of other pages.
NOT_HEADINGS = (
    "recent comments?", "latest comments?", "neueste kommentare", "letzte kommentare",
    "commentaires récents", "comentarios recientes", "commenti recenti", "recente reacties",
)  # fmt: skip

# --- what ends a comment section --------------------------------------------------------------

END_MARKERS = (
    "(?:leave|post|write|add|submit|make) (?:a |an |your |us a )?(?:new )?(?:reply|"
    "comments?|response|feedback)",
    "leave (?:a )?reply to .{1,80}", "verify your comment", "previewing your comment",
    "(?:post)?post a new comment", "speak your mind", "join the (?:discussion|conversation)",
    "what do you think\\?", "your email address will not be published",
    "your (?:email|e-mail) is never", "(?:click here to )?cancel reply",
    "(?:you must be |please )?(?:log|sign|logged) in (?:to|or) .{1,60}",
    "you must (?:be logged in|log in|register|be registered).{0,80}",
    "(?:the )?comments?(?: to this (?:entry|post|article))? (?:are|is|have been|"
    "section is)(?: now)? (?:closed|disabled|moderated)",
    "comments? (?:closed|off)", "(?:older|newer|previous|next|more) comments", "trackbacks?",
    "trackback (?:uri|url|address).{0,80}", "pingbacks?", "this site uses akismet",
    "rss feed for comments", "subscribe (?:to|without) comment.{0,60}", "notify me of .{1,80}",
    "you (?:may|can) use these html tags", "required fields are marked", "enter your comment here",
    "fill in your details below", "your answer", "add (?:a )?comment",
    "schreibe? (?:einen|deinen|uns|hier) .{0,40}kommentar.{0,40}",
    "kommentar (?:verfassen|schreiben|hinterlassen|abgeben|abschicken|hinzufügen)",
    "hinterlasse? (?:einen|eine|ein) .{1,40}", "antworten? abbrechen",
    "antwort (?:hinterlassen|verfassen|schreiben)", "einen kommentar .{1,30}",
    "deine e-mail-?adresse wird nicht .{1,40}",
    "(?:die )?kommentare? (?:sind|ist|wurden?) (?:derzeit )?geschlossen",
    "kommentarfunktion .{1,40}", "(?:ältere|neuere) kommentare", "kommentieren", "mitdiskutieren",
    "diesen artikel kommentieren", "trage deine daten unten ein.*", "ergänzung abbrechen",
    "(?:zum kommentieren |bitte )?(?:einloggen|anmelden).{0,60}",
    "laisser? (?:un|une|votre) .{1,40}", "(?:ajouter|écrire|poster|publier) un commentaire.{0,40}",
    "votre adresse e?-?mail ne sera pas publiée", "annuler la réponse",
    "les commentaires sont fermés", "répondre à cet article", "réagir(?: à cet article)?",
    "deja(?:r)? (?:un|una|tu) .{1,40}",
    "(?:escribe|añade|agrega|envía|publica)r? (?:un|tu) comentario",
    "(?:tu|su) dirección de correo electrónico no será publicada", "cancelar (?:la )?respuesta",
    "comentarios cerrados", "haz un comentario", "lascia un (?:commento|tuo commento).{0,30}",
    "(?:il tuo )?indirizzo email non sarà pubblicato", "annulla risposta", "scrivi un commento",
    "i commenti sono chiusi",
    "(?:geef|plaats|laat|schrijf) (?:een|jouw|uw) (?:reactie|antwoord|bericht).{0,40}",
    "reactie annuleren", "antwoord annuleren", "je e-mailadres wordt niet .{1,40}",
    "deix[ea]r? (?:um|uma|seu) .{1,40}", "o seu endereço de email não será publicado",
    "cancelar resposta", "lämna ett svar", "skriv en kommentar", "legg igjen .{1,30}",
    "dodaj komentarz", "anuluj pisanie odpowiedzi", "добавить комментарий", "оставить комментарий",
    "bir (?:yorum|cevap) yaz.{0,20}", "napsat komentář",
)  # fmt: skip

# --- single lines around one comment ----------------------------------------------------------

#: Verbs that close an author line: "Mia says:", "Jonas schrieb am …:", "Ana dice:".
SAYS = (
    "says", "said", "wrote", "writes", "answered", "commented", "replied", "responded", "adds",
    "sagt",
    "sagte", "schreibt", "schrieb", "meint", "meinte", "kommentiert", "kommentierte", "antwortete",
    "dit", "a dit", "écrit", "a écrit", "dice", "dijo", "escribió", "comentó", "ha detto",
    "scrive", "ha scritto", "zegt", "schreef", "diz", "disse", "escreveu", "säger", "skriver",
    "skrev", "sier", "siger", "pisze", "napisał", "napisał\\(a\\)", "mówi", "пишет", "говорит",
    "a répondu", "répond", "respondió", "responde", "ha risposto", "risponde", "respondeu",
    "antwortet", "antwoordde", "svarade", "svarte", "svarede", "odpowiedział", "ответил",
    "ответила", "написала", "сказал", "написал", "diyor ki", "dedi ki", "říká",
    "szerint", "λέει", "diu",
)  # fmt: skip

#: Links and buttons under or beside a comment. A line that consists only of these is not text.
ACTIONS = (
    "reply", "replies", "log ?in to reply", "sign in to reply",
    "reply to (?:this )?(?:comment|[^ ]{1,30}(?: [^ ]{1,30}){0,2})", "reply directly", "respond",
    "quote", "like", "liked", "likes?", "unlike", "dislike",
    "report(?: (?:as )?(?:abuse|abusive|comment|spam|this))?", "report as abusive",
    "flag(?: (?:this )?(?:comment|as .{1,20}))?", "permalink", "permanent link", "link",
    "link to this comment", "edit", "delete", "share", "follow", "hide", "collapse", "expand",
    "show more", "read more", "upvote", "downvote", "vote up", "vote down", "recommend",
    "thumbs up", "helpful", "liked by .{1,30}", "awaiting moderation", "actions", "up", "rec",
    "via [a-z]{3,12}(?: app)?", "agree", "disagree", "loading", "parent", "context",
    "antwort(?:en)?", "beantworten", "auf diesen kommentar antworten", "zitieren", "zitat",
    "melden", "kommentar melden", "gefällt mir", "gefällt \\d+ (?:person|mal)", "liken",
    "permalien", "link zum kommentar", "direktlink", "bearbeiten", "teilen", "empfehlen",
    "antwort schreiben", "missbrauch melden", "répondre", "citer",
    "signaler(?: (?:un abus|ce commentaire))?", "j['’]aime", "responder", "contestar", "citar",
    "reportar", "denunciar", "me gusta", "rispondi", "segnala", "mi piace", "beantwoorden",
    "reageren?", "reageer", "beantwoord", "leuk", "melden", "curtir", "svara", "svar", "gilla",
    "svar på denne", "odpowiedz", "zgłoś", "ответить", "пожаловаться", "yanıtla", "cevapla",
    "odpovědět", "válasz", "απάντηση", "відповісти", "respon", "add a comment", "comment link",
    "view comment",
    "\\d{1,4} (?:likes?|points?|replies|reply|votes?|upvotes?|recommendations?|"
    "gefällt mir|antworten|réponses?|respuestas?)",
)  # fmt: skip

#: Lines that a page itself prints inside an item.
ITEM_NOISE = (
    "your comment is awaiting moderation", "this comment is awaiting moderation",
    "dein kommentar (?:muss noch|wartet).{0,60}", "author", "post author",
    "(?:article|site) author", "autor(?: des beitrags)?", "beitragsautor", "auteur", "autore",
    "admin", "moderator", "staff",
    "\\[(?:[0-9a-f]{4,16}|svg|img|image|avatar|gravatar|photo|icon)\\]", "at", "on", "um", "am",
    "says", "said", "verified (?:buyer|user|owner)", "top commenter", "guest", "gast", "avatar",
    "profile(?: photo| picture)?", "user avatar", ".{1,60}['’]s? avatar",
    ".{1,60}['’]s user avatar", "subscriber", "new member", "member", "display:",
    "twitter logo facebook logo", "sort: newest.{0,20}", ".{1,60}['’]s? picture",
    "inline feedbacks?", "view all comments",
    "(?:oldest|newest|most voted|sort by|order by)(?: first)?.{0,30}", "comment deleted",
    "advertisements?", "anzeige", "werbung", "publicité", "publicidad", "in reply to .{1,60}",
    "replying to .{1,60}", "reply to:? .{1,60}",
)  # fmt: skip

#: Words before the name of the comment that a comment answers.
IN_REPLY_TO = (
    "in reply to", "replying to", "replied to", "reply to", "in response to", "als antwort auf",
    "antwort auf", "antwortet", "en réponse à", "répond à", "en respuesta a", "respondiendo a",
    "in risposta a", "em resposta a", "als antwoord op", "in antwoord op", "reactie op",
    "w odpowiedzi na", "в ответ на", "som svar på", "svar till", "svar til", "yanıt olarak",
    "v odpovědi na", "у відповідь на",
)  # fmt: skip

#: Links that stand under teasers of other pages, not under comments.
TEASER_LINKS = (
    "(?:read|show|see|view|load|learn) more", "continue reading", "more", "share", "follow",
    "link", "weiterlesen", "mehr(?: lesen)?", "teilen", "lire la suite", "leer más", "continua",
    "lees (?:meer|verder)", "full story",
)  # fmt: skip

#: The name of a comment that the software of another site left.
PINGBACK = "(?:pingbacks?|trackbacks?|ping|rétrolien|retroenlace|пингбэк)"

#: Words between an author, a date and a time of day that belong to none of them.
CONNECTORS = (
    "on", "at", "by", "posted", "posted by", "posted on", "posted at", "submitted by",
    "comment by", "commented", "commented on", "written by", "written", "from", "added", "date",
    "published", "created", "am", "um", "vom", "von", "geschrieben", "geschrieben von",
    "verfasst von", "kommentar von", "erstellt", "den", "der", "le", "à", "par", "publié",
    "publié par", "posté par", "posté le", "el", "a las", "por", "publicado por", "il", "alle",
    "ore", "da", "op", "om", "door", "geplaatst", "em", "às", "kl", "kl.", "den", "av", "af",
    "uhr", "o", "dnia", "przez", "в", "от", "the", "in",
)  # fmt: skip


def _alternatives(words: tuple[str, ...]) -> str:
    """Join words into one alternation, longest first so that a shorter one never hides it."""
    return "|".join(sorted(words, key=len, reverse=True))


_COUNT = rf"(?P<count>\d{{1,6}}|\d{{1,3}}[.,]\d{{3}}|{_alternatives(tuple(NUMBER_WORDS))})"
_FOLLOW = rf"(?:{_alternatives(COUNT_FOLLOWERS)})\b.{{0,160}}|[„“\"«»:|→↓▼…].{{0,160}}"
_DECOR = r"[#*=>_{\s]{0,8}"

#: "This article has 32 comments.", "There are 4 responses".
_COUNT_LEAD = (
    r"(?:(?:this (?:post|article|entry|story|page) has|there (?:are|is)(?: currently)?|currently"
    r"|showing|displaying|dieser (?:artikel|beitrag) hat|es gibt|bisher|il y a|cet article a|hay"
    r"|esta entrada tiene|este artículo tiene|ci sono|er zijn|dit artikel heeft"
    r"|(?:post|leave|add|write) a (?:comment|reply)|view(?: all)?)\s)?"
)
#: "Comments (4)Add Comment", "There are 27 comments. Add yours."
_INVITE = r"(?:add|post|leave|write|join|jump|be|read|view)\s.{0,40}"
COUNT_HEADING = re.compile(
    rf"{_DECOR}{_COUNT_LEAD}{_COUNT}\s{{0,3}}(?:{_alternatives(COUNTED)})(?:\s*(?:{_FOLLOW})|[\s.!»*:#}}]{{0,6}}"
    rf"|\.?\s{{0,3}}{_INVITE}"
    rf"|\s{{0,3}}(?:no|\d{{1,4}}) ?(?:reactions?|trackbacks?|pingbacks?))?",
    re.IGNORECASE,
)
BARE_HEADING = re.compile(
    rf"{_DECOR}(?:{_alternatives(BARE_HEADINGS)})(?:\s{{0,2}}[(\[:]?\s{{0,2}}(?P<count>\d{{1,6}})"
    rf"\s?[)\]]?(?:\s{{0,2}}[/|].{{0,60}}|\s{{0,3}}{_INVITE})?)?[\s.!»*:#…}}]{{0,6}}",
    re.IGNORECASE,
)
#: "Comments on “Title”", "Responses to Title", "Kommentare zu „Titel“".
TITLED_HEADING = re.compile(
    r"[#*\s]{0,8}(?:comments?|responses?|repl(?:y|ies)|kommentare|antworten|commentaires|comentarios|"
    r"commenti|reacties) (?:on|to|for|about|zu|auf|sur|en|su|op) [“”\"'‘’„«].{1,160}",
    re.IGNORECASE,
)
#: "soundoff (78 Responses)", "Talkback (3 comments)".
NAMED_COUNT_HEADING = re.compile(
    r"[#*\s]{0,8}(?:sound ?off|talk ?back|feedback|discussion|reactions?|conversation|opinions?"
    rf"|forum|diskussion|debatte|débat|debate)\s{{0,2}}[(\[](?P<count>\d{{1,6}}) "
    rf"(?:{_alternatives(COUNTED)})[)\]]\s{{0,3}}",
    re.IGNORECASE,
)
NOT_HEADING = re.compile(rf"{_DECOR}(?:{_alternatives(NOT_HEADINGS)})\b.{{0,40}}", re.IGNORECASE)
END_MARKER = re.compile(
    rf"{_DECOR}(?:{_alternatives(END_MARKERS)})[\s.!:*»→↓]{{0,6}}", re.IGNORECASE
)
CLOSED = re.compile(
    r"(?:the )?comments?(?: to this (?:entry|post|article))? (?:are|is|have been)(?: now)? "
    r"(?:closed|disabled).{0,40}"
    r"|(?:die )?kommentare? (?:sind|ist) .{0,20}geschlossen.{0,20}|les commentaires sont fermés"
    r"|comentarios cerrados|i commenti sono chiusi",
    re.IGNORECASE,
)
END_PREFIX = re.compile(
    r"(?:your email address will not be published|your email is never|this site uses akismet|"
    r"you (?:may|can) use these html|leave a (?:reply|comment|response)|"
    r"required fields are marked|enter your information below|deine e-mail-?adresse|"
    r"votre adresse e?-?mail|je e-mailadres|tu dirección de correo|fill in your details)",
    re.IGNORECASE,
)
_ACTION_GAP = r"[\s\])(}#↓↑»«|·•.…:0-9/,-]{0,8}"
ACTION = re.compile(
    rf"[\[({{↳⤷►»«|·•/–—\s-]{{0,4}}(?:{_alternatives(ACTIONS)}){_ACTION_GAP}"
    rf"(?:(?:{_alternatives(ACTIONS)}){_ACTION_GAP}){{0,4}}",
    re.IGNORECASE,
)
#: Whether a line may end with an action: a quick check before the exact one.
ACTION_END = re.compile(
    rf"(?<!\w)(?:(?:{_alternatives(ACTIONS)}){_ACTION_GAP}){{1,4}}$", re.IGNORECASE
)
TEASER = re.compile(
    rf"[\s\[(«»]{{0,4}}(?:{_alternatives(TEASER_LINKS)})[\s\])»›→….:]{{0,6}}", re.IGNORECASE
)
NOISE = re.compile(rf"(?:{_alternatives(ITEM_NOISE)})[\s.:!]{{0,3}}", re.IGNORECASE)
SAYS_END = re.compile(
    rf"(?:^|\s)(?:{_alternatives(SAYS)})\s{{0,2}}(?P<colon>:|…|\.{{2,3}}|,)?$", re.IGNORECASE
)
#: "in reply to", between the name and the date of a comment.
IN_REPLY = re.compile(rf"(?<=\S)\s[(\[]?(?:{_alternatives(IN_REPLY_TO)})\s", re.IGNORECASE)
_REPLIES = re.compile(rf"(?<!\w)(?:{_alternatives(IN_REPLY_TO)})\s@?\S", re.IGNORECASE)
_DOTS = r"(?:\[(?:…|\.{3}|&#8230;)\]|\((?:…|\.{3})\))"
_EXCERPT = re.compile(rf"(?:https?://\S+\s+)?{_DOTS}.+{_DOTS}", re.DOTALL)
#: The longest excerpt that other software sends, in characters.
_MAX_EXCERPT = 1_000
PING_LINE = re.compile(rf"{PINGBACK}:\s", re.IGNORECASE)
PING = re.compile(rf"\s*{PINGBACK}(?:\s?:|\s(?:by|von|par|from|on)\b)", re.IGNORECASE)

CONNECTOR = rf"(?:{_alternatives(tuple(re.escape(word) for word in CONNECTORS))})"
#: Connectors and separators at either end of the remainder of an author line.
LEADING_CONNECTOR = re.compile(
    rf"[\s,;:.|/·•*–—@()\[\]#-]{{1,8}}|{CONNECTOR}(?=$|[\s:,])", re.IGNORECASE
)
TRAILING_CONNECTOR = re.compile(
    rf"(?:[\s,;:|/·•*–—@()\[\]#-]{{1,8}}|(?:^|(?<=\s)){CONNECTOR})$", re.IGNORECASE
)


def heading_count(line: str) -> int | None:
    """Return the number of comments that a heading line declares, or None."""
    if len(line) > MAX_PHRASE:
        return None
    for pattern in (COUNT_HEADING, BARE_HEADING, NAMED_COUNT_HEADING):
        found = pattern.fullmatch(line.strip())
        if found and found["count"]:
            raw = found["count"].lower()
            if raw in NUMBER_WORDS:
                return NUMBER_WORDS[raw]
            return int(raw.replace(".", "").replace(",", ""))
    return None


def is_heading(line: str) -> bool:
    """Whether a whole line opens a comment section."""
    line = line.strip()
    if not line or len(line) > MAX_PHRASE or NOT_HEADING.fullmatch(line):
        return False
    headings = (COUNT_HEADING, BARE_HEADING, TITLED_HEADING, NAMED_COUNT_HEADING)
    return any(pattern.fullmatch(line) for pattern in headings)


def is_end(line: str) -> bool:
    """Whether a whole line ends a comment section or belongs to the form under it."""
    line = line.strip()
    if not line:
        return False
    head = line[:MAX_PHRASE]
    return bool(END_PREFIX.match(head)) or (
        len(line) <= MAX_PHRASE and bool(END_MARKER.fullmatch(line))
    )


def is_closed(line: str) -> bool:
    """Whether a whole line says that comments are closed."""
    return len(line) <= MAX_PHRASE and bool(CLOSED.match(line.strip()))


def is_action(line: str) -> bool:
    """Whether a line consists of links and buttons only ("Reply", "[Reply]", "Gefällt mir")."""
    line = line.strip()
    return 0 < len(line) <= 60 and bool(ACTION.fullmatch(line))


def is_noise(line: str) -> bool:
    """Whether the page itself printed a line inside an item."""
    line = line.strip()
    return 0 < len(line) <= 90 and bool(NOISE.fullmatch(line))


def starts_reply(line: str) -> bool:
    """Whether a line says whom a comment answers ("in reply to Mia"), at its beginning or after."""
    return bool(_REPLIES.search(line[:MAX_PHRASE]))


def is_excerpt(text: str) -> bool:
    """Whether a text is an excerpt of another site's page: dots in brackets at both ends."""
    return bool(_EXCERPT.fullmatch(text.strip())) if len(text) <= _MAX_EXCERPT else False


def is_ping(text: str) -> bool:
    """Whether an item is a pingback or trackback from the software of another site."""
    return bool(PING.match(text[:MAX_PHRASE]))


#: Words of people who talk to each other, to be searched in a text in lower case, which is faster.
#: They are rare in lists of an article or of links.
TALK = re.compile(
    r"\b(?:i|i['’](?:m|d|ve|ll)|my|me|you|your|you['’]re|thanks?|thank you|thx|lol|imo|imho|agree"
    r"|disagree|great (?:post|article)|wow|yes|yeah|please|hi|hello|ich|mir|mich|mein\w{0,2}|du|ihr"
    r"|euch|danke|hallo|je|j['’]ai|moi|merci|bonjour|vous|yo|mi|gracias|hola|tú|usted|io|grazie"
    r"|ciao|ik|mij|bedankt|jij|eu|obrigad[oa]|jag|jeg|tack|takk|ja|я|мне|вы|спасибо)\b"
    r"|[!?]{2}|[:;]-?[)(d]|😀|😂|❤"
)


def is_teaser(line: str) -> bool:
    """Whether a line is a link to a longer text ("Read more »"), the end of a teaser."""
    line = line.strip()
    return 0 < len(line) <= 40 and bool(TEASER.fullmatch(line))
