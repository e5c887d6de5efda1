/** The last catalog and the roots that were accepted of each publisher, as rows in SQLite: older ones must not replace them. */
import type { SqlDatabase } from '../platform/types';

export interface AcceptedCatalog {
  /** By which all of one publisher's roots are known. */
  firstRoot: string;
  rootVersion: number;
  /** The signed statement about the catalog, with its signatures, as JSON. */
  statement: string;
  catalogText: string;
}

/** Every method throws ModelError DB_FAILED. */
export interface AcceptedCatalogStore {
  find(firstRoot: string): Promise<AcceptedCatalog | undefined>;
  /** Replaces the one before. */
  save(accepted: AcceptedCatalog): Promise<void>;
  /** The publisher's newer roots that were accepted, as JSON; also where no catalog was. */
  findRoots(firstRoot: string): Promise<string | undefined>;
  /** Replaces those before. */
  saveRoots(firstRoot: string, roots: string): Promise<void>;
}

/** The store over a database that `migrate` has brought up to date. */
export function createAcceptedCatalogStore(database: SqlDatabase): AcceptedCatalogStore {
  return {
    async find(firstRoot) {
      const sql = 'SELECT * FROM accepted_catalog WHERE first_root = ?';
      const [row] = await database.all({ sql, params: [firstRoot] });
      return (
        row && {
          firstRoot,
          rootVersion: Number(row['root_version']),
          statement: String(row['statement']),
          catalogText: String(row['catalog']),
        }
      );
    },

    async save({ firstRoot, rootVersion, statement, catalogText }) {
      await database.batch([
        {
          sql: `INSERT OR REPLACE INTO accepted_catalog
            (first_root, root_version, statement, catalog) VALUES (?, ?, ?, ?)`,
          params: [firstRoot, rootVersion, statement, catalogText],
        },
      ]);
    },

    async findRoots(firstRoot) {
      const sql = 'SELECT roots FROM accepted_root WHERE first_root = ?';
      const [row] = await database.all({ sql, params: [firstRoot] });
      return row && String(row['roots']);
    },

    async saveRoots(firstRoot, roots) {
      const sql = 'INSERT OR REPLACE INTO accepted_root (first_root, roots) VALUES (?, ?)';
      await database.batch([{ sql, params: [firstRoot, roots] }]);
    },
  };
}
