/**
 * How large the memory of each engine on a page really is, which the engine's package tells nobody. Both functions run
 * in the page and refer to nothing outside of themselves.
 */

/** Call before an engine is loaded: whatever memory its worker has from then on is counted. */
export function watchEngineHeaps(): void {
  const spy = `
    const heaps = [];
    WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
      construct(Memory, args) {
        const memory = new Memory(...args);
        heaps.push(memory);
        return memory;
      },
    });
    for (const name of ['instantiate', 'instantiateStreaming']) {
      const before = WebAssembly[name];
      WebAssembly[name] = async (...args) => {
        const result = await before.apply(WebAssembly, args);
        const { exports } = result.instance ?? result;
        heaps.push(...Object.values(exports).filter((each) => each instanceof WebAssembly.Memory));
        return result;
      };
    }
    const channel = new BroadcastChannel('engine-heaps');
    channel.onmessage = ({ data }) => {
      if (data !== 'tell') return;
      channel.postMessage([...new Set(heaps)].reduce((sum, { buffer }) => sum + buffer.byteLength, 0));
    };
  `;
  const isWorker = (part: unknown) => typeof part === 'string' && part.includes('RUN_OPTIONS');
  globalThis.Blob = class extends Blob {
    constructor(parts: BlobPart[] = [], options?: BlobPropertyBag) {
      super(parts.some(isWorker) ? [spy, ...parts] : parts, options);
    }
  };
}

/** Bytes of the one engine that is loaded; the worker has to be idle. */
export function engineHeapBytes(): Promise<number> {
  const channel = new BroadcastChannel('engine-heaps');
  return new Promise((resolve) => {
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data !== 'number') return;
      channel.close();
      resolve(data);
    };
    channel.postMessage('tell');
  });
}
