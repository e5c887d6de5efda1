/**
 * A device that can be cut off at any moment: files as they are, beside what of them would
 * outlive a power cut. What was never synced may be lost, torn or zeroed, page by page.
 */
import { createManualClock, type ManualClock } from '../../lib/platform/memory/manualClock';
import { createMemoryDisk, keyOf, type MemoryVolume } from '../../lib/platform/memory/memoryDisk';
import { copyFiles, link } from '../../lib/platform/memory/memoryLinks';
import { createMemorySharing } from '../../lib/platform/memory/memorySharing';
import type { MemoryNeighbourhood } from '../../lib/platform/memory/memoryPeers';
import {
  createMemoryPlatform,
  createMemoryWorld,
  type MemoryWorld,
} from '../../lib/platform/memory/memoryPlatform';
import type {
  FileRanges,
  FileStore,
  ForeignFiles,
  Host,
  PickedFile,
  PickedFiles,
  Platform,
  SqlDatabase,
} from '../../lib/platform/types';

/** What a torn write leaves whole. */
const PAGE_BYTES = 512;

type Files = Map<string, Uint8Array>;

/** In [0, 1), the same for the same seed. */
export type Random = () => number;

export function createRandom(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

/** A place on another volume, for models. */
export const CARD = 'card';

export interface Device {
  /** As a process sees them; a test may tamper with them between two runs. */
  files: Files;
  /** What a power cut leaves for certain. */
  durable: Files;
  /** Files of other programs, outside of the store. They were synced long ago, and moves of them are made durable. */
  outside: Files;
  /** Other volumes. Connected ones are cut off with the device, and keep what it keeps. */
  volumes: Map<string, MemoryVolume>;
  bootId: string;
}

export function createDevice(): Device {
  const volumes = new Map([[CARD, { isConnected: true, capacityBytes: undefined }]]);
  return { files: new Map(), durable: new Map(), outside: new Map(), volumes, bootId: 'boot-0' };
}

export interface Life {
  platform: Platform;
  world: MemoryWorld;
  clock: ManualClock;
  /** Operations so far. */
  operations(): number;
  /** Resolves when the process has died. */
  died: Promise<void>;
}

type Step = <T>(work: () => Promise<T>) => Promise<T>;

export interface LifeOptions {
  database: SqlDatabase;
  served: ReadonlyMap<string, Uint8Array>;
  hubEndpoint: string;
  /** The operation at which the process dies, from 1; undefined for never. */
  diesAt?: number | undefined;
  /** Shared by processes that live at the same time. */
  neighbourhood?: MemoryNeighbourhood;
  /** Whether its file system has hard links, by which equal files are stored once. */
  hasLinks?: boolean;
  /** Changes the device's network and disk before anything runs. */
  script?: (world: MemoryWorld) => void;
}

/** One run of a process on the device. Whatever it asks for after its death is never answered. */
export function live(device: Device, options: LifeOptions): Life {
  const world = createMemoryWorld();
  const { files: all, outside, volumes } = device;
  world.disk = { ...createMemoryDisk(), files: all, outside, volumes };
  if (options.neighbourhood) world.neighbourhood = options.neighbourhood;
  for (const [url, bytes] of options.served) world.web.files.set(url, bytes);
  options.script?.(world);
  const { database, hubEndpoint } = options;
  const { bootId } = device;
  const host = { bootId, ...(options.hasLinks && { shareFile: createMemorySharing(world.disk) }) };
  const clock = createManualClock();
  const platform = createMemoryPlatform({ world, database, hubEndpoint, host, clock });
  let operations = 0;
  let isDead = false;
  let die: () => void = () => undefined;
  const died = new Promise<void>((resolve) => {
    die = resolve;
  });

  /** Runs an operation, unless the process dies right before it. */
  async function step<T>(work: () => Promise<T>): Promise<T> {
    if (!isDead) operations += 1;
    if (isDead || operations === options.diesAt) {
      isDead = true;
      die();
      return new Promise<never>(() => undefined);
    }
    return work();
  }

  const files = syncing(world, { files: platform.files, device, step });
  const foreignFiles = foreignSyncing(platform.host.foreignFiles, device, step);
  const pickedFiles = pickedSyncing(platform.host.pickedFiles, device, step);
  const shareFile = shareSyncing(world, { shareFile: platform.host.shareFile, device, step });
  const { downloader, digester, ranges } = platform;
  const survived: SqlDatabase = {
    all: (statement) => step(() => database.all(statement)),
    batch: (statements) => step(() => database.batch(statements)),
    wasReset: () => database.wasReset(),
    close: () => Promise.resolve(),
  };
  return {
    operations: () => operations,
    world,
    clock,
    died,
    platform: {
      ...platform,
      host: {
        ...platform.host,
        ...(foreignFiles && { foreignFiles }),
        ...(pickedFiles && { pickedFiles }),
        ...(shareFile && { shareFile }),
      },
      files,
      database: survived,
      digester: { ...digester, open: (request) => step(() => digester.open(request)) },
      ranges: rangesInSteps(ranges, step),
      downloader: {
        ...downloader,
        fetchFile: (...request) => step(() => downloader.fetchFile(...request)),
      },
    },
  };
}

/** Notes what each operation of the store makes durable, as the adapters promise. */
function syncing(
  { disk }: MemoryWorld,
  { files, device, step }: { files: FileStore; device: Device; step: Step },
): FileStore {
  const { durable } = device;
  const sync = (path: string) => {
    const key = keyOf(disk, path);
    const bytes = device.files.get(key);
    if (bytes) durable.set(key, bytes.slice());
  };
  return {
    ...files,
    list: (folder, onUnreadable) => step(() => files.list(folder, onUnreadable)),
    readText: (path) => step(() => files.readText(path)),
    writeText: (path, text) =>
      step(async () => {
        await files.writeText(path, text);
        sync(path);
      }),
    append: (request) =>
      step(async () => {
        const { path, durableAfter } = request;
        if (durableAfter !== undefined) sync(durableAfter);
        await files.append(request);
        if (durableAfter !== undefined) sync(path);
      }),
    move: (from, to) =>
      step(async () => {
        const key = keyOf(disk, from);
        await files.move(from, to);
        durable.delete(key);
        sync(to);
      }),
    remove: (path) =>
      step(async () => {
        const key = keyOf(disk, path);
        await files.remove(path);
        for (const name of [...durable.keys()]) {
          if (name === key || name.startsWith(`${key}/`)) durable.delete(name);
        }
      }),
  };
}

/** Only installed files are shared, which were synced; the new name is made durable. */
function shareSyncing(
  { disk }: MemoryWorld,
  { shareFile, device, step }: { shareFile: Host['shareFile']; device: Device; step: Step },
): Host['shareFile'] {
  return (
    shareFile &&
    ((from, to) =>
      step(async () => {
        const isShared = await shareFile(from, to);
        if (isShared) link(device.durable, keyOf(disk, from), keyOf(disk, to));
        return isShared;
      }))
  );
}

/** A copy can also be killed in its middle. What it has written isn't durable. */
function rangesInSteps(ranges: FileRanges, step: Step): FileRanges {
  return {
    read: (path, range) => step(() => ranges.read(path, range)),
    digests: (path, list) => step(() => ranges.digests(path, list)),
    async copy(from, to, list) {
      for (const { startBytes, endBytes, toBytes } of list) {
        const middle = Math.floor((startBytes + endBytes) / 2);
        const rest = { startBytes: middle, endBytes, toBytes: toBytes + middle - startBytes };
        await step(() => ranges.copy(from, to, [{ startBytes, endBytes: middle, toBytes }]));
        await step(() => ranges.copy(from, to, [rest]));
      }
    },
  };
}

function foreignSyncing(
  foreignFiles: ForeignFiles | undefined,
  { files, durable }: Device,
  step: Step,
): ForeignFiles | undefined {
  if (!foreignFiles) return undefined;
  return {
    find: (folder) => step(() => foreignFiles.find(folder)),
    moveIn: (origin, path) =>
      step(async () => {
        await foreignFiles.moveIn(origin, path);
        durable.set(path, files.get(path)?.slice() ?? new Uint8Array());
      }),
    moveOut: (path, origin) =>
      step(async () => {
        await foreignFiles.moveOut(path, origin);
        durable.delete(path);
      }),
  };
}

/** A copy can also be killed in its middle. */
function pickedSyncing(
  pickedFiles: PickedFiles | undefined,
  { files, durable }: Device,
  step: Step,
): PickedFiles | undefined {
  if (!pickedFiles) return undefined;
  const syncing = (file: PickedFile): PickedFile => ({
    ...file,
    async bringTo(request, signal) {
      const { path } = request;
      const half = await step(() => file.read(0, Math.floor(file.sizeBytes / 2)));
      files.set(path, half);
      return step(async () => {
        const brought = await file.bringTo(request, signal);
        durable.set(path, files.get(path)?.slice() ?? new Uint8Array());
        return brought;
      });
    },
  });
  return {
    open: async (given) => syncing(await step(() => pickedFiles.open(given))),
    async openBeside(given, name) {
      const file = await step(async () => pickedFiles.openBeside?.(given, name));
      return file && syncing(file);
    },
  };
}

/** The device after `kill -9`: the system still has everything that was written. */
export function afterKill({ files, durable, outside, ...rest }: Device): Device {
  return { ...rest, files: copyOf(files), durable: copyOf(durable), outside: copyOf(outside) };
}

/** The device after a power cut: of what wasn't synced any part, or zeros, or nothing. */
export function afterPowerCut(device: Device, random: Random): Device {
  const left = survivors(device, (bytes, synced) => survivorOf(bytes, synced, random));
  return restarted(device, left);
}

/** The worst that still looks right: every file has its whole length, and zeros where nothing was synced. */
export function afterZeroingPowerCut(device: Device): Device {
  const left = survivors(device, (written, synced = new Uint8Array()) => {
    const bytes = new Uint8Array(written.byteLength);
    bytes.set(synced.subarray(0, bytes.byteLength));
    return bytes;
  });
  return restarted(device, left);
}

function restarted({ outside, bootId, volumes }: Device, left: Files): Device {
  const copies = { files: left, durable: copyOf(left), outside: copyOf(outside) };
  return { ...copies, volumes, bootId: `${bootId}.` };
}

/** Names that only the disk has come back. */
function survivors(
  { files, durable }: Pick<Device, 'files' | 'durable'>,
  survive: (written: Uint8Array, synced: Uint8Array | undefined) => Uint8Array | undefined,
): Files {
  const left = copyFiles(files, (bytes, path) => survive(bytes, durable.get(path)));
  for (const [path, bytes] of durable) if (!files.has(path)) left.set(path, bytes.slice());
  return left;
}

function survivorOf(written: Uint8Array, synced: Uint8Array | undefined, random: Random) {
  if (!synced && random() < 0.3) return undefined;
  const shortest = synced?.byteLength ?? 0;
  const grown = Math.floor(random() * (written.byteLength - shortest + 1));
  const length = random() < 0.5 ? written.byteLength : Math.max(0, shortest + grown);
  const bytes = new Uint8Array(length);
  for (let start = 0; start < length; start += PAGE_BYTES) {
    const end = Math.min(length, start + PAGE_BYTES);
    const isWritten = random() < 0.5;
    const source = isWritten ? written : synced;
    bytes.set(source?.subarray(start, end) ?? [], start);
  }
  return bytes;
}

export function copyOf(files: Files): Files {
  return copyFiles(files, (bytes) => bytes.slice());
}
