/** What Node knows about the computer, for the doctor. */
import { access, constants } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { dirname } from 'node:path';

import { toldBy, toldLeast, toldNumber } from '../shared/told';
import type { DeviceFacts, StorageFacts } from '../types';
import { freeBytesAt } from './files/nodeFreeBytes';
import { NO_PROXY, type ProxyFor } from './http/nodeProxy';
import { isAbsent } from './nodeErrors';

interface NodeFactsParts {
  /** The models folder, which may not exist yet. */
  root: string;
  hubEndpoint: string;
  proxyFor: ProxyFor | undefined;
}

/** Never rejects. */
export async function readNodeFacts(parts: NodeFactsParts): Promise<DeviceFacts> {
  const totalBytes = toldLeast(
    toldBy(totalmem),
    toldBy(() => process.constrainedMemory()),
  );
  return {
    threads: toldNumber(toldBy(availableParallelism), 1),
    memory: { totalBytes, availableBytes: toldLeast(toldBy(() => process.availableMemory())) },
    storage: await storageAt(parts.root),
    proxy: proxyOf(parts),
    isOnline: undefined,
    aheadMs: undefined,
  };
}

async function storageAt(root: string): Promise<StorageFacts> {
  const state = (await canWrite(root)) ? 'writable' : 'refused';
  return { state, freeBytes: await freeBytesAt(root) };
}

/** Of a folder that doesn't exist yet: whether it can be made. */
async function canWrite(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch (error) {
    const parent = dirname(folder);
    return isAbsent(error) && parent !== folder && (await canWrite(parent));
  }
}

function proxyOf({ hubEndpoint, proxyFor = NO_PROXY }: NodeFactsParts): 'none' | 'set' | 'invalid' {
  try {
    return proxyFor(new URL(hubEndpoint)) === undefined ? 'none' : 'set';
  } catch {
    // The only failure of the rules: PROXY_INVALID.
    return 'invalid';
  }
}
