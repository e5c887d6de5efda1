/** Decides whether models run on the graphics processor: only where the tiny model was heard to say its sentence on it. */
import type { Clock } from '../../types';

/** What of WebGPU the decision needs; the standard's types come with no library here. */
export interface GpuAccess {
  requestAdapter(options: { powerPreference: 'high-performance' }): Promise<GpuAdapter | null>;
}

interface GpuAdapter {
  info?: { isFallbackAdapter?: boolean };
  /** Where browsers had it before. */
  isFallbackAdapter?: boolean;
  features: { has(name: string): boolean };
}

export interface GpuCheckParts {
  /** Undefined where the browser has no WebGPU. */
  gpu: GpuAccess | undefined;
  clock: Pick<Clock, 'after'>;
  /**
   * What the tiny model answers on the graphics processor; undefined where the engine computed
   * elsewhere. The signal says that nobody waits for it any more.
   */
  speak(signal: AbortSignal): Promise<string | undefined>;
}

/** What the tiny model says wherever arithmetic is right. */
export const TINY_SENTENCE = 'Hello! I am a tiny demo model running entirely on this device.';

/** Compiling its shaders takes some seconds; a driver that hangs would take for ever. */
const PATIENCE_MS = 30_000;

/**
 * Whether to use the graphics processor. Finds out when it is asked first, and then knows: some
 * drivers compute nonsense (https://github.com/ngxson/wllama/issues/218). Never rejects.
 */
export function createGpuCheck(parts: GpuCheckParts): () => Promise<boolean> {
  let known: Promise<boolean> | undefined;
  return () => (known ??= canCompute(parts).catch(() => false));
}

async function canCompute({ gpu, clock, speak }: GpuCheckParts): Promise<boolean> {
  const patience = new AbortController();
  const callOff = clock.after(PATIENCE_MS, () => patience.abort());
  const lost = new Promise<false>((resolve) => {
    patience.signal.addEventListener('abort', () => resolve(false));
  });
  async function isHeard(): Promise<boolean> {
    const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter || isSoftware(adapter)) return false;
    // The engine uses no other, silently (https://github.com/ggml-org/llama.cpp/issues/23844).
    if (!adapter.features.has('shader-f16')) return false;
    return (await speak(patience.signal))?.trim() === TINY_SENTENCE;
  }
  try {
    // A driver that hangs takes no notice of the signal.
    return await Promise.race([isHeard(), lost]);
  } finally {
    callOff();
  }
}

// The processor pretending to be a graphics processor: slower than the processor itself.
function isSoftware({ info, isFallbackAdapter }: GpuAdapter): boolean {
  return info?.isFallbackAdapter ?? isFallbackAdapter ?? false;
}
