-- What the code assistant remembers. Files and functions can be read again; choices, changes and reports cannot.
CREATE TABLE folders (
  path TEXT PRIMARY KEY,
  added_at INTEGER NOT NULL,
  indexed_at INTEGER
) STRICT;

CREATE TABLE files (
  id INTEGER PRIMARY KEY,
  folder TEXT NOT NULL REFERENCES folders (path) ON DELETE CASCADE,
  path TEXT NOT NULL UNIQUE,
  language TEXT NOT NULL,
  -- Digest of the bytes, and what the file system said when they were read
  digest TEXT NOT NULL,
  size INTEGER NOT NULL,
  modified_at REAL NOT NULL,
  imports TEXT NOT NULL,
  -- JSON array of [what is called, line, texts of the arguments]: written far more often than asked for, so not rows of their own
  call_sites TEXT NOT NULL,
  problem TEXT
) STRICT;

CREATE TABLE functions (
  -- Never given twice: a function of the same number has the same text, in whatever process it is known
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  file INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  first_line INTEGER NOT NULL,
  last_line INTEGER NOT NULL,
  signature TEXT NOT NULL,
  docstring TEXT NOT NULL,
  source TEXT NOT NULL,
  -- JSON arrays
  parameters TEXT NOT NULL,
  calls TEXT NOT NULL,
  -- Of everything but the lines
  digest TEXT NOT NULL
) STRICT;
CREATE INDEX functions_by_file ON functions (file);

CREATE TABLE requests (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  text TEXT NOT NULL,
  outcome TEXT NOT NULL
) STRICT;

-- Reports of optimising, reviewing and of nights, whole, as JSON of the contract's types
CREATE TABLE reports (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('optimise', 'review', 'night')),
  report TEXT NOT NULL
) STRICT;

CREATE TABLE cards (
  id TEXT PRIMARY KEY,
  report TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
  card TEXT NOT NULL
) STRICT;

-- Every answer to a card; `shown` are the features of all cards that stood in the list, so that a choice can be learned from
CREATE TABLE choices (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('applied', 'edited', 'refused', 'undone')),
  card TEXT NOT NULL,
  place TEXT NOT NULL,
  title TEXT NOT NULL,
  reason TEXT,
  features TEXT NOT NULL,
  shown TEXT NOT NULL
) STRICT;

CREATE INDEX choices_by_place ON choices (json_extract(place, '$.file'), json_extract(place, '$.function'));

-- What was written into files, so that it can be undone: the texts before and after
CREATE TABLE changes (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  card TEXT,
  file TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('begun', 'applied', 'undone', 'abandoned')),
  -- The process that writes it: what one is still writing no other one settles
  process INTEGER NOT NULL
) STRICT;

-- Patterns that he deleted; they are not found again from the choices made until then
CREATE TABLE forgotten_patterns (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE kept (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL,
  at INTEGER NOT NULL
) STRICT;
