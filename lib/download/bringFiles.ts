/** Fetches every file of a plan into staging and verifies it. Resumes partial files. */
import type { LlmModelConfig } from '../ai/modelConfig';
import type { FileProgress, InstalledFile } from '../ai/modelState';
import { isModelError, ModelError } from '../errors';
import { discard, discardUselessBytes } from './file/discardUselessBytes';
import { journalPath } from './journal/journal';
import {
  formatPlan,
  PLAN_NAME,
  partName,
  plannedBytes,
  sum,
  type DownloadPlan,
  type PlannedFile,
} from './plan/plan';
import { fetchUrl, sourceUrl, statedSource } from './plan/resolveSources';
import { readStaged } from './store/staged';
import { findEntry, transferFile, type Transferred, type TransferTools } from './file/transferFile';
import { digestOf } from './store/verifyFiles';

const WEIGHTS = /\.(gguf|pte)$/i;

/** Reports the progress of all files (`totalBytes` is undefined while a size isn't known) and of the current file. */
export type OnReceived = (
  received: { receivedBytes: number; totalBytes: number | undefined },
  file?: FileProgress,
) => void;

export type OnVerified = (verifiedBytes: number, totalBytes: number) => void;

export interface BringTools extends TransferTools {
  hubEndpoint: string;
}

export interface BringJob {
  config: LlmModelConfig;
  plan: DownloadPlan;
  /** The folder in the store that only this owner writes to. */
  staging: string;
  onReceived: OnReceived;
  onVerified: OnVerified;
  onRetry: (error: ModelError, delayMs: number) => void;
  /** The system holds a file back until there is Wi-Fi. */
  onHeld: () => void;
}

/** The files as they were read back, and the versions that show whether they have changed since. */
export interface Brought {
  files: InstalledFile[];
  /** By file name; taken before the last byte was read back. */
  versions: ReadonlyMap<string, string | undefined>;
}

/**
 * Resolves with the contents of the manifest when every `.part` has all its bytes and was read back.
 * @throws ModelError HASH_MISMATCH when a file arrived wrong twice, MODEL_UNAVAILABLE when its beginning showed
 * that it can't be loaded; AbortError. `ERROR_TRAITS` states whether the bytes stay.
 */
export async function bringFiles(
  tools: BringTools,
  job: BringJob,
  signal: AbortSignal,
): Promise<Brought> {
  const { plan, staging, onReceived } = job;
  const staged = await readStaged(tools, staging, plan);
  const received = new Map([...staged].map(([name, file]) => [name, file.receivedBytes]));
  const totalBytes = plannedBytes(plan);
  onReceived({ receivedBytes: sum(received.values()), totalBytes });
  const installed: InstalledFile[] = [];
  const versions = new Map<string, string | undefined>();
  for (const file of plan.files) {
    const { fileName, sizeBytes } = file;
    const onFileReceived = (bytes: number) => {
      received.set(fileName, bytes);
      const receivedBytes = sum(received.values());
      const moving = { fileName, receivedBytes: bytes, totalBytes: sizeBytes };
      onReceived({ receivedBytes, totalBytes }, moving);
    };
    const partBytes = staged.get(fileName)?.partBytes ?? 0;
    const fileJob = { ...job, file, partBytes, onFileReceived };
    const path = `${staging}/${partName(fileName)}`;
    const { version, ...brought } = await discardUselessBytes(
      tools.files,
      { path, hasDigest: file.digest !== undefined },
      () => bringFile(tools, { ...fileJob, path }, signal),
    );
    // This sync comes before the manifest: a power cut may tear bytes that were verified but not synced.
    await tools.files.append({ path: journalPath(path), text: '', durableAfter: path });
    installed.push({ ...factsOf(job, file), ...brought });
    versions.set(fileName, version);
  }
  return { files: installed, versions };
}

function factsOf({ config, plan }: BringJob, file: PlannedFile) {
  const { fileName, role, checkedAgainst, revision, xetHash } = file;
  const stated = statedSource(config, fileName, plan.runtime);
  return {
    ...{ fileName, role },
    checkedAgainst,
    ...(stated && { url: stated.url }),
    ...(revision !== undefined && { revision }),
    ...(xetHash !== undefined && { xetHash }),
    ...(stated?.index && { index: stated.index }),
  };
}

interface FileJob extends BringJob {
  file: PlannedFile;
  path: string;
  partBytes: number;
  onFileReceived: (receivedBytes: number) => void;
}

async function bringFile(
  tools: BringTools,
  job: FileJob,
  signal: AbortSignal,
): Promise<Transferred> {
  const { files, downloader } = tools;
  const { file, path } = job;
  if (file.source.kind === 'bundled') {
    await downloader.copyBundled(file.source.requireId, path, signal);
    return readBack(tools, path, signal);
  }
  if (file.sizeBytes === 0) {
    await files.writeText(path, '');
    return readBack(tools, path, signal);
  }
  const first = await bringOnce(tools, job, signal);
  if (first.kind === 'came') return first.transferred;
  // Any of the bytes may be wrong, so the file is fetched once more from the beginning.
  await discard(files, path);
  job.onFileReceived(0);
  job.onRetry(first.error, 0);
  const second = await bringOnce(tools, { ...job, partBytes: 0 }, signal);
  if (second.kind === 'came') return second.transferred;
  if (second.error.code === 'MODEL_UNAVAILABLE') await discard(files, path);
  else if (file.checkedAgainst === 'hub') {
    const doubted = formatPlan({ ...job.plan, isDoubted: true });
    await files.writeText(`${job.staging}/${PLAN_NAME}`, doubted);
  }
  throw second.error;
}

type Outcome = { kind: 'came'; transferred: Transferred } | { kind: 'wrong'; error: ModelError };

/** `wrong` when the digest or the beginning of the file shows that it isn't the right file. */
async function bringOnce(tools: BringTools, job: FileJob, signal: AbortSignal): Promise<Outcome> {
  try {
    const transferred = await transfer(tools, job, signal);
    const mismatch = await findMismatch(tools, { ...job, signal }, transferred);
    return mismatch ? { kind: 'wrong', error: mismatch } : { kind: 'came', transferred };
  } catch (error) {
    if (!isModelError(error) || error.code !== 'MODEL_UNAVAILABLE') throw error;
    return { kind: 'wrong', error };
  }
}

function transfer(tools: BringTools, job: FileJob, signal: AbortSignal): Promise<Transferred> {
  const { config, plan, file, path, partBytes, onFileReceived } = job;
  const stated = sourceUrl(config, file.fileName, plan.runtime);
  const url = fetchUrl(stated, file, tools.hubEndpoint);
  const expectedBytes = file.sizeBytes;
  const { onRetry, onVerified, onHeld } = job;
  const events = { onRetry, onVerified, onHeld, onReceived: onFileReceived };
  const isWeights = WEIGHTS.test(file.fileName);
  const about = {
    ...{ url, path, partBytes, expectedBytes, hasDigest: file.digest !== undefined },
    role: file.role,
    parts: plan.files.filter(({ role }) => role === 'weights').length,
    refusal: isWeights ? (reason: string) => cannotLoad(config, reason) : undefined,
  };
  return transferFile(tools, { ...about, ...events }, signal);
}

function cannotLoad({ modelId }: LlmModelConfig, reason: string): ModelError {
  const sentence = `Its file can’t be loaded: ${reason}.`;
  return new ModelError('MODEL_UNAVAILABLE', { modelId, reason: sentence });
}

async function findMismatch(
  { digester }: TransferTools,
  { file, path, signal }: FileJob & { signal: AbortSignal },
  { sizeBytes, sha256 }: Transferred,
): Promise<ModelError | undefined> {
  const { fileName, digest } = file;
  if (digest === undefined) return undefined;
  const { algorithm, hex } = digest;
  const actual =
    algorithm === 'sha256'
      ? sha256
      : await digestOf(digester, { path, algorithm, sizeBytes, signal });
  if (actual === hex) return undefined;
  return new ModelError('HASH_MISMATCH', { fileName, expected: hex, actual });
}

async function readBack(
  { files, digester }: TransferTools,
  path: string,
  signal: AbortSignal,
): Promise<Transferred> {
  const { sizeBytes = 0, version } = (await findEntry(files, path)) ?? {};
  const sha256 = await digestOf(digester, { path, algorithm: 'sha256', sizeBytes, signal });
  return { sizeBytes, sha256, version, blocks: [] };
}
