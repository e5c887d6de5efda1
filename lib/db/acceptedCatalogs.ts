/** The last catalog that was accepted of each publisher, as rows in SQLite: an older one must not replace it. */
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
  };
}
