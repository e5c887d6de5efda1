/** Tells the failures of an old page on a newer database from those of a damaged one. */
import type { SqlDatabase } from '../platform/types';
import { rejectNewerSchema } from './migrations';

/**
 * The same database. A statement that fails after a newer app has changed the schema, as in another tab, rejects with
 * DB_TOO_NEW; any other failure stays what it is.
 */
export function watchSchema(database: SqlDatabase): SqlDatabase {
  const explain = async (failure: unknown): Promise<never> => {
    await rejectNewerSchema(database, failure);
    throw failure;
  };
  return {
    ...database,
    all: (statement) => database.all(statement).catch(explain),
    batch: (statements) => database.batch(statements).catch(explain),
  };
}
