/** A computer's properties and limits, as Node reports them. */
import { arch, cpus, totalmem, type } from 'node:os';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';

import { storeSegments } from '../shared/storePath';
import { toldBy, toldLeast } from '../shared/told';
import type { Host, HostMemory, Runtime } from '../types';
import { createNodeForeignFiles } from './files/nodeForeignFiles';
import { createNodeSharing } from './files/nodeSharing';
import { createNodePickedFiles } from './files/nodePickedFiles';
import { shownPlaceOf } from './files/nodeVolumes';
import { bootId } from './peers/bootId';

/** The sources of these facts. Any of them may throw: a sandbox may have no `/proc`. */
export interface Machine {
  totalMemory: () => unknown;
  /** The memory limit of a container. */
  constrainedMemory: () => unknown;
  availableMemory: () => unknown;
  processor: () => string | undefined;
  /** Begins to measure; the returned function gives the busy share so far. */
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

/** Never throws: facts that the system doesn't report are left out. */
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
    placeOf(path) {
      storeSegments(path);
      const place = shownPlaceOf(root, path);
      return { path: place, uri: pathToFileURL(place).href };
    },
    shareFile: createNodeSharing(root),
    foreignFiles: createNodeForeignFiles(root),
    pickedFiles: createNodePickedFiles(root),
    bootId: machine.bootId(),
    requestPersistence: () => Promise.resolve(true),
    deviceName: `${type()} ${arch()}, ${processor === '' ? 'unknown processor' : processor}, Node ${process.versions.node}`,
    memory: () => Promise.resolve(memoryOf(machine)),
    watchLoad: () => watchLoad(machine),
    lastWords: undefined,
    keepLastWords: () => undefined,
    // A terminal is never hidden, and gets no notice of low memory.
    subscribe: () => () => undefined,
  };
}

function memoryOf({ totalMemory, constrainedMemory, availableMemory }: Machine): HostMemory {
  const totalBytes = toldLeast(toldBy(totalMemory), toldBy(constrainedMemory));
  const available = toldLeast(toldBy(availableMemory));
  return { totalBytes, availableBytes: available && toldLeast(available, totalBytes) };
}

/** Counts as busy where the load can't be measured: the number of connections is then never increased. */
function watchLoad(machine: Machine): () => number {
  const told = toldBy(machine.watchLoad);
  return () => {
    const share = told && toldBy(told);
    return typeof share === 'number' && share >= 0 ? Math.min(1, share) : 1;
  };
}
