/** What a computer is and allows, by what Node tells of it. */
import { arch, cpus, totalmem, type } from 'node:os';
import { performance } from 'node:perf_hooks';

import { toldBy, toldLeast } from '../shared/told';
import type { Host, HostMemory, Runtime } from '../types';
import { bootId } from './peers/bootId';

/** Where what is said comes from. Any of it may fail: a sandbox may have no `/proc`. */
export interface Machine {
  totalMemory: () => unknown;
  /** By the limits of a container. */
  constrainedMemory: () => unknown;
  availableMemory: () => unknown;
  processor: () => string | undefined;
  /** Begins to measure; what it returns tells the share so far. */
  watchLoad: () => () => unknown;
  bootId: () => string;
}

const MACHINE: Machine = {
  totalMemory: totalmem,
  constrainedMemory: () => process.constrainedMemory(),
  availableMemory: () => process.availableMemory(),
  processor: () => cpus()[0]?.model,
  watchLoad() {
    const { eventLoopUtilization } = performance;
    const start = eventLoopUtilization();
    return () => eventLoopUtilization(start).utilization;
  },
  bootId,
};

/** @throws never: what the system doesn't tell is left out. */
export function createNodeHost(
  { root, runtime }: { root: string; runtime: Runtime },
  machine: Machine = MACHINE,
): Host {
  const processor = toldBy(machine.processor)?.trim() ?? '';
  return {
    kind: 'node',
    runtimes: [runtime],
    maxModelBytes: undefined,
    storageName: root,
    bootId: machine.bootId(),
    requestPersistence: () => Promise.resolve(true),
    deviceName: `${type()} ${arch()}, ${processor === '' ? 'unknown processor' : processor}, Node ${process.versions.node}`,
    memory: () => Promise.resolve(memoryOf(machine)),
    watchLoad: () => watchLoad(machine),
    lastWords: undefined,
    keepLastWords: () => undefined,
    // A terminal is always in sight, and nobody tells it of a lack of memory.
    subscribe: () => () => undefined,
  };
}

function memoryOf({ totalMemory, constrainedMemory, availableMemory }: Machine): HostMemory {
  const totalBytes = toldLeast(toldBy(totalMemory), toldBy(constrainedMemory));
  const available = toldLeast(toldBy(availableMemory));
  return { totalBytes, availableBytes: available && toldLeast(available, totalBytes) };
}

/** Counts as busy where nobody can tell: then there are no more connections than at first. */
function watchLoad(machine: Machine): () => number {
  const told = toldBy(machine.watchLoad);
  return () => {
    const share = told && toldBy(told);
    return typeof share === 'number' && share >= 0 ? Math.min(1, share) : 1;
  };
}
