/**
 * Takes a person’s file, or all parts of a split model, into the store: checked before a byte is copied, copied once, read
 * back, and named by the digests or else by the header. Downloads nothing, unless the model needs other files, too.
 */
import { throwIfAborted } from '../../download/flow/abortable';
import { finallyDo } from '../../download/flow/finallyDo';
import { sum } from '../../download/plan/plan';
import { digestOf } from '../../download/store/verifyFiles';
import { ModelError } from '../../errors';
import type {
  BroughtFile,
  Digester,
  FileStore,
  GivenFile,
  Host,
  Peers,
} from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelManager } from '../modelManager';
import type { Registry } from '../registry/registry';
import { buildOf } from '../runtimes/notation';
import { checkPicked, type CheckedModel, type ImportedPart } from './checkPicked';
import { identify, isInstalled, type Identity } from './identify';
import { clearPlace, IMPORT_LOCK, IMPORT_PLACE } from './importPlace';
import { incomingPath } from './installImported';
import { openParts } from './openParts';
import { refusal } from './refusal';

/** The bytes are those of all parts together. */
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
  /** The name by which another program lists it, for a file whose header states none. */
  label?: string | undefined;
  /** What the program that they come from records about each given file, in the order in which they are given. */
  records?: readonly FileRecord[];
}

export type FileRecord = Omit<ImportedPart, 'file'>;

export interface ImportedFile {
  /** Its name where it came from. */
  name: string;
  sizeBytes: number;
  sha256: string;
}

export interface Imported {
  /** As it is offered now. */
  config: LlmModelConfig;
  /** Whether the registry, a catalog or the list of added models named it before. */
  isListed: boolean;
  /** `here`: it was installed already, and wasn’t listed. Of several parts: `linked` where one of them is, else `copied`. */
  how: BroughtFile['how'] | 'here';
  /** The parts of a split model in their order; else one file. */
  files: readonly ImportedFile[];
  /** Of all files together. */
  sizeBytes: number;
}

export interface ImportParts {
  files: FileStore;
  digester: Digester;
  peers: Peers;
  host: Pick<Host, 'pickedFiles' | 'runtimes' | 'maxModelBytes'>;
  registry: Registry;
  manager: Pick<
    ModelManager,
    'installImported' | 'adoptFiles' | 'makeRoom' | 'getSnapshot' | 'runtimeOf'
  >;
  /** Puts a model that no list names on one, for good, and offers it. Resolves with it as it is offered. */
  keep(config: LlmModelConfig): Promise<LlmModelConfig>;
}

const inPlace = (index: number): string => `${IMPORT_PLACE}/arriving-${String(index)}`;

/**
 * Resolves when the model is installed and listed. `given` is one file, or all parts of a split model in any order; parts
 * that lie beside the first are found where the host can look there. After a rejection or a crash nothing of the files is
 * in the store, or the model is installed; the originals are never changed.
 * @throws ModelError IMPORT_REFUSED, IMPORT_KNOWN, NO_SPACE, DISK_IO, HASH_MISMATCH; AbortError
 */
export async function importFile(
  parts: ImportParts,
  given: readonly GivenFile[],
  options: ImportOptions = {},
): Promise<Imported> {
  const { host, peers } = parts;
  const { signal = new AbortController().signal, onProgress = () => undefined } = options;
  throwIfAborted(signal);
  onProgress({ kind: 'checking' });
  const opened = await openParts(host, given);
  const { records = [] } = options;
  const checked = await checkPicked(
    opened.map((file, index) => ({ ...records[index], file })),
    host,
  );
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
  checked: CheckedModel;
  onProgress: (state: ImportState) => void;
}

async function takeIn(parts: ImportParts, taking: Taking, signal: AbortSignal): Promise<Imported> {
  const { checked, label, onProgress } = taking;
  const brought = await bringAll(parts, taking, signal);
  const arrived = await readAllBack(parts, taking, signal);
  requireDigests(checked, brought, arrived);
  const digests = arrived.map(({ sha256 }) => sha256);
  const identity = identify(parts.registry, { checked, label, digests });
  const { config, isListed } = identity;
  const files = checked.parts.map(({ file: { name, sizeBytes } }, index) => ({
    ...{ name, sizeBytes, sha256: digests[index] ?? '' },
  }));
  const { sizeBytes } = checked;
  const result = { isListed, files, sizeBytes };
  if (isInstalled(parts.manager, config, { digests, runtime: checked.runtime })) {
    if (isListed) {
      const { modelId, displayName } = config;
      throw new ModelError('IMPORT_KNOWN', { fileName: nameOf(checked), modelId, displayName });
    }
    return { ...result, config: await parts.keep(config), how: 'here' };
  }
  throwIfAborted(signal);
  onProgress({ kind: 'installing' });
  await putInPlace(parts, { identity, checked, arrived }, signal);
  return { ...result, config: isListed ? config : await parts.keep(config), how: howOf(brought) };
}

function nameOf({ parts }: CheckedModel): string {
  return parts[0]?.file.name ?? '';
}

/** What the model is to its originals: one link is enough for a later change of an original to reach it. */
function howOf(brought: readonly BroughtFile[]): BroughtFile['how'] {
  const ways = (['linked', 'copied', 'cloned'] as const).filter((way) =>
    brought.some(({ how }) => how === way),
  );
  return ways[0] ?? 'copied';
}

/** @throws ModelError DISK_IO where a copy differs from the original, HASH_MISMATCH where an original does */
function requireDigests(
  { parts }: CheckedModel,
  brought: readonly BroughtFile[],
  arrived: readonly Arrived[],
): void {
  for (const [index, { file, sha256: stated }] of parts.entries()) {
    const { name: fileName } = file;
    const actual = arrived[index]?.sha256 ?? '';
    const read = brought[index]?.sha256;
    if (read !== undefined && read !== actual) {
      const reason = 'the copy is read back with other bytes than were written';
      throw new ModelError('DISK_IO', { path: fileName, reason });
    }
    if (stated !== undefined && stated !== actual) {
      throw new ModelError('HASH_MISMATCH', { fileName, expected: stated, actual });
    }
  }
}

interface Placing {
  identity: Identity;
  checked: CheckedModel;
  arrived: readonly Arrived[];
}

async function putInPlace(
  { files, manager }: ImportParts,
  { identity: { known, config }, checked, arrived }: Placing,
  signal: AbortSignal,
): Promise<void> {
  const { parts, runtime } = checked;
  const build = buildOf(config, runtime);
  const stored = known?.files ?? build?.files ?? [];
  if (build && build.files.length > parts.length) {
    // The other files are downloaded; these are compared once more, by that download.
    const paths = parts.map((_, index) => inPlace(index));
    await manager.adoptFiles(config, paths, signal);
    return;
  }
  const incoming = [];
  for (const [index, { file }] of parts.entries()) {
    const to = stored[index];
    const bytes = arrived[index];
    if (!to || !bytes) throw new ModelError('INTERNAL', { reason: 'a build with too few files' });
    const { fileName, role, source } = to;
    await files.move(inPlace(index), incomingPath(fileName));
    incoming.push({
      ...{ fileName, role, sizeBytes: file.sizeBytes, ...bytes },
      checkedAgainst: known ? ('registry' as const) : ('none' as const),
      ...(source.kind === 'remote' && { url: source.url }),
    });
  }
  await manager.installImported(config, { runtime, files: incoming });
}

async function bringAll(
  { manager }: ImportParts,
  { checked, mayShare = false, onProgress }: Taking,
  signal: AbortSignal,
): Promise<BroughtFile[]> {
  const { parts, sizeBytes: totalBytes } = checked;
  // A file that is shared takes no space; whether it can be is seen only when it is tried.
  if (!mayShare) await manager.makeRoom(totalBytes);
  const brought: BroughtFile[] = [];
  for (const [index, { file }] of parts.entries()) {
    const before = sizesBefore(checked, index);
    const onCopied = (bytes: number) => {
      onProgress({ kind: 'copying', copiedBytes: before + bytes, totalBytes });
    };
    const request = { path: inPlace(index), mayShare, onProgress: onCopied };
    brought.push(await file.bringTo(request, signal));
  }
  return brought;
}

interface Arrived {
  sha256: string;
  blocks: string[];
  version: string | undefined;
}

/** Reads the files back from the store: a digest of what was read from the original proves nothing about the copy. */
async function readAllBack(
  { files, digester }: ImportParts,
  { checked, onProgress }: Taking,
  signal: AbortSignal,
): Promise<Arrived[]> {
  const { parts, sizeBytes: totalBytes } = checked;
  const entries = await files.list(IMPORT_PLACE);
  const arrived: Arrived[] = [];
  for (const [index, { file }] of parts.entries()) {
    const { name: fileName, sizeBytes } = file;
    const before = sizesBefore(checked, index);
    const entry = entries.find(({ path }) => path === inPlace(index));
    if (entry?.sizeBytes !== sizeBytes) throw refusal(fileName, 'changed');
    const blocks: string[] = [];
    const sha256 = await digestOf(digester, {
      ...{ path: inPlace(index), algorithm: 'sha256', sizeBytes, signal },
      onProgress(verifiedBytes, hex) {
        blocks.push(hex);
        onProgress({ kind: 'verifying', verifiedBytes: before + verifiedBytes, totalBytes });
      },
    });
    arrived.push({ sha256, blocks, version: entry.version });
  }
  return arrived;
}

function sizesBefore({ parts }: CheckedModel, index: number): number {
  return sum(parts.slice(0, index).map(({ file }) => file.sizeBytes));
}
