"""The store: an append-only record in SQLite, and what follows from it. The only room of sqlite3 and sqlite_utils."""
