/** The page's side of the database: SQLite in a worker, started when it is first needed. */
import { isModelError, ModelError } from '../../../errors';
import type { SqlDatabase } from '../../types';
import type { SqliteWorkerMethods } from './sqliteWorker';
import { SERVED_ASSETS } from '../webAssets';
import { connectWorker } from '../workerCalls';
import type { WorkerConnection, WorkerSource } from '../workerCalls';

interface Connection {
  worker: WorkerConnection<SqliteWorkerMethods>;
  wasReset: boolean;
}

/** A database beside the models folder, not in it. After a failed opening, the next call tries again. */
export function createWebSqlDatabase(
  fileName = 'modelshelf.db',
  source: WorkerSource = SERVED_ASSETS.sqliteWorker,
): SqlDatabase {
  let opening: Promise<Connection> | undefined;
  let isClosed = false;

  const connect = async (): Promise<Connection> => {
    const worker = connectWorker<SqliteWorkerMethods>(source);
    try {
      return { worker, wasReset: await worker.call('open', fileName) };
    } catch (error) {
      worker.close();
      opening = undefined;
      throw asDatabaseError(error);
    }
  };
  const connected = (): Promise<Connection> => {
    if (isClosed) {
      return Promise.reject(new ModelError('DB_FAILED', { reason: 'the database is closed' }));
    }
    opening ??= connect();
    return opening;
  };

  return {
    async all(statement) {
      return (await connected()).worker.call('all', statement);
    },
    async batch(statements) {
      await (await connected()).worker.call('batch', statements);
    },
    async wasReset() {
      return (await connected()).wasReset;
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      // A database that was never opened needn't be closed.
      const connection = await opening?.catch(() => undefined);
      await connection?.worker.call('close', undefined);
      connection?.worker.close();
    },
  };
}

// Whatever keeps the worker from starting, callers of this port get the one code that they expect.
function asDatabaseError(error: unknown): ModelError {
  if (isModelError(error) && error.code === 'DB_FAILED') return error;
  const reason = isModelError(error)
    ? Object.values(error.details).join(': ')
    : 'the worker did not start';
  return new ModelError('DB_FAILED', { reason }, { cause: error });
}
