/** Reads the engine's log: only the log contains the reasons of failures and the sizes of buffers. */

const KEPT_LINES = 20;
const LONGEST_REASON = 500;

export interface EngineLog {
  logger: Record<'debug' | 'log' | 'warn' | 'error', (...parts: unknown[]) => void>;
  /** The latest complaints as one line, or undefined when there were none. */
  reason(): string | undefined;
  /** The kind of the latest error that the model's own server reported since `forget`. */
  errorKind(): string | undefined;
  /** The total size of all buffers that were ever reported; undefined when none was reported. */
  bufferBytes(): number | undefined;
  /** Whether some of these buffers are in the graphics processor's memory. */
  usesGpu(): boolean;
  /** Discards the complaints so far. */
  forget(): void;
}

const BUFFER_SIZE = /buffer size\s*=\s*([\d.]+) MiB/;
const GPU_BUFFER = /\bWebGPU\S* .*buffer size/;

/** `onActivity` is called for every line, also for lines that aren't kept. */
export function createEngineLog(onActivity: () => void): EngineLog {
  let complaints: string[] = [];
  let kind: string | undefined;
  let bufferMib = 0;
  let hasGpuBuffer = false;
  const quiet = (...parts: unknown[]) => {
    onActivity();
    for (const part of parts) {
      if (typeof part !== 'string') continue;
      bufferMib += Number(BUFFER_SIZE.exec(part)?.[1] ?? 0);
      hasGpuBuffer ||= GPU_BUFFER.test(part);
    }
  };
  return {
    logger: {
      debug: quiet,
      log: quiet,
      warn: quiet,
      error(...parts) {
        onActivity();
        for (const part of parts) kind = kindOf(part) ?? kind;
        complaints = [...complaints, parts.map(lineOf).join(' ').trim()].slice(-KEPT_LINES);
      },
    },
    reason() {
      const lines = complaints.filter((line) => line !== '');
      return lines.length === 0 ? undefined : lines.join('; ').slice(0, LONGEST_REASON);
    },
    errorKind: () => kind,
    bufferBytes: () => (bufferMib === 0 ? undefined : Math.round(bufferMib * 1024 ** 2)),
    usesGpu: () => hasGpuBuffer,
    forget() {
      complaints = [];
      kind = undefined;
    },
  };
}

function kindOf(part: unknown): string | undefined {
  if (typeof part !== 'object' || part === null || !('type' in part)) return undefined;
  return typeof part.type === 'string' ? part.type : undefined;
}

function lineOf(part: unknown): string {
  if (typeof part === 'string') return part;
  if (part instanceof Error || part instanceof ErrorEvent) return part.message;
  return JSON.stringify([part]);
}
