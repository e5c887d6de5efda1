/** The licences that a person accepted, as rows in SQLite. They stay when the models are removed. */
import type { SqlDatabase } from '../platform/types';

export interface AcceptedLicense {
  /** The model for which it was accepted. */
  modelId: string;
  /** The licence's name as its owner writes it. */
  license: string;
  /** The digest of the accepted text in UTF-8, in lower-case hex. */
  textSha256: string;
  /** Milliseconds since 1970. */
  acceptedAt: number;
}

/** Every method throws ModelError DB_FAILED. */
export interface AcceptedLicenseStore {
  /** The first accepted come first. */
  list(): Promise<AcceptedLicense[]>;
  /** The first acceptance of a text for a model stays. */
  add(accepted: AcceptedLicense): Promise<void>;
}

/** The store over a database that `migrate` has brought up to date. */
export function createAcceptedLicenseStore(database: SqlDatabase): AcceptedLicenseStore {
  return {
    async list() {
      const sql = 'SELECT * FROM accepted_license ORDER BY accepted_at, model_id';
      return (await database.all({ sql })).map((row) => ({
        modelId: String(row['model_id']),
        license: String(row['license']),
        textSha256: String(row['text_sha256']),
        acceptedAt: Number(row['accepted_at']),
      }));
    },

    async add({ modelId, license, textSha256, acceptedAt }) {
      await database.batch([
        {
          sql: `INSERT OR IGNORE INTO accepted_license
            (model_id, license, text_sha256, accepted_at) VALUES (?, ?, ?, ?)`,
          params: [modelId, license, textSha256, acceptedAt],
        },
      ]);
    },
  };
}
