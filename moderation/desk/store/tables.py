"""The tables of a desk's store, as the steps that lead from each version to the next.

A new file takes all steps. An older file takes those that it lacks, when it is opened. A step that
has been released is never changed: what comes later is a step of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

_FIRST = """
CREATE TABLE articles (
    place INTEGER PRIMARY KEY,
    article TEXT NOT NULL UNIQUE,
    id TEXT,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    url TEXT
);
CREATE TABLE items (
    place INTEGER PRIMARY KEY,
    item TEXT NOT NULL UNIQUE,
    id TEXT NOT NULL,
    text TEXT NOT NULL,
    author TEXT,
    published TEXT,
    article TEXT REFERENCES articles (article),
    parent TEXT,
    parent_id TEXT,
    copies INTEGER NOT NULL,
    source TEXT NOT NULL,
    hostility REAL,
    off_topic REAL,
    proposal TEXT NOT NULL,
    model TEXT NOT NULL,
    drawn INTEGER NOT NULL,
    tier INTEGER,
    need REAL NOT NULL,
    state TEXT NOT NULL DEFAULT 'open',
    last INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX items_queue ON items (state, tier, need, article, place, item);
CREATE INDEX items_article ON items (article);
CREATE INDEX items_author ON items (author);
CREATE INDEX items_id ON items (id);
CREATE TABLE decisions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    item TEXT NOT NULL REFERENCES items (item),
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    reason TEXT,
    note TEXT,
    at TEXT NOT NULL,
    proposal TEXT NOT NULL,
    hostility REAL,
    off_topic REAL,
    model TEXT NOT NULL,
    blind INTEGER NOT NULL,
    seconds REAL,
    withdraws INTEGER UNIQUE REFERENCES decisions (seq)
);
CREATE INDEX decisions_item ON decisions (item);
CREATE INDEX decisions_who ON decisions (who);
CREATE TRIGGER decisions_stay BEFORE UPDATE ON decisions
BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;
CREATE TRIGGER decisions_remain BEFORE DELETE ON decisions
BEGIN SELECT RAISE(ABORT, 'a decision is never deleted'); END;
CREATE TABLE leases (
    item TEXT PRIMARY KEY REFERENCES items (item),
    who TEXT NOT NULL,
    since REAL NOT NULL,
    until REAL NOT NULL
);
CREATE TABLE secrets (secret BLOB NOT NULL);
"""

# What a platform says about a comment: the holder of the key that sent it, the platform's number of
# its text, its section and its address. `last` orders what was decided.
_FROM_PLATFORMS = """
ALTER TABLE items ADD COLUMN client TEXT;
ALTER TABLE items ADD COLUMN revision TEXT;
ALTER TABLE items ADD COLUMN section TEXT;
ALTER TABLE items ADD COLUMN url TEXT;
CREATE INDEX items_last ON items (last);
"""

# The reader that found a comment, if its id is the platform's own. Null also for what an earlier
# version has read.
_ORIGIN = "ALTER TABLE items ADD COLUMN origin TEXT;\n"

# What orders, filters and groups the queue. `at` is when a comment was written, and `shelf` is the
# place of its article. `alike` is the place of the first comment with nearly the same text; the
# keys and samples of that first one are kept, and those of its copies are not. `bulk` is the number
# of the first of the lines that were written together.
_QUEUE = """
ALTER TABLE items ADD COLUMN at REAL NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN timed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN shelf INTEGER NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN reason TEXT;
ALTER TABLE items ADD COLUMN alike INTEGER;
ALTER TABLE decisions ADD COLUMN bulk INTEGER;
UPDATE items SET
    at = CAST(COALESCE(strftime('%s', published), strftime('%s', 'now')) AS REAL),
    shelf = COALESCE((SELECT a.place FROM articles a WHERE a.article = items.article), 0),
    reason = (SELECT d.reason FROM decisions d WHERE d.item = items.item AND d.what = 'reject'
        AND items.state = 'reject' AND NOT EXISTS
            (SELECT 1 FROM decisions u WHERE u.withdraws = d.seq)
        ORDER BY d.seq DESC LIMIT 1);
DROP INDEX items_queue;
DROP INDEX items_author;
DROP INDEX items_article;
CREATE INDEX items_queue ON items (state, tier, shelf, place, at, alike, item);
CREATE INDEX items_need ON items (state, tier, need DESC, place, at, alike, item);
CREATE INDEX items_age ON items (state, tier, at);
CREATE INDEX items_section ON items (section, state, tier, shelf, place);
CREATE INDEX items_author ON items (author, state, tier, shelf, place);
CREATE INDEX items_author_last ON items (author, last);
CREATE INDEX items_thread ON items (article, parent_id, place);
CREATE INDEX items_reason ON items (reason, state, last) WHERE reason IS NOT NULL;
CREATE INDEX items_alike ON items (alike, state, tier) WHERE alike IS NOT NULL;
CREATE TABLE copy_keys (
    key INTEGER NOT NULL,
    lead INTEGER NOT NULL,
    PRIMARY KEY (key, lead)
) WITHOUT ROWID;
CREATE TABLE copy_leads (
    lead INTEGER PRIMARY KEY,
    letters INTEGER NOT NULL,
    samples BLOB NOT NULL
);
CREATE INDEX decisions_skips ON decisions (who, item, seq) WHERE what = 'skip';
CREATE INDEX decisions_bulk ON decisions (bulk) WHERE bulk IS NOT NULL;
"""

# Second looks that are asked of somebody, appeals, and what is left when a comment is forgotten.
# `erasing` holds a line only within a transaction that erases: its reference leads nowhere, so no
# such transaction ends before the line is deleted. Without the line, no decision changes at all.
_PEOPLE = """
CREATE TABLE appeals (
    appeal INTEGER PRIMARY KEY AUTOINCREMENT,
    item TEXT NOT NULL REFERENCES items (item),
    text TEXT NOT NULL,
    author TEXT,
    at TEXT,
    entered_at TEXT NOT NULL,
    entered_by TEXT NOT NULL
);
CREATE INDEX appeals_item ON appeals (item);
ALTER TABLE decisions ADD COLUMN asked TEXT;
ALTER TABLE decisions ADD COLUMN appeal INTEGER REFERENCES appeals (appeal);
ALTER TABLE decisions ADD COLUMN answer TEXT;
CREATE INDEX decisions_asked ON decisions (asked) WHERE asked IS NOT NULL;
CREATE INDEX decisions_appeal ON decisions (appeal) WHERE appeal IS NOT NULL;
CREATE TABLE erasures (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    rule TEXT NOT NULL,
    comments INTEGER NOT NULL,
    copies INTEGER NOT NULL,
    notes INTEGER NOT NULL
);
CREATE TABLE forgotten (digest TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE erasing (
    ends INTEGER NOT NULL REFERENCES erasures (seq) DEFERRABLE INITIALLY DEFERRED
);
DROP TRIGGER decisions_stay;
CREATE TRIGGER decisions_stay BEFORE UPDATE ON decisions
WHEN NOT EXISTS (SELECT 1 FROM erasing)
BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;
CREATE TRIGGER decisions_stand BEFORE UPDATE OF seq, who, what, reason, at, proposal, hostility,
    off_topic, model, blind, seconds, withdraws, asked, appeal ON decisions
BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;
CREATE TRIGGER decisions_say_no_more BEFORE UPDATE OF note, answer ON decisions
WHEN NEW.note IS NOT NULL AND NEW.note IS NOT OLD.note
    OR NEW.answer IS NOT NULL AND NEW.answer IS NOT OLD.answer
BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;
CREATE TRIGGER appeals_stay BEFORE UPDATE ON appeals
WHEN NOT EXISTS (SELECT 1 FROM erasing)
BEGIN SELECT RAISE(ABORT, 'an appeal is never changed'); END;
CREATE TRIGGER appeals_remain BEFORE DELETE ON appeals
BEGIN SELECT RAISE(ABORT, 'an appeal is never deleted'); END;
CREATE TRIGGER erasures_stay BEFORE UPDATE ON erasures
BEGIN SELECT RAISE(ABORT, 'an erasure is never changed'); END;
CREATE TRIGGER erasures_remain BEFORE DELETE ON erasures
BEGIN SELECT RAISE(ABORT, 'an erasure is never deleted'); END;
"""

# An article that changes has another edition. A score stands for the edition beside which it was
# made. `named` is how the input calls a comment, which its replies refer to.
_EDITIONS = """
ALTER TABLE articles ADD COLUMN edition INTEGER NOT NULL DEFAULT 1;
ALTER TABLE items ADD COLUMN edition INTEGER NOT NULL DEFAULT 1;
ALTER TABLE items ADD COLUMN named TEXT;
UPDATE items SET named = id;
CREATE INDEX items_named ON items (article, named, place);
"""

# Which text of a comment was read last: an author may restore an earlier one.
_READ = """
ALTER TABLE items ADD COLUMN read INTEGER NOT NULL DEFAULT 0;
UPDATE items SET read = place;
CREATE INDEX items_read ON items (read);
"""

# The version of a store is the number of steps that it has taken.
_STEPS = (_FIRST, _FROM_PLATFORMS, _ORIGIN, _QUEUE, _PEOPLE, _EDITIONS, _READ)

#: The version of a store that has taken every step.
VERSION = len(_STEPS)


def upgrade(connection: sqlite3.Connection, version: int) -> None:
    """Take the steps that a store of the given version lacks.

    Parameters
    ----------
    connection
        A connection with an open transaction.
    version
        The version of the store; 0 for an empty file.
    """
    for step in _STEPS[version:]:
        for statement in _statements(step):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version={max(version, VERSION)}")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines():
        statement += f"{line}\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
