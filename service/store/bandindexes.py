"""The indexes that walks are ranges of, as the statements of the migration that brought them.

A partial index is used only where a query says its condition in the same words: `walks` does. `_walk` indexes hold all
rectangles, `_open` ones those no change has closed, `_current` ones the state known last.
"""

BANDS = """
DROP INDEX period_walk;
DROP INDEX period_kind;
DROP INDEX period_wide;
DROP INDEX period_open;
DROP INDEX period_open_kind;
DROP INDEX period_open_wide;
DROP INDEX period_current;
DROP INDEX period_current_kind;
DROP INDEX period_current_wide;
ALTER TABLE period RENAME COLUMN wide TO band;
UPDATE period SET band = band_of(starts_min, ends_max, known_from, known_to, status);
UPDATE period SET band = band_retired(band, seen_from, seen_to) WHERE seen_to < 9007199254740991;
CREATE INDEX period_walk ON period
    (starts_min, subject, seen_to, known_to, known_from, seen_from, revision) WHERE band < 100;
CREATE INDEX period_walk_kind ON period
    (kind, starts_min, subject, seen_to, known_to, known_from, seen_from, revision) WHERE band < 100;
CREATE INDEX period_walk_band ON period
    (band, starts_min, subject, seen_to, known_to, known_from, seen_from, revision) WHERE band > 0;
CREATE INDEX period_walk_band_kind ON period
    (kind, band, starts_min, subject, seen_to, known_to, known_from, seen_from, revision) WHERE band > 0;
CREATE INDEX period_open ON period (starts_min, subject, known_to, known_from, revision)
    WHERE seen_to = 9007199254740991 AND band < 100;
CREATE INDEX period_open_kind ON period (kind, starts_min, subject, known_to, known_from, revision)
    WHERE seen_to = 9007199254740991 AND band < 100;
CREATE INDEX period_open_band ON period (band, starts_min, subject, known_to, known_from, revision)
    WHERE seen_to = 9007199254740991 AND band > 0;
CREATE INDEX period_open_band_kind ON period (kind, band, starts_min, subject, known_to, known_from, revision)
    WHERE seen_to = 9007199254740991 AND band > 0;
CREATE INDEX period_current ON period (starts_min, subject, revision)
    WHERE seen_to = 9007199254740991 AND known_to = '9999-12-31' AND band < 100;
CREATE INDEX period_current_kind ON period (kind, starts_min, subject, revision)
    WHERE seen_to = 9007199254740991 AND known_to = '9999-12-31' AND band < 100;
CREATE INDEX period_current_long ON period (starts_min, subject, revision)
    WHERE seen_to = 9007199254740991 AND known_to = '9999-12-31' AND band BETWEEN 100 AND 299;
CREATE INDEX period_current_ahead ON period (starts_min, subject, revision)
    WHERE seen_to = 9007199254740991 AND known_to = '9999-12-31' AND status IN ('expected', 'announced');
CREATE INDEX period_fleeting ON period (band, known_from, known_to, starts_min) WHERE band BETWEEN 200 AND 249;
CREATE INDEX period_retired ON period (band, seen_from, seen_to, starts_min) WHERE band BETWEEN 250 AND 299;
CREATE TABLE reach (change INTEGER PRIMARY KEY, known_on TEXT NOT NULL) STRICT;
INSERT INTO reach (change, known_on) SELECT change, known_on FROM (
    SELECT change.change, known_on, MAX(known_on) OVER (
        ORDER BY change.change ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM revision JOIN change ON change.change = revision.change WHERE change.sort = 'event')
    WHERE before IS NULL OR known_on > before;
"""
