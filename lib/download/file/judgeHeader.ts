/** Judges weights by the beginning of their file while the rest is on its way: what can't be loaded isn't worth fetching. */
import { isModelError, type ModelError } from '../../errors';
import { foreignKind, SIGNATURE_BYTES } from '../../platform/gguf/foreignFile';
import { GgufUnfinished } from '../../platform/gguf/ggufBytes';
import { checkGguf } from '../../platform/gguf/ggufHeader';
import type { Digester } from '../../platform/types';

/** Looked at first; each time that this wasn't enough, twice as much is waited for. */
const FIRST_BYTES = 64 * 1024;
/** Past this the header of no model ends, and most of what could be saved is spent. */
const LAST_BYTES = 64 * 1024 * 1024;

export interface Judged {
  path: string;
  /** Undefined while nobody has said. */
  totalBytes: () => number | undefined;
  /** From the start of the file, without a gap. */
  hereBytes: () => number;
  /** Once, with what is wrong, in words for a person. */
  onRefused: (reason: string) => void;
}

export interface HeaderJudge {
  /** More bytes are in place. */
  advance(): void;
  /** Resolves when a file that is wholly here was judged. */
  settle(): Promise<void>;
  /** Resolves when nothing is being read any more. */
  close(): Promise<void>;
}

/** Refuses only what it recognises: a file of which nobody knows what it is, is left to the engine. */
export function judgeHeader(digester: Digester, judged: Judged): HeaderJudge {
  let wantedBytes = FIRST_BYTES;
  let isDecided = false;
  let reading: Promise<void> | undefined;

  async function look(hereBytes: number): Promise<void> {
    // What can't be read here will be told by whoever reads all of it.
    const verdict = await judge(digester, judged, hereBytes).catch(() => FINE);
    reading = undefined;
    if (isDecided) return;
    isDecided = verdict.kind !== 'more';
    wantedBytes = 2 * hereBytes;
    if (verdict.kind === 'refused') judged.onRefused(verdict.reason);
  }

  return {
    advance() {
      const hereBytes = judged.hereBytes();
      const isWorth = hereBytes >= wantedBytes && wantedBytes <= LAST_BYTES;
      if (!isDecided && !reading && isWorth) reading = look(hereBytes);
    },
    async settle() {
      await reading;
      if (!isDecided) await look(judged.hereBytes());
    },
    async close() {
      isDecided = true;
      await reading;
    },
  };
}

type Verdict = { kind: 'fine' | 'more' } | { kind: 'refused'; reason: string };

const FINE: Verdict = { kind: 'fine' };

async function judge(
  digester: Digester,
  { path, totalBytes }: Judged,
  hereBytes: number,
): Promise<Verdict> {
  const start = await digester.readBytes({ path, startBytes: 0, lengthBytes: SIGNATURE_BYTES });
  if (start === undefined) return FINE;
  const kind = foreignKind(start);
  if (kind !== undefined) return { kind: 'refused', reason: kind };
  if (String.fromCharCode(...start.subarray(0, 4)) !== 'GGUF') return FINE;
  const sizeBytes = totalBytes() ?? Infinity;
  const read = async (startBytes: number, lengthBytes: number) =>
    (await digester.readBytes({ path, startBytes, lengthBytes })) ?? new Uint8Array();
  try {
    await checkGguf({ path, sizeBytes, hereBytes, read });
    return FINE;
  } catch (error) {
    if (error instanceof GgufUnfinished) return { kind: 'more' };
    if (!isModelError(error) || error.code !== 'LOAD_FAILED') throw error;
    return { kind: 'refused', reason: (error as ModelError<'LOAD_FAILED'>).details.reason };
  }
}
