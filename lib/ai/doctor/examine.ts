/** Examines this device. Loaded when somebody asks for it. */
import type { ModelErrorCode } from '../../errors';
import type { Clock, DeviceFacts, Platform, SqlDatabase } from '../../platform/types';
import { askForTime } from './askForTime';
import { finding, SUBJECTS, type Finding } from './causes';
import { judgeDatabase, judgeEngine, judgeStartFailure } from './judgeApp';
import { judgeDevice } from './judgeDevice';
import { judgeClock, judgeHub, judgeProxy } from './judgeHub';

/** `database` is left out where it isn't kept. */
export type DoctorParts = Pick<
  Platform,
  'readFacts' | 'engines' | 'downloader' | 'environment' | 'clock'
> & { database?: SqlDatabase };

const PATIENCE_MS = 15_000;

const NO_FACTS: DeviceFacts = {
  memory: { totalBytes: undefined, availableBytes: undefined },
  storage: { state: 'writable', freeBytes: undefined },
  isOnline: undefined,
  aheadMs: undefined,
};

export async function examine(parts: DoctorParts, signal: AbortSignal): Promise<Finding[]> {
  const { clock, database, engines } = parts;
  const lost = finding('database', 'database-failed');
  const [facts, attempt, databaseFinding] = await Promise.all([
    inTime(clock, parts.readFacts(), NO_FACTS),
    askForTime(parts, signal),
    database && inTime(clock, judgeDatabase(database), lost),
  ]);
  return inOrder([
    ...judgeDevice(facts),
    judgeEngine(engines, facts),
    databaseFinding,
    judgeHub(attempt, facts),
    judgeProxy(attempt, facts),
    judgeClock(attempt, facts),
  ]);
}

export async function examineStart(
  readFacts: DoctorParts['readFacts'],
  code: ModelErrorCode,
): Promise<Finding[]> {
  const facts = await readFacts();
  const failed = judgeStartFailure(code);
  const others = [...judgeDevice(facts), judgeClock({ kind: 'silent' }, facts)];
  return inOrder([failed, ...others.filter(({ subject }) => subject !== failed?.subject)]);
}

function inOrder(findings: readonly (Finding | undefined)[]): Finding[] {
  const found = findings.filter((each) => each !== undefined);
  return found.sort((one, two) => SUBJECTS.indexOf(one.subject) - SUBJECTS.indexOf(two.subject));
}

/** The result, or `otherwise` where it fails or takes too long. */
function inTime<T>(clock: Clock, asked: Promise<T>, otherwise: T): Promise<T> {
  return new Promise((resolve) => {
    const callOff = clock.after(PATIENCE_MS, () => resolve(otherwise));
    void asked.then(resolve, () => resolve(otherwise)).finally(callOff);
  });
}
