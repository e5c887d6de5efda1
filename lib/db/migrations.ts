/**
 * The database's schema as ordered steps. Append only: a step that was released never changes. A step adds tables and
 * columns, and a column that it adds may be null or has a default: in other tabs a page of an older version goes on
 * reading and writing the same database.
 */
import { ModelError } from '../errors';
import type { SqlDatabase } from '../platform/types';

const STEPS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE setting (
      name TEXT PRIMARY KEY NOT NULL,
      value TEXT NOT NULL
    ) STRICT`,
    `CREATE TABLE downloaded_model (
      model_id TEXT PRIMARY KEY NOT NULL,
      downloaded_at INTEGER NOT NULL,
      pte_path TEXT NOT NULL,
      tokenizer_path TEXT,
      tokenizer_config_path TEXT,
      size_bytes INTEGER NOT NULL
    ) STRICT`,
  ],
  [
    `CREATE TABLE load_measurement (
      model_id TEXT PRIMARY KEY NOT NULL,
      context_tokens INTEGER NOT NULL,
      memory_bytes INTEGER,
      load_ms REAL NOT NULL,
      loaded_at INTEGER NOT NULL
    ) STRICT`,
    // Null stands for the value that the model recommends.
    `CREATE TABLE generation_choice (
      model_id TEXT PRIMARY KEY NOT NULL,
      system_prompt TEXT,
      temperature REAL,
      top_p REAL,
      max_tokens INTEGER,
      context_tokens INTEGER,
      thinking INTEGER
    ) STRICT`,
    // Rows of removed models stay, too: they show how fast this device is.
    `CREATE TABLE benchmark (
      benchmark_id INTEGER PRIMARY KEY,
      model_id TEXT NOT NULL,
      kind TEXT NOT NULL,
      measured_at INTEGER NOT NULL,
      device_name TEXT NOT NULL,
      backend TEXT NOT NULL,
      engine_name TEXT NOT NULL,
      engine_version TEXT NOT NULL,
      context_tokens INTEGER NOT NULL,
      runs INTEGER NOT NULL,
      prompt_tokens INTEGER NOT NULL,
      generated_tokens INTEGER NOT NULL,
      load_ms REAL NOT NULL,
      first_token_ms REAL NOT NULL,
      prefill_tokens_per_second REAL,
      tokens_per_second REAL,
      memory_bytes INTEGER
    ) STRICT`,
    'CREATE INDEX benchmark_of_model ON benchmark (model_id, measured_at)',
    `CREATE TABLE chat (
      chat_id INTEGER PRIMARY KEY,
      model_id TEXT NOT NULL,
      changed_at INTEGER NOT NULL
    ) STRICT`,
    'CREATE INDEX chat_of_model ON chat (model_id, changed_at)',
    `CREATE TABLE chat_message (
      chat_id INTEGER NOT NULL,
      said_at INTEGER NOT NULL,
      role TEXT NOT NULL,
      text TEXT NOT NULL,
      thought TEXT NOT NULL,
      thought_ms REAL,
      outcome TEXT,
      PRIMARY KEY (chat_id, said_at)
    ) STRICT, WITHOUT ROWID`,
  ],
  ['ALTER TABLE generation_choice ADD COLUMN prompt_format TEXT'],
  [
    // `entry` is the JSON of an entry of a catalog of version 2.
    `CREATE TABLE added_model (
      model_id TEXT PRIMARY KEY NOT NULL,
      entry TEXT NOT NULL,
      origin TEXT NOT NULL,
      added_at INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE model_mark (
      model_id TEXT PRIMARY KEY NOT NULL,
      is_favourite INTEGER NOT NULL DEFAULT 0,
      note TEXT NOT NULL DEFAULT '',
      last_used_at INTEGER
    ) STRICT`,
    // A row stays when its model goes: it records what a person has agreed to.
    `CREATE TABLE accepted_license (
      model_id TEXT NOT NULL,
      text_sha256 TEXT NOT NULL,
      license TEXT NOT NULL,
      accepted_at INTEGER NOT NULL,
      PRIMARY KEY (model_id, text_sha256)
    ) STRICT, WITHOUT ROWID`,
  ],
  [
    // Null stands for a download that runs.
    `CREATE TABLE begun_download (
      model_id TEXT PRIMARY KEY NOT NULL,
      paused_at INTEGER
    ) STRICT`,
  ],
  [
    // Null stands for the beginning of the first question.
    'ALTER TABLE chat ADD COLUMN title TEXT',
  ],
  [
    // `statement` is the JSON of what was signed, with its signatures.
    `CREATE TABLE accepted_catalog (
      first_root TEXT PRIMARY KEY NOT NULL,
      root_version INTEGER NOT NULL,
      statement TEXT NOT NULL,
      catalog TEXT NOT NULL
    ) STRICT`,
    // A row stays when its model goes: it records what a person has decided.
    `CREATE TABLE used_anyway (
      model_id TEXT NOT NULL,
      version TEXT NOT NULL,
      decided_at INTEGER NOT NULL,
      PRIMARY KEY (model_id, version)
    ) STRICT, WITHOUT ROWID`,
  ],
  [
    // `found` is the JSON of the newer version of a model of the hub; `refused` is the version that failed its trial.
    `CREATE TABLE model_version (
      model_id TEXT PRIMARY KEY NOT NULL,
      found TEXT,
      license TEXT,
      refused TEXT,
      held_reason TEXT,
      held_at INTEGER,
      is_wanted INTEGER NOT NULL DEFAULT 0
    ) STRICT`,
    // Null stands for the installed version. Versions are named by the SHA-256 of their weights.
    'ALTER TABLE benchmark ADD COLUMN version TEXT',
    'ALTER TABLE generation_choice ADD COLUMN version TEXT',
    `CREATE TABLE kept_choice (
      model_id TEXT NOT NULL,
      version TEXT NOT NULL,
      choice TEXT NOT NULL,
      PRIMARY KEY (model_id, version)
    ) STRICT, WITHOUT ROWID`,
  ],
  [
    // `roots` is the JSON of signed roots, oldest first. They are kept also where no catalog was accepted.
    `CREATE TABLE accepted_root (
      first_root TEXT PRIMARY KEY NOT NULL,
      roots TEXT NOT NULL
    ) STRICT`,
  ],
];

async function schemaVersion(database: SqlDatabase): Promise<number> {
  const [row] = await database.all({ sql: 'PRAGMA user_version' });
  return Number(row?.['user_version'] ?? 0);
}

/**
 * The version of the schema.
 * @throws ModelError DB_TOO_NEW, with `cause`, when a newer app wrote the database; DB_FAILED.
 */
export async function rejectNewerSchema(database: SqlDatabase, cause?: unknown): Promise<number> {
  const foundVersion = await schemaVersion(database);
  const knownVersion = STEPS.length;
  if (foundVersion > knownVersion) {
    throw new ModelError('DB_TOO_NEW', { foundVersion, knownVersion }, { cause });
  }
  return foundVersion;
}

/**
 * Brings the schema up to date in one transaction: with one for each step, each would wait for the disk. Safe when tabs do
 * it at once, also tabs of versions that know fewer steps.
 * @throws ModelError DB_TOO_NEW, having written nothing, when a newer app wrote the database; DB_FAILED.
 */
export async function migrate(database: SqlDatabase): Promise<void> {
  let version = await rejectNewerSchema(database);
  while (version < STEPS.length) {
    const missing = STEPS.slice(version).flat();
    try {
      await database.batch([
        ...missing.map((sql) => ({ sql })),
        // A pragma takes no parameters; the number comes from this module.
        { sql: `PRAGMA user_version = ${String(STEPS.length)}` },
      ]);
      return;
    } catch (error) {
      // Another tab may have done some of it between this tab's read and write; then the new version counts.
      const reached = await schemaVersion(database);
      if (reached <= version) throw error;
      version = reached;
    }
  }
}
