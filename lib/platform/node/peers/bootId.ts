/** Tells one run of the operating system from the next: what was written but not synced outlives a process, not a reboot. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

import { toldBy, toldNumber } from '../../shared/told';

interface BootSources {
  /** Linux names each of its starts. */
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
 * Differs after each start of the system, and may differ more often: where only clocks tell, and
 * with each process where nothing does, which then trusts what was synced alone.
 */
export function bootId({ kernelId, uptimeSeconds, nowMs }: BootSources = SYSTEM): string {
  const named = toldBy(kernelId);
  // A container's may be all zeros, always.
  if (named !== undefined && /^[0-9a-f-]{32,36}$/.test(named) && /[1-9a-f]/.test(named)) {
    return named;
  }
  // Elsewhere the minute of the start has to do.
  const upSeconds = toldNumber(toldBy(uptimeSeconds), 1);
  if (upSeconds === undefined) return `unknown-${randomUUID()}`;
  return `started-${String(Math.round((nowMs() / 1000 - upSeconds) / 60))}`;
}
