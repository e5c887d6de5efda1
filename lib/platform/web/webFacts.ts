/** What a browser tells about itself and the device, for the doctor. Reads, and asks nobody for a permission. */
import { systemClock } from '../shared/systemClock';
import { toldBy, toldNumber } from '../shared/told';
import type { DeviceFacts, StorageFacts } from '../types';
import { isSoftware, type GpuAccess } from './engine/webGpu';
import { webMemory } from './webHost';

/** A broken driver never answers. */
const PATIENCE_MS = 5_000;

type Storage = Partial<StorageManager> | undefined;

/** Never rejects. Needs nothing of the app, so that it works where the app can't start. */
export async function readWebFacts(): Promise<DeviceFacts> {
  const { storage, gpu } = navigator as { storage?: Storage; gpu?: GpuAccess };
  const [place, isPersistent, graphics, aheadMs] = await Promise.all([
    inTime(storageFacts(storage), { state: 'refused', freeBytes: undefined }),
    inTime(storage?.persisted?.() ?? Promise.resolve(false), false),
    inTime(graphicsOf(gpu), 'none'),
    inTime(aheadOfServer(), undefined),
  ]);
  return {
    page: { isSecure: isSecureContext, isIsolated: crossOriginIsolated },
    threads: toldNumber(navigator.hardwareConcurrency, 1),
    memory: webMemory(),
    storage: place,
    isPersistent,
    webAssembly: webAssembly(),
    graphics,
    isOnline: navigator.onLine,
    aheadMs,
  };
}

async function storageFacts(storage: Storage): Promise<StorageFacts> {
  if (!storage?.getDirectory) return { state: 'missing', freeBytes: undefined };
  await storage.getDirectory();
  const told = await storage.estimate?.().catch(() => undefined);
  const [quota, usage] = [toldNumber(told?.quota, 1), toldNumber(told?.usage)];
  const isTold = quota !== undefined && usage !== undefined;
  return { state: 'writable', freeBytes: isTold ? Math.max(0, quota - usage) : undefined };
}

function webAssembly(): NonNullable<DeviceFacts['webAssembly']> {
  if (typeof WebAssembly === 'undefined') return 'missing';
  const memory = toldBy(() => new WebAssembly.Memory({ address: 'i64', initial: 1n } as never));
  return memory === undefined ? '32-bit' : '64-bit';
}

async function graphicsOf(
  gpu: GpuAccess | undefined,
): Promise<NonNullable<DeviceFacts['graphics']>> {
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) return 'none';
  return isSoftware(adapter) ? 'software' : 'hardware';
}

/** A server's date has whole seconds. Undefined where nobody answers. */
async function aheadOfServer(): Promise<number | undefined> {
  const { headers } = await fetch(location.href, { method: 'HEAD', cache: 'no-store' });
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? undefined : Date.now() - date;
}

/** The result, or `otherwise` where it fails or takes too long. */
function inTime<T>(asked: Promise<T>, otherwise: T): Promise<T> {
  return new Promise((resolve) => {
    const callOff = systemClock.after(PATIENCE_MS, () => resolve(otherwise));
    void asked.then(resolve, () => resolve(otherwise)).finally(callOff);
  });
}
