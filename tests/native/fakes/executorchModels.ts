/**
 * The files that the fake of `react-native-executorch` loads: eight bytes with ExecuTorch's mark, then what they say, as
 * JSON; and the demo that comes with the app, which says what ExecuTorch's own runner said with it.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import recordFile from '../../../scripts/proof/executorch/record.json';
import type { RunnerRecord } from '../../../scripts/proof/executorch/scenarios';
import { RnExecuTorchError, RUNTIME_CODE } from './executorchErrors';

export interface FakeModel {
  says: string;
  /** Says it again and again. */
  loops?: boolean;
  backends?: string[];
  /** Its context. */
  maxSeqLen?: number;
  /** Earlier turns look different in its longer prompts. */
  rewrites?: boolean;
  /** Says nothing; makes the file larger. */
  padding?: string;
}

const MARK = 'ET12';
const record: RunnerRecord = recordFile as RunnerRecord;

export function modelFile(model: FakeModel): Buffer {
  return Buffer.concat([Buffer.from(`\0\0\0\0${MARK}`), Buffer.from(JSON.stringify(model))]);
}

/** @throws RnExecuTorchError LOAD_FAILED */
export function readModel(path: string): FakeModel {
  // A URI is looked up as a name, and no such file is there.
  const bytes = path.startsWith('/') ? readOrUndefined(path) : undefined;
  if (!bytes) throw RnExecuTorchError('LOAD_FAILED', 'Failed to load model: AccessFailed');
  if (createHash('sha256').update(bytes).digest('hex') === record.demo.sha256) return demo();
  if (bytes.subarray(4, 8).toString() !== MARK) throw invalidProgram();
  try {
    return JSON.parse(bytes.subarray(8).toString()) as FakeModel;
  } catch {
    throw invalidProgram();
  }
}

function demo(): FakeModel {
  const [{ model, results } = { model: undefined, results: [] }] = record.scenarios;
  const pieces = results.at(-1)?.pieces ?? [];
  const says = pieces.slice(0, -1).join('');
  return model ? { says, maxSeqLen: model.contextTokens } : { says };
}

function invalidProgram() {
  const code = RUNTIME_CODE.InvalidProgram;
  return RnExecuTorchError('LOAD_FAILED', 'Failed to load model: InvalidProgram', code);
}

function readOrUndefined(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
