/** The page's side of the database: SQLite in a worker, started when it is first needed. */
import { isModelError, ModelError } from '../../errors';
import type { SqlDatabase } from '../types';
import type { SqliteWorkerMethods } from './sqliteWorker';
import { connectWorker } from './workerCalls';
import type { WorkerConnection } from './workerCalls';

type Connection = WorkerConnection<SqliteWorkerMethods>;

const WORKER_URL = '/workers/sqlite.js';

/** A database that lies beside the models folder, not in it. A failed opening is tried again by the next call. */
export function createWebSqlDatabase(fileName = 'modelshelf.db'): SqlDatabase {
  let opening: Promise<Connection> | undefined;
  let isClosed = false;

  const connect = async (): Promise<Connection> => {
    const worker = connectWorker<SqliteWorkerMethods>(WORKER_URL);
    try {
      await worker.call('open', fileName);
      return worker;
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
      return (await connected()).call('all', statement);
    },
    async batch(statements) {
      await (await connected()).call('batch', statements);
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      // A database that never opened has nothing to close.
      const worker = await opening?.catch(() => undefined);
      await worker?.call('close', undefined);
      worker?.close();
    },
  };
}

// Whatever keeps the worker from starting, callers of this port know one code.
function asDatabaseError(error: unknown): ModelError {
  if (isModelError(error) && error.code === 'DB_FAILED') return error;
  const reason = isModelError(error) ? JSON.stringify(error.details) : 'the worker did not start';
  return new ModelError('DB_FAILED', { reason }, { cause: error });
}
