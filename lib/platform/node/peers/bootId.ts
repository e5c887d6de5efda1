/**
 * Identifies a run of the operating system: data that was written but not synced outlives a process, but not a reboot.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

import { toldBy, toldNumber } from '../../shared/told';

interface BootSources {
  /** Linux's own id of the current start. */
  kernelId: () => string;
  uptimeSeconds: () => unknown;
  nowMs: () => number;
}

const SYSTEM: BootSources = {
  kernelId: () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  uptimeSeconds: uptime,
  nowMs: () => Date.now(),
};

/**
 * Differs after each start of the system. It may differ more often: where it is derived from clocks, and, where
 * the system reports nothing, in each process, which then trusts only synced data.
 */
export function bootId({ kernelId, uptimeSeconds, nowMs }: BootSources = SYSTEM): string {
  const named = toldBy(kernelId);
  // In a container, the id may always be all zeros.
  if (named !== undefined && /^[0-9a-f-]{32,36}$/.test(named) && /[1-9a-f]/.test(named)) {
    return named;
  }
  // On other systems the minute of the start is used.
  const upSeconds = toldNumber(toldBy(uptimeSeconds), 1);
  if (upSeconds === undefined) return `unknown-${randomUUID()}`;
  return `started-${String(Math.round((nowMs() / 1000 - upSeconds) / 60))}`;
}
