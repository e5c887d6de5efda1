/** What the downloader's suite is given, and the attempts that its parts make. */
import { expect } from 'vitest';

import type {
  Digester,
  Downloader,
  FileAnswer,
  FileRequest,
  FileStore,
} from '../../lib/platform/types';
import type { Fault } from '../hub/faults';
import type { HubControl } from './hubControl';

export interface ServedFile {
  url: string;
  sizeBytes: number;
  sha256: string;
}

export interface DownloaderSubject {
  downloader: Downloader;
  /** An empty store, the one that `downloader` writes to. */
  files: FileStore;
  digester: Digester;
  hub: HubControl;
  /** At least 200 kB, behind a redirect to another origin. */
  large: ServedFile;
  /** Kept in git: behind a relative redirect on the same origin. */
  small: ServedFile;
  /** A file that is packaged with the app. */
  bundled: { requireId: string; sizeBytes: number };
  /** An address on this computer where nobody listens. */
  deadUrl: string;
  dispose(): Promise<void>;
  /**
   * Whether the system brings files: the adapter then asks for the first byte that is missing itself,
   * and has nothing to tell of before all of them are there.
   */
  handsOver?: boolean;
}

export const PATH = '.staging/model/weights.part';

export type Current = () => DownloaderSubject;

export interface Attempt {
  offsetBytes?: number;
  endBytes?: number;
  expectedBytes?: number | undefined;
  acceptsWhole?: boolean;
  versions?: readonly string[];
  path?: string;
  url?: string;
  signal?: AbortSignal;
  onAnswer?: (answer: FileAnswer) => void;
  onProgress?: (endBytes: number) => void;
}

/** One attempt at the large file, its size known, from the start to the end unless told otherwise. */
export function fetchLarge({ downloader, large }: DownloaderSubject, attempt: Attempt = {}) {
  const request: FileRequest = {
    url: attempt.url ?? large.url,
    path: attempt.path ?? PATH,
    offsetBytes: attempt.offsetBytes ?? 0,
    endBytes: attempt.endBytes,
    expectedBytes: 'expectedBytes' in attempt ? attempt.expectedBytes : large.sizeBytes,
    acceptsWhole: attempt.acceptsWhole ?? true,
    isRest: attempt.endBytes === undefined,
    versions: attempt.versions,
  };
  const signal = attempt.signal ?? new AbortController().signal;
  const { onAnswer = () => undefined, onProgress = () => undefined } = attempt;
  const onUnderway = () => undefined;
  return downloader.fetchFile(request, { onAnswer, onProgress, onUnderway }, signal);
}

/** Orders a fault for the next answer that brings more than the first byte of the large file. */
export function orderForBody({ hub, handsOver }: DownloaderSubject, fault: Fault): Promise<void> {
  return hub.order({ times: 1, skip: handsOver ? 1 : 0, fault });
}

/** The same, and where the bytes that it brought before it ended end. */
export async function positionAfter(subject: DownloaderSubject, attempt: Attempt): Promise<number> {
  let position = 0;
  const onProgress = (endBytes: number) => {
    position = endBytes;
  };
  await fetchLarge(subject, { ...attempt, onProgress }).catch(() => undefined);
  return position;
}

export async function expectWhole({ files, digester, large }: DownloaderSubject): Promise<void> {
  expect(await files.list('')).toEqual([
    expect.objectContaining({ path: PATH, sizeBytes: large.sizeBytes }),
  ]);
  expect(await sha256Of(digester, large.sizeBytes)).toBe(large.sha256);
}

export async function sha256Of(digester: Digester, sizeBytes: number): Promise<string> {
  const digest = await digester.open({ path: PATH, algorithm: 'sha256' });
  const [hex = ''] = await digest.readTo([sizeBytes]);
  await digest.close();
  return hex;
}

/** Leaves the first part of the large file on disk; answers how much of it arrived. */
export async function fetchPart(subject: DownloaderSubject): Promise<number> {
  await orderForBody(subject, { cutAfter: 100_000, bytesPerSecond: 1_000_000 });
  return positionAfter(subject, {});
}
