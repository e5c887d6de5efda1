/** What the facts of a device mean for models. Pure. */
import type { DeviceFacts } from '../../platform/types';
import { finding, type Finding } from './causes';

const GIB = 1024 ** 3;
const TINY_MEMORY_BYTES = GIB;
/** Half of it is for models: a small one with its context fits. */
const AMPLE_MEMORY_BYTES = 4 * GIB;
const LEAST_AVAILABLE_BYTES = GIB;
/** A download leaves 64 MiB free; less than the smallest real model beside that is no use. */
const NO_SPACE_BYTES = 256 * 1024 ** 2;
const AMPLE_SPACE_BYTES = 4 * GIB;

/** A finding for each subject that this device has, in their order. */
export function judgeDevice(facts: DeviceFacts): Finding[] {
  const judged = [
    judgeIsolation(facts),
    judgeThreads(facts),
    judgeMemory(facts.memory),
    judgeStorage(facts.storage),
    judgePersistence(facts),
    judgeGraphics(facts),
  ];
  return judged.filter((each) => each !== undefined);
}

function judgeIsolation({ page }: DeviceFacts): Finding | undefined {
  if (page === undefined) return undefined;
  if (!page.isSecure) return finding('isolation', 'not-secure');
  return finding('isolation', page.isIsolated ? 'isolated' : 'not-isolated');
}

/** Without isolation a page has one thread, whatever the processor has. */
function judgeThreads(facts: DeviceFacts): Finding | undefined {
  if (!('threads' in facts)) return undefined;
  const { page, threads } = facts;
  if (page && !page.isIsolated) return finding('threads', 'one-thread', 1);
  if (!isCount(threads)) return finding('threads', 'threads-unknown');
  return finding('threads', threads > 1 ? 'many-threads' : 'one-thread', threads);
}

function judgeMemory({ totalBytes, availableBytes }: DeviceFacts['memory']): Finding {
  if (!isCount(totalBytes)) return finding('memory', 'memory-unknown');
  if (totalBytes < TINY_MEMORY_BYTES) return finding('memory', 'memory-tiny', totalBytes);
  if (totalBytes < AMPLE_MEMORY_BYTES) return finding('memory', 'memory-little', totalBytes);
  const isTaken = isCount(availableBytes) && availableBytes < LEAST_AVAILABLE_BYTES;
  return isTaken
    ? finding('memory', 'memory-taken', availableBytes)
    : finding('memory', 'memory-ample', totalBytes);
}

function judgeStorage({ state, freeBytes }: DeviceFacts['storage']): Finding {
  if (state === 'missing') return finding('storage', 'storage-missing');
  if (state === 'refused') return finding('storage', 'storage-refused');
  if (freeBytes !== 0 && !isCount(freeBytes)) return finding('storage', 'space-unknown');
  if (freeBytes < NO_SPACE_BYTES) return finding('storage', 'space-none', freeBytes);
  const isAmple = freeBytes >= AMPLE_SPACE_BYTES;
  return finding('storage', isAmple ? 'space-ample' : 'space-little', freeBytes);
}

function judgePersistence({ isPersistent }: DeviceFacts): Finding | undefined {
  if (isPersistent === undefined) return undefined;
  return finding('persistence', isPersistent ? 'kept' : 'evictable');
}

function judgeGraphics({ graphics }: DeviceFacts): Finding | undefined {
  if (graphics === undefined) return undefined;
  if (graphics === 'hardware') return finding('graphics', 'gpu-found');
  return finding('graphics', graphics === 'software' ? 'gpu-software' : 'gpu-none');
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= Number.MAX_SAFE_INTEGER;
}
