/**
 * Takes a person’s file into the store: checked before a byte is copied, copied once, read back, and named by its digest
 * or else by its header. Downloads nothing, unless the file is only one of a model’s files.
 */
import { throwIfAborted } from '../../download/flow/abortable';
import { finallyDo } from '../../download/flow/finallyDo';
import { refuseFullDisk } from '../../download/preparePlan';
import { digestOf } from '../../download/store/verifyFiles';
import { ModelError } from '../../errors';
import type {
  BroughtFile,
  Digester,
  FileStore,
  GivenFile,
  Host,
  Peers,
  Runtime,
} from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelManager } from '../modelManager';
import type { Registry } from '../registry/registry';
import { buildOf } from '../runtimes/notation';
import { checkPicked, refusal, type CheckedFile } from './checkPicked';
import { describeFile, type FileToDescribe } from '../builds/describeFile';
import { findByDigest, findListed, type KnownFile } from '../registry/findListed';
import { clearPlace, IMPORT_LOCK, IMPORT_PLACE } from './importPlace';
import { incomingPath } from './installImported';

export type ImportState =
  /** Another import runs, here or in another tab or process. */
  | { kind: 'waiting' }
  | { kind: 'checking' }
  | { kind: 'copying'; copiedBytes: number; totalBytes: number }
  | { kind: 'verifying'; verifiedBytes: number; totalBytes: number }
  | { kind: 'installing' };

export interface ImportOptions {
  /** Ends the import with AbortError, and leaves nothing of it. The install itself, at the end, isn’t interrupted. */
  signal?: AbortSignal | undefined;
  /** Called often: the caller has to throttle what it shows. */
  onProgress?: ((state: ImportState) => void) | undefined;
  /** Whether the store may share the original’s bytes: see `BringRequest`. False by default. */
  mayShare?: boolean;
  /** The digest that the file should have by the program that it comes from, in lower-case hex. */
  sha256?: string | undefined;
  /** The name by which another program lists it, for a file whose header states none. */
  label?: string | undefined;
  /** The pinned address of exactly this file, where the program that it comes from recorded one. */
  url?: string | undefined;
}

export interface Imported {
  /** As it is offered now. */
  config: LlmModelConfig;
  /** Whether the registry, a catalog or the list of added models named it before. */
  isListed: boolean;
  /** `here`: it was installed already, and wasn’t listed. */
  how: BroughtFile['how'] | 'here';
  sha256: string;
  sizeBytes: number;
}

export interface ImportParts {
  files: FileStore;
  digester: Digester;
  peers: Peers;
  host: Pick<Host, 'pickedFiles' | 'runtimes' | 'maxModelBytes'>;
  registry: Registry;
  manager: Pick<ModelManager, 'installImported' | 'adoptFiles' | 'getSnapshot' | 'runtimeOf'>;
  /** Puts a model that no list names on one, for good, and offers it. Resolves with it as it is offered. */
  keep(config: LlmModelConfig): Promise<LlmModelConfig>;
}

const IN_PLACE = `${IMPORT_PLACE}/arriving`;

/**
 * Resolves when the model is installed and listed. After a rejection or a crash nothing of the file is in the store, or
 * the model is installed; the original is never changed.
 * @throws ModelError IMPORT_REFUSED, IMPORT_KNOWN, NO_SPACE, DISK_IO, HASH_MISMATCH; AbortError
 */
export async function importFile(
  parts: ImportParts,
  given: GivenFile,
  options: ImportOptions = {},
): Promise<Imported> {
  const { host, peers } = parts;
  const { signal = new AbortController().signal, onProgress = () => undefined } = options;
  throwIfAborted(signal);
  if (!host.pickedFiles) {
    const fileName = typeof given === 'string' ? given : given.name;
    throw refusal(fileName, 'unsupported', 'this device opens no files');
  }
  onProgress({ kind: 'checking' });
  const checked = await checkPicked(await host.pickedFiles.open(given), host);
  const onWait = () => {
    onProgress({ kind: 'waiting' });
  };
  const work = async () => {
    await clearPlace(parts);
    return finallyDo(
      () => takeIn(parts, { ...options, checked, onProgress }, signal),
      () => parts.files.remove(IMPORT_PLACE),
    );
  };
  return peers.withLock(IMPORT_LOCK, work, { onWait, signal });
}

interface Taking extends ImportOptions {
  checked: CheckedFile;
  onProgress: (state: ImportState) => void;
}

async function takeIn(parts: ImportParts, taking: Taking, signal: AbortSignal): Promise<Imported> {
  const { checked, onProgress } = taking;
  const { name: fileName, sizeBytes } = checked.file;
  const brought = await bring(parts, taking, signal);
  const arrived = await readBack(parts, taking, signal);
  const { sha256 } = arrived;
  requireDigests(taking, brought, sha256);
  const identity = identify(parts, taking, sha256);
  const { config, isListed } = identity;
  const result = { isListed, sha256, sizeBytes };
  if (isInstalled(parts, config, { sha256, runtime: checked.runtime })) {
    if (isListed) {
      const { modelId, displayName } = config;
      throw new ModelError('IMPORT_KNOWN', { fileName, modelId, displayName });
    }
    return { ...result, config: await parts.keep(config), how: 'here' };
  }
  throwIfAborted(signal);
  onProgress({ kind: 'installing' });
  await putInPlace(parts, { identity, checked, arrived }, signal);
  return { ...result, config: isListed ? config : await parts.keep(config), how: brought.how };
}

/** @throws ModelError DISK_IO where the copy differs from the original, HASH_MISMATCH where the original does */
function requireDigests(taking: Taking, { sha256: read }: BroughtFile, actual: string): void {
  const { name: fileName } = taking.checked.file;
  if (read !== undefined && read !== actual) {
    const reason = 'the copy is read back with other bytes than were written';
    throw new ModelError('DISK_IO', { path: fileName, reason });
  }
  const { sha256: expected = actual } = taking;
  if (expected !== actual) throw new ModelError('HASH_MISMATCH', { fileName, expected, actual });
}

interface Placing {
  identity: Identity;
  checked: CheckedFile;
  arrived: Awaited<ReturnType<typeof readBack>>;
}

async function putInPlace(
  { files, manager }: ImportParts,
  { identity: { known, config }, checked, arrived }: Placing,
  signal: AbortSignal,
): Promise<void> {
  const { runtime } = checked;
  const build = buildOf(config, runtime);
  const stored = known?.file ?? build?.files[0];
  if (stored === undefined) throw new ModelError('INTERNAL', { reason: 'a build without files' });
  if (build && build.files.length > 1) {
    // The other files are downloaded; this one is compared once more, by that download.
    await manager.adoptFiles(config, [IN_PLACE], signal);
    return;
  }
  const { fileName, role, source } = stored;
  await files.move(IN_PLACE, incomingPath(fileName));
  const facts = {
    ...{ fileName, role, sizeBytes: checked.file.sizeBytes, ...arrived },
    checkedAgainst: known ? ('registry' as const) : ('none' as const),
    ...(source.kind === 'remote' && { url: source.url }),
  };
  await manager.installImported(config, { ...facts, runtime });
}

async function bring(
  { files }: ImportParts,
  { checked: { file }, mayShare = false, onProgress }: Taking,
  signal: AbortSignal,
): Promise<BroughtFile> {
  const { sizeBytes: totalBytes } = file;
  // A file that is shared takes no space; whether it can be is seen only when it is tried.
  if (!mayShare) refuseFullDisk(await files.freeBytes(), totalBytes, 0);
  const onCopied = (copiedBytes: number) => {
    onProgress({ kind: 'copying', copiedBytes, totalBytes });
  };
  return file.bringTo({ path: IN_PLACE, mayShare, onProgress: onCopied }, signal);
}

/** Reads the file back from the store: the digest of what was read from the original proves nothing about the copy. */
async function readBack(
  { files, digester }: ImportParts,
  { checked: { file }, onProgress }: Taking,
  signal: AbortSignal,
) {
  const { name: fileName, sizeBytes } = file;
  const entry = (await files.list(IMPORT_PLACE)).find(({ path }) => path === IN_PLACE);
  if (entry?.sizeBytes !== sizeBytes) throw refusal(fileName, 'changed');
  const blocks: string[] = [];
  const sha256 = await digestOf(digester, {
    ...{ path: IN_PLACE, algorithm: 'sha256', sizeBytes, signal },
    onProgress(verifiedBytes, hex) {
      blocks.push(hex);
      onProgress({ kind: 'verifying', verifiedBytes, totalBytes: sizeBytes });
    },
  });
  return { sha256, blocks, version: entry.version };
}

interface Identity {
  /** Undefined for a file of which no list states the digest. */
  known: KnownFile | undefined;
  config: LlmModelConfig;
  isListed: boolean;
}

function identify({ registry }: ImportParts, taking: Taking, sha256: string): Identity {
  const { checked, label, url } = taking;
  const { file, ...header } = checked;
  const known = findByDigest(registry.getModels(), checked.runtime, sha256);
  if (known) return { known, config: known.config, isListed: true };
  const { name: fileName, sizeBytes } = file;
  const toDescribe: FileToDescribe = {
    ...{ ...header, fileName, label, stamp: sha256.slice(0, 8), from: 'a file of yours' },
    ...(url !== undefined && { source: { kind: 'remote', url, sizeBytes, sha256 } }),
  };
  const described = describeFile(toDescribe);
  const listed = findListed(registry, described);
  return { known: undefined, config: listed ?? described, isListed: listed !== undefined };
}

/** A model that is here in its build for another runtime doesn’t need this one, too: only one of them would be used. */
function isInstalled(
  { manager }: ImportParts,
  config: LlmModelConfig,
  { sha256, runtime }: { sha256: string; runtime: Runtime },
): boolean {
  const state = manager.getSnapshot().states[config.modelId];
  if (state?.kind !== 'installed') return false;
  return (
    manager.runtimeOf(config) !== runtime || state.files.some((file) => file.sha256 === sha256)
  );
}
