/** What the app's own parts say: its database, its engine, and why it couldn't start. */
import { isModelError, type ModelErrorCode } from '../../errors';
import type { DeviceFacts, Engines, SqlDatabase } from '../../platform/types';
import { finding, type Finding } from './causes';

/** Never rejects. */
export async function judgeDatabase(database: SqlDatabase): Promise<Finding> {
  try {
    await database.all({ sql: 'SELECT 1' });
    const wasReset = await database.wasReset();
    return finding('database', wasReset ? 'database-reset' : 'database-open');
  } catch (error) {
    const isNewer = isModelError(error) && error.code === 'DB_TOO_NEW';
    return finding('database', isNewer ? 'database-newer' : 'database-failed');
  }
}

/** An engine without a version is one whose package isn't installed. */
export function judgeEngine(engines: Engines, { webAssembly }: DeviceFacts): Finding {
  const isThere = Object.values(engines).some(({ engineVersion }) => engineVersion !== '');
  if (!isThere) return finding('engine', 'engine-absent');
  if (webAssembly === 'missing') return finding('engine', 'no-webassembly');
  return finding('engine', webAssembly === '32-bit' ? 'engine-narrow' : 'engine-ready');
}

/** Undefined for a failure that none of the subjects is about. */
export function judgeStartFailure(code: ModelErrorCode): Finding | undefined {
  switch (code) {
    case 'DB_FAILED':
      return finding('database', 'database-failed');
    case 'DB_TOO_NEW':
      return finding('database', 'database-newer');
    case 'STORAGE_UNAVAILABLE':
    case 'DISK_IO':
      return finding('storage', 'storage-refused');
    case 'NO_SPACE':
      return finding('storage', 'space-none');
    default:
      return undefined;
  }
}
