"""The store's schema, as migrations of sqlite-utils, and the guards of the append-only record.

Three sorts of table: *record* (change, revision: append-only, held by triggers), *derived* (made again by
`leadup rebuild`), *working* (updated and deleted at will). Record tables only ever get ADD COLUMN: `transform()`
would drop their triggers silently, so every start checks that the triggers stand (`check`).
"""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path

from sqlite_utils import Database, Migrations

from schemas.errors import StoreUnreadable
from service.store import facets
from service.store.bandindexes import BANDS
from service.store.bands import band_of, band_retired
from service.store.database import connect

migrations = Migrations("leadup")

RECORD_TABLES = ("change", "revision")

_RECORD = """
CREATE TABLE change (
    change INTEGER PRIMARY KEY,
    sort TEXT NOT NULL CHECK (sort IN ('event', 'link', 'calendar', 'name')),
    subject TEXT NOT NULL,
    calendar TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    why TEXT
) STRICT;
CREATE TABLE revision (
    change INTEGER PRIMARY KEY REFERENCES change (change),
    subject TEXT NOT NULL,
    sequence INTEGER NOT NULL CHECK (sequence >= 0),
    known_on TEXT NOT NULL,
    state TEXT NOT NULL CHECK (json_valid(state)),
    sources TEXT NOT NULL CHECK (json_valid(sources)),
    replaces INTEGER,
    UNIQUE (subject, sequence)
) STRICT;
CREATE INDEX revision_by_known ON revision (subject, known_on, sequence);
CREATE INDEX change_by_sort ON change (sort, subject);
"""

_TAKEN = {
    "change": "SELECT 1 FROM change WHERE change = NEW.change",
    "revision": "SELECT 1 FROM revision WHERE change = NEW.change"
    " OR (subject = NEW.subject AND sequence = NEW.sequence)",
}

# `seen_to = 9007199254740991` stands as a literal: SQLite uses a partial index only where the query says the same.
_DERIVED = """
CREATE TABLE period (
    rectangle INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    revision INTEGER NOT NULL REFERENCES revision (change),
    known_from TEXT NOT NULL,
    known_to TEXT NOT NULL,
    seen_from INTEGER NOT NULL,
    seen_to INTEGER NOT NULL,
    starts_min TEXT NOT NULL,
    starts_max TEXT NOT NULL,
    ends_min TEXT NOT NULL,
    ends_max TEXT NOT NULL,
    calendar TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    wide INTEGER NOT NULL
) STRICT;
CREATE INDEX period_walk ON period
    (starts_min, subject, seen_to, known_to, known_from, seen_from, revision) WHERE wide = 0;
CREATE INDEX period_kind ON period
    (kind, starts_min, subject, seen_to, known_to, known_from, seen_from, revision) WHERE wide = 0;
CREATE INDEX period_wide ON period
    (starts_min, subject, seen_to, known_to, known_from, seen_from, revision) WHERE wide = 1;
CREATE INDEX period_open ON period (starts_min, subject, known_to, known_from, revision)
    WHERE wide = 0 AND seen_to = 9007199254740991;
CREATE INDEX period_open_kind ON period (kind, starts_min, subject, known_to, known_from, revision)
    WHERE wide = 0 AND seen_to = 9007199254740991;
CREATE INDEX period_open_wide ON period (starts_min, subject, known_to, known_from, revision)
    WHERE wide = 1 AND seen_to = 9007199254740991;
CREATE INDEX period_current ON period (starts_min, subject, revision)
    WHERE wide = 0 AND seen_to = 9007199254740991 AND known_to = '9999-12-31';
CREATE INDEX period_current_kind ON period (kind, starts_min, subject, revision)
    WHERE wide = 0 AND seen_to = 9007199254740991 AND known_to = '9999-12-31';
CREATE INDEX period_current_wide ON period (starts_min, subject, revision)
    WHERE wide = 1 AND seen_to = 9007199254740991 AND known_to = '9999-12-31';
CREATE INDEX period_subject ON period (subject, known_from);
CREATE INDEX period_known ON period (known_from, subject);
CREATE TABLE link_period (
    rectangle INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    revision INTEGER NOT NULL REFERENCES revision (change),
    known_from TEXT NOT NULL,
    known_to TEXT NOT NULL,
    seen_from INTEGER NOT NULL,
    seen_to INTEGER NOT NULL,
    from_event TEXT NOT NULL,
    to_event TEXT NOT NULL,
    rel TEXT NOT NULL,
    state TEXT NOT NULL
) STRICT;
CREATE INDEX link_period_from ON link_period (from_event, rel);
CREATE INDEX link_period_to ON link_period (to_event, rel);
CREATE INDEX link_period_subject ON link_period (subject, known_from);
CREATE TABLE facet (
    type TEXT NOT NULL,
    slug TEXT NOT NULL,
    revision INTEGER NOT NULL REFERENCES revision (change),
    PRIMARY KEY (revision, type, slug)
) STRICT, WITHOUT ROWID;
CREATE INDEX facet_by_slug ON facet (type, slug, revision);
CREATE TABLE horizon (
    calendar TEXT NOT NULL,
    known_on TEXT NOT NULL,
    change INTEGER NOT NULL,
    PRIMARY KEY (calendar, known_on)
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE search USING fts5 (
    title, names, note, content = '', tokenize = "unicode61 remove_diacritics 2"
);
CREATE TABLE feed_bytes (
    subject TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    vevent BLOB NOT NULL
) STRICT;
"""

_WORKING = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE token (
    name TEXT PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'write', 'admin')),
    created_at TEXT NOT NULL,
    revoked_at TEXT
) STRICT;
CREATE TABLE outbox (
    letter INTEGER PRIMARY KEY,
    matter TEXT NOT NULL,
    event TEXT NOT NULL,
    about TEXT NOT NULL,
    recipient TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    raised_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    leased_by TEXT,
    leased_until TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    delayed TEXT,
    sent_at TEXT,
    refused TEXT,
    UNIQUE (matter, event, about, recipient)
) STRICT;
CREATE INDEX outbox_waiting ON outbox (due_at) WHERE sent_at IS NULL AND refused IS NULL;
"""


@migrations()
def record_and_derived(db: Database) -> None:
    """The record with its triggers, what is derived from it, and the first working tables."""
    for script in (_RECORD, _DERIVED, _WORKING):
        for statement in script.strip().split(";\n"):
            db.conn.execute(statement)
    for statement in guards().values():
        db.conn.execute(statement)


@migrations()
def revisions_by_day_known(db: Database) -> None:
    """Whether anything is known later than a day is asked at every read."""
    db.conn.execute("CREATE INDEX revision_known ON revision (known_on)")


_TOKENS = (
    "ALTER TABLE token ADD COLUMN calendars TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(calendars))",
    "ALTER TABLE token ADD COLUMN created_by TEXT NOT NULL DEFAULT 'leadup'",
    "ALTER TABLE token ADD COLUMN expires_at TEXT",
    "ALTER TABLE token ADD COLUMN last_used_at TEXT",
)


@migrations()
def tokens_with_limits(db: Database) -> None:
    """What a token is limited to, until when, by whom it was made and when it was last used."""
    for statement in _TOKENS:
        db.conn.execute(statement)


_IDEMPOTENCY = (
    """CREATE TABLE idempotency (
    token TEXT NOT NULL,
    path TEXT NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    kept_at TEXT NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL CHECK (json_valid(headers)),
    body BLOB NOT NULL,
    PRIMARY KEY (token, path, key)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX idempotency_by_age ON idempotency (kept_at)",
)


@migrations()
def answers_kept(db: Database) -> None:
    """Answers kept under the keys that clients gave, for a day."""
    for statement in _IDEMPOTENCY:
        db.conn.execute(statement)


_FEED = """CREATE TABLE feed (
    slug TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    query TEXT NOT NULL,
    owner TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT"""


@migrations()
def saved_queries(db: Database) -> None:
    """Queries kept under a name and published as feeds."""
    db.conn.execute(_FEED)


# In a table WITHOUT ROWID the key's columns come first, in the key's order: in any other the quick check of SQLite 3.40
# finds NULLs that are not there.
_FACETS = """
DROP TABLE facet;
CREATE TABLE facet (
    revision INTEGER NOT NULL REFERENCES revision (change),
    type TEXT NOT NULL,
    slug TEXT NOT NULL,
    PRIMARY KEY (revision, type, slug)
) STRICT, WITHOUT ROWID;
CREATE INDEX facet_by_slug ON facet (type, slug, revision);
CREATE INDEX period_revision ON period (revision)
"""


@migrations()
def facets_by_key(db: Database) -> None:
    """Facets are the keys of the names that an event's state bears, and full text is of what it says; both took in
    what the register learnt later. What bears a name is sought by revision."""
    for statement in _FACETS.strip().split(";\n"):
        db.conn.execute(statement)
    facets.index_all(db.conn)


@migrations()
def bands_instead_of_wide(db: Database) -> None:
    """Every rectangle in a band, and the furthest day known through each change: pages of old days are cheap."""
    db.conn.create_function("band_of", 5, band_of, deterministic=True)
    db.conn.create_function("band_retired", 3, band_retired, deterministic=True)
    for statement in BANDS.strip().rstrip(";").split(";\n"):
        db.conn.execute(statement)


@migrations()
def links_by_day(db: Database) -> None:
    """Links in the order in which they became known, for lists of them."""
    db.conn.execute("CREATE INDEX link_period_walk ON link_period (known_from, subject)")


_IMPORTS = """
CREATE TABLE import (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT,
    format TEXT NOT NULL,
    octets INTEGER NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    partial INTEGER NOT NULL,
    notify INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    first_change INTEGER,
    last_change INTEGER,
    items TEXT NOT NULL CHECK (json_valid(items)),
    passed_over TEXT NOT NULL CHECK (json_valid(passed_over))
) STRICT;
CREATE TABLE import_key (
    calendar TEXT NOT NULL,
    key TEXT NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (calendar, key)
) STRICT, WITHOUT ROWID;
"""


@migrations()
def imports_and_their_keys(db: Database) -> None:
    """What was imported when, and which event each line without an id became."""
    for statement in _IMPORTS.strip().split(";\n"):
        db.conn.execute(statement)


_FOLLOWED = """
CREATE TABLE followed (
    origin TEXT NOT NULL,
    subject TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    change INTEGER NOT NULL,
    ours TEXT,
    our_sequence INTEGER,
    waiting TEXT CHECK (waiting IS NULL OR json_valid(waiting)),
    PRIMARY KEY (origin, subject, sequence)
) STRICT, WITHOUT ROWID
"""


@migrations()
def what_was_followed(db: Database) -> None:
    """Which revision here stands for which of another instance, and what of theirs waits since it clashes."""
    db.conn.execute(_FOLLOWED)


@migrations()
def words_folded_and_sayers(db: Database) -> None:
    """Full text keeps folded words, Chinese characters each by itself, and dates can be found by who gave them."""
    facets.index_all(db.conn)


# Each of the first two has a condition that is always true: a partial index is used only where a query says the same,
# so that no other query leaves its own index for it.
_ONE_CALENDAR = """
CREATE INDEX period_newest ON period (calendar, known_from, seen_to, seen_from, status) WHERE calendar <> '';
CREATE INDEX change_by_calendar ON change (calendar, change) WHERE calendar <> '';
CREATE INDEX revision_replacing ON revision (subject, replaces) WHERE replaces IS NOT NULL;
CREATE INDEX followed_here ON followed (origin, ours)
"""


@migrations()
def what_one_calendar_holds(db: Database) -> None:
    """The newest day and the log of one calendar without walking past the others, what replaces a revision, and what
    stands for a record of another instance."""
    for statement in _ONE_CALENDAR.strip().split(";\n"):
        db.conn.execute(statement)


_FEED_ADDRESS = (
    """CREATE TABLE feed_address (
    id TEXT PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    feed TEXT NOT NULL,
    token TEXT NOT NULL REFERENCES token (name),
    created_at TEXT NOT NULL,
    last_used_at TEXT
) STRICT""",
    "CREATE INDEX feed_address_by_feed ON feed_address (feed, token)",
)


@migrations()
def private_addresses(db: Database) -> None:
    """Addresses of feeds for programs that can send no token."""
    for statement in _FEED_ADDRESS:
        db.conn.execute(statement)


_SUBSCRIPTIONS = """
DROP TABLE outbox;
CREATE TABLE subscription (
    id TEXT PRIMARY KEY,
    email TEXT,
    mailbox TEXT,
    calendar TEXT NOT NULL,
    choices TEXT NOT NULL CHECK (json_valid(choices)),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'active', 'paused', 'ended')),
    created_at TEXT NOT NULL,
    confirmed_at TEXT,
    ended_at TEXT,
    paused_why TEXT
) STRICT;
CREATE INDEX subscription_mailbox ON subscription (mailbox);
CREATE INDEX subscription_active ON subscription (calendar) WHERE state = 'active';
CREATE TABLE outbox (
    letter INTEGER PRIMARY KEY,
    subscription TEXT NOT NULL REFERENCES subscription (id),
    event TEXT NOT NULL,
    matter TEXT NOT NULL,
    about TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'refused', 'given up', 'dropped')),
    raised_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    leased_by TEXT,
    leased_until TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    told INTEGER,
    settled_at TEXT,
    said TEXT,
    UNIQUE (subscription, event, matter, about)
) STRICT;
CREATE INDEX outbox_waiting ON outbox (due_at) WHERE state = 'waiting';
CREATE INDEX outbox_leased ON outbox (leased_by) WHERE leased_by IS NOT NULL;
CREATE INDEX outbox_event ON outbox (event);
CREATE INDEX outbox_state ON outbox (state, settled_at);
CREATE TABLE attempt (
    letter INTEGER NOT NULL REFERENCES outbox (letter),
    at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    said TEXT
) STRICT;
CREATE INDEX attempt_of_letter ON attempt (letter);
"""


@migrations()
def subscriptions_and_their_letters(db: Database) -> None:
    """Who wants to be told of what, the letters owed to them, every try; and a secret to sign links with. Letters that
    waited for addresses set from outside are owed no more."""
    for statement in _SUBSCRIPTIONS.strip().split(";\n"):
        db.conn.execute(statement)
    db.conn.execute("INSERT INTO fact (name, value) VALUES ('link_secret', ?)", (secrets.token_urlsafe(32),))


_INBOX = """
CREATE TABLE inbox_address (
    url TEXT PRIMARY KEY,
    title TEXT,
    etag TEXT,
    last_modified TEXT,
    moved_to TEXT,
    asked_at TEXT,
    answered_at TEXT,
    newest_at TEXT,
    failing_since TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    said TEXT,
    next_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE headline (
    number INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    id_digest TEXT,
    address TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT NOT NULL,
    published TEXT,
    fetched_at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'recorded', 'dismissed', 'forgotten')),
    settled_by TEXT,
    settled_at TEXT,
    event TEXT
) STRICT;
CREATE UNIQUE INDEX headline_by_id ON headline (id_digest) WHERE id_digest IS NOT NULL;
CREATE INDEX headline_by_state ON headline (state, fetched_at) WHERE state <> 'forgotten'
"""


@migrations()
def headlines_and_their_addresses(db: Database) -> None:
    """The headlines that wait to be recorded or dismissed, and how the addresses stand that they are read from."""
    for statement in _INBOX.strip().split(";\n"):
        db.conn.execute(statement)


@migrations()
def paused_subscriptions(db: Database) -> None:
    """Which subscriptions are paused, found without walking past those that ended."""
    db.conn.execute("CREATE INDEX subscription_paused ON subscription (calendar, id) WHERE state = 'paused'")


@migrations()
def beats_beside_the_store(db: Database) -> None:
    """The clock says in files beside the store that it runs; what it said here is old."""
    db.conn.execute("DELETE FROM fact WHERE name IN ('clock_beat', 'clock_next_tick')")


@migrations()
def days_on_which_letters_went(db: Database) -> None:
    """The day that was set (LEADUP_TODAY) when a letter went: when that was by the machine's clock says another."""
    db.conn.execute("ALTER TABLE outbox ADD COLUMN set_day TEXT")


@migrations()
def waits_that_addresses_ask_for(db: Database) -> None:
    """Until when an address of the inbox asked to be left alone; and no instants of years that were written short,
    which nothing reads."""
    db.conn.execute("ALTER TABLE inbox_address ADD COLUMN wait_until TEXT")
    db.conn.execute("UPDATE inbox_address SET newest_at = NULL WHERE newest_at NOT GLOB '[12][0-9][0-9][0-9]-*'")
    db.conn.execute("UPDATE headline SET published = NULL WHERE published NOT GLOB '[12][0-9][0-9][0-9]-*'")


def guards() -> dict[str, str]:
    """The triggers that keep the record append-only, by name.

    The third sort is needed since `INSERT OR REPLACE` deletes without firing BEFORE DELETE's refusal in every setting.
    """
    statements = {}
    for table in RECORD_TABLES:
        refuse = f"BEGIN SELECT RAISE(ABORT, 'the record is append-only: {table}'); END"
        statements[f"{table}_no_update"] = f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}"
        statements[f"{table}_no_delete"] = f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}"
        statements[f"{table}_no_replace"] = (
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS ({_TAKEN[table]}) {refuse}"
        )
    return statements


def migrate(path: Path) -> list[str]:
    """Bring the store at `path` up to date, making it if need be; the names of the migrations applied."""
    path.parent.mkdir(parents=True, exist_ok=True)
    conn = connect(path)
    try:
        db = Database(conn)
        names = [migration.name for migration in migrations.pending(db)]
        if names:
            migrations.apply(db)
        check(conn)
    finally:
        conn.close()
    return names


def check(conn: sqlite3.Connection) -> None:
    """Raise StoreUnreadable unless every migration is applied and every guard of the record stands as written here."""
    pending = [migration.name for migration in migrations.pending(Database(conn))]
    if pending:
        raise StoreUnreadable(f"The store lacks {len(pending)} migration(s): run `leadup migrate`.", pending=pending)
    found = dict(conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
    for name, statement in guards().items():
        if found.get(name) != statement:
            raise StoreUnreadable(f"The store's guard {name} is missing or changed: restore the store from a backup.")
