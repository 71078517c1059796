-- Everything that must survive: what happened, in order, and what follows from it for whoever asks.

-- The journal is the truth. Each line is one event as the book saw it, and the facts that followed.
CREATE TABLE journal (
  sequence INTEGER PRIMARY KEY,
  session TEXT NOT NULL,
  time INTEGER NOT NULL,
  kind TEXT NOT NULL,
  event TEXT NOT NULL,
  facts TEXT NOT NULL
) STRICT;
CREATE INDEX journal_by_session ON journal (session, sequence);

CREATE VIEW audits AS SELECT sequence, session, time, facts FROM journal;

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  date TEXT NOT NULL,
  underlying TEXT NOT NULL,
  source TEXT NOT NULL,
  opened_at INTEGER NOT NULL
) STRICT;

-- The latest state of every decision, with its full context.
CREATE TABLE decisions (
  id TEXT PRIMARY KEY,
  session TEXT NOT NULL,
  number INTEGER NOT NULL,
  date TEXT NOT NULL,
  time INTEGER NOT NULL,
  action TEXT NOT NULL,
  status TEXT NOT NULL,
  net REAL,
  decision TEXT NOT NULL
) STRICT;
CREATE INDEX decisions_by_time ON decisions (time);

CREATE TABLE feedback (
  sequence INTEGER NOT NULL,
  decision TEXT NOT NULL,
  time INTEGER NOT NULL,
  kind TEXT NOT NULL,
  reason TEXT,
  comment TEXT,
  edits TEXT,
  rating INTEGER
) STRICT;

-- The trader's preference after each answer, with what it means in words.
CREATE TABLE preferences (
  sequence INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  answers INTEGER NOT NULL,
  decision TEXT NOT NULL,
  kind TEXT NOT NULL
) STRICT;

-- Moments that were decided on, as vectors, and how each ended.
CREATE TABLE situations (
  decision TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  date TEXT NOT NULL,
  time INTEGER NOT NULL,
  vector BLOB NOT NULL,
  action TEXT NOT NULL,
  answer TEXT NOT NULL,
  net REAL NOT NULL
) STRICT;

-- How actions have gone by hour and regime.
CREATE TABLE market_patterns (
  action TEXT NOT NULL,
  hour INTEGER NOT NULL,
  regime TEXT NOT NULL,
  ended INTEGER NOT NULL,
  won INTEGER NOT NULL,
  net REAL NOT NULL,
  PRIMARY KEY (action, hour, regime)
) STRICT;

-- What a session left behind, by name: its profit curve, lockouts, alerts.
CREATE TABLE session_memory (
  session TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  kind TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (session, sequence, kind)
) STRICT;

-- The ledger. Lines are only ever added.
CREATE TABLE order_log (
  sequence INTEGER NOT NULL,
  order_id TEXT NOT NULL,
  time INTEGER NOT NULL,
  status TEXT NOT NULL,
  purpose TEXT NOT NULL,
  content TEXT NOT NULL
) STRICT;
CREATE TABLE fill_log (
  id TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL,
  order_id TEXT NOT NULL,
  time INTEGER NOT NULL,
  quantity INTEGER NOT NULL,
  net REAL NOT NULL,
  content TEXT NOT NULL
) STRICT;
CREATE TABLE fee_log (
  fill TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL,
  time INTEGER NOT NULL,
  amount REAL NOT NULL
) STRICT;
CREATE TABLE position_log (
  sequence INTEGER NOT NULL,
  decision TEXT NOT NULL,
  time INTEGER NOT NULL,
  quantity INTEGER NOT NULL,
  realised REAL NOT NULL,
  content TEXT NOT NULL
) STRICT;

CREATE TRIGGER journal_keeps BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_stays BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER orders_keep BEFORE UPDATE ON order_log BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER orders_stay BEFORE DELETE ON order_log BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER fills_keep BEFORE UPDATE ON fill_log BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER fills_stay BEFORE DELETE ON fill_log BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER fees_keep BEFORE UPDATE ON fee_log BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER fees_stay BEFORE DELETE ON fee_log BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER positions_keep BEFORE UPDATE ON position_log BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER positions_stay BEFORE DELETE ON position_log BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- How the panels of the window were arranged, by display.
CREATE TABLE layouts (
  display TEXT PRIMARY KEY,
  layout TEXT NOT NULL
) STRICT;
