/**
 * Chromium with everything taken away that Safari lacks, in pages and workers: as near to Safari as a machine without a
 * Mac comes. What Safari does in another way, such as its own faults, isn't shown by this.
 */
import type { BrowserContext } from 'playwright';

interface Lack {
  /** Where the feature is, as properties of the global scope. */
  paths: readonly string[];
  /** The first version of Safari that has it; undefined while none has. */
  since?: number;
}

/** From @mdn/browser-compat-data 8.1.9 (2026-11-12), on Safari of macOS. */
const LACKS: readonly Lack[] = [
  { paths: ['Navigator.prototype.deviceMemory', 'WorkerNavigator.prototype.deviceMemory'] },
  { paths: ['Navigator.prototype.connection', 'WorkerNavigator.prototype.connection'] },
  { paths: ['Navigator.prototype.userAgentData', 'WorkerNavigator.prototype.userAgentData'] },
  { paths: ['requestIdleCallback', 'cancelIdleCallback', 'IdleDeadline'] },
  { paths: ['showOpenFilePicker', 'showSaveFilePicker', 'showDirectoryPicker'] },
  { paths: ['launchQueue', 'LaunchQueue', 'LaunchParams'] },
  { paths: ['DataTransferItem.prototype.getAsFileSystemHandle', 'FileSystemObserver'] },
  { paths: ['FileSystemHandle.prototype.remove'] },
  { paths: ['scheduler', 'Scheduler'] },
  { paths: ['LanguageModel', 'Navigator.prototype.ml', 'WorkerNavigator.prototype.ml'] },
  { paths: ['Performance.prototype.memory', 'PerformanceLongTaskTiming'] },
  { paths: ['Performance.prototype.measureUserAgentSpecificMemory'] },
  { since: 26, paths: ['Navigator.prototype.gpu', 'WorkerNavigator.prototype.gpu', 'GPU'] },
  { since: 26, paths: ['FileSystemFileHandle.prototype.createWritable'] },
  { since: 26, paths: ['URLPattern'] },
  { since: 26.4, paths: ['ReadableStreamBYOBReader', 'ReadableByteStreamController'] },
  { since: 27, paths: ['ReadableStream.prototype.values'] },
  { since: 27, paths: ['WebAssembly.Suspending', 'WebAssembly.promising'] },
];

/** Features that are options of functions: `since` is when Safari has them, Infinity for not yet. */
const OPTIONS_SINCE = { accessHandleModes: Infinity, byteReaders: 26.4, memory64: 27.3 };

/** A context whose pages and workers have what that version of Safari has. */
export async function standInForSafari(context: BrowserContext, version: number): Promise<void> {
  const paths = LACKS.filter(({ since = Infinity }) => since > version).flatMap(
    ({ paths: each }) => each,
  );
  const lacksOption = (since: number) => since > version;
  const options = {
    accessHandleModes: lacksOption(OPTIONS_SINCE.accessHandleModes),
    byteReaders: lacksOption(OPTIONS_SINCE.byteReaders),
    memory64: lacksOption(OPTIONS_SINCE.memory64),
  };
  const program = `(${String(takeAway)})(${JSON.stringify({ paths, options })}, ${String(takeAway)});\n`;
  // To Chromium, a worker whose program was changed on its way isn't from this machine, and may not reach its hub.
  await context.grantPermissions(['local-network-access']);
  await context.addInitScript(program);
  await context.route(/\/workers[^/]*\/[^/]+\.js(\?|$)/, async (route) => {
    const response = await route.fetch({ maxRetries: 3 });
    await route.fulfill({ response, body: program + (await response.text()) });
  });
}

interface Taken {
  paths: readonly string[];
  options: { accessHandleModes: boolean; byteReaders: boolean; memory64: boolean };
}

/** Runs in a page or a worker, and begins each program that is started from there out of a blob. */
function takeAway(taken: Taken, again: unknown): void {
  const scope = globalThis as unknown as Record<string, unknown>;
  for (const path of taken.paths) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const owner = names.reduce<unknown>(
      (object, name) => (object as Record<string, unknown> | undefined)?.[name],
      scope,
    );
    if (typeof owner === 'object' || typeof owner === 'function') {
      if (owner !== null && !Reflect.deleteProperty(owner, last)) throw new Error(`kept ${path}`);
    }
  }
  const { accessHandleModes, byteReaders, memory64 } = taken.options;
  const handles = FileSystemFileHandle.prototype as unknown as {
    createSyncAccessHandle?: (this: unknown, options?: unknown) => unknown;
  };
  const open = handles.createSyncAccessHandle;
  if (accessHandleModes && open) {
    handles.createSyncAccessHandle = function () {
      return open.call(this);
    };
  }
  if (byteReaders) {
    const streams = ReadableStream.prototype as unknown as {
      getReader: (this: unknown, options?: { mode?: string }) => unknown;
    };
    const { getReader } = streams;
    streams.getReader = function (options) {
      if (options?.mode !== undefined) throw new TypeError('no such mode');
      return getReader.call(this);
    };
  }
  if (memory64) {
    WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
      construct(target, [descriptor]: [WebAssembly.MemoryDescriptor & { address?: string }]) {
        if (descriptor.address === 'i64') throw new TypeError('no such address type');
        return new target(descriptor);
      },
    });
  }
  const { createObjectURL } = URL;
  const program = `(${String(again)})(${JSON.stringify(taken)}, ${String(again)});\n`;
  URL.createObjectURL = (object) => {
    const isProgram = object instanceof Blob && object.type === 'text/javascript';
    const whole = isProgram ? new Blob([program, object], { type: object.type }) : object;
    return createObjectURL.call(URL, whole);
  };
}
