/** Checks the beginning of a weights file while the rest arrives: a file that can't be loaded isn't worth fetching. */
import { isModelError, type ModelError } from '../../errors';
import { loadPart } from '../flow/loadPart';
import { foreignKind, SIGNATURE_BYTES } from '../../platform/gguf/foreignFile';
import { GgufUnfinished } from '../../platform/gguf/ggufBytes';
import type { Digester } from '../../platform/types';

/** The bytes needed for the first check. When they weren't enough, the next check waits for twice as many. */
const FIRST_BYTES = 64 * 1024;
/** No model's header is longer than this, and by then most of the possible saving is lost. */
const LAST_BYTES = 64 * 1024 * 1024;

export interface Judged {
  path: string;
  role: 'weights' | 'projector';
  /** The number of weights files of its build. */
  parts: number;
  /** Undefined while the size isn't known. */
  totalBytes: () => number | undefined;
  /** The landed bytes from the start of the file, without a gap. */
  hereBytes: () => number;
  /** Called once, with the reason in words for a person. */
  onRefused: (reason: string) => void;
}

export interface HeaderJudge {
  /** Tells that more bytes have landed. */
  advance(): void;
  /** To be called for a complete file; resolves when the file was checked. */
  settle(): Promise<void>;
  /** Resolves when no read is running any more. */
  close(): Promise<void>;
}

const loadCheck = () => loadPart('ggufHeader', () => import('../../platform/gguf/ggufHeader'));

/** Refuses only files that it recognises as unusable; a file of an unknown kind is left to the engine. */
export function judgeHeader(digester: Digester, judged: Judged): HeaderJudge {
  let wantedBytes = FIRST_BYTES;
  let isDecided = false;
  let reading: Promise<void> | undefined;
  // Begun now, so that the first look waits for nothing; that look reports a failure of it.
  void loadCheck().catch(() => undefined);

  async function look(hereBytes: number): Promise<void> {
    // The read of the whole file reports a read failure, and the engine checks the header once more.
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
  { path, role, parts, totalBytes }: Judged,
  hereBytes: number,
): Promise<Verdict> {
  const start = await digester.readBytes({ path, startBytes: 0, lengthBytes: SIGNATURE_BYTES });
  if (start === undefined) return FINE;
  const kind = foreignKind(start);
  if (kind !== undefined) return { kind: 'refused', reason: kind };
  if (String.fromCharCode(...start.subarray(0, 4)) !== 'GGUF') return FINE;
  const { checkGgufFile } = await loadCheck();
  const sizeBytes = totalBytes() ?? Infinity;
  const read = async (startBytes: number, lengthBytes: number) =>
    (await digester.readBytes({ path, startBytes, lengthBytes })) ?? new Uint8Array();
  try {
    await checkGgufFile({ path, sizeBytes, hereBytes, read }, { role, parts });
    return FINE;
  } catch (error) {
    if (error instanceof GgufUnfinished) return { kind: 'more' };
    if (!isModelError(error) || error.code !== 'LOAD_FAILED') throw error;
    return { kind: 'refused', reason: (error as ModelError<'LOAD_FAILED'>).details.reason };
  }
}
