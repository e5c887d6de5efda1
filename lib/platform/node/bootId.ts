/** Tells one run of the operating system from the next: what was written but not synced outlives a process, not a reboot. */
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** Differs after each start of the system, and may differ more often, where only clocks tell. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // Only Linux has it; elsewhere the minute of the start has to do.
    return `started-${String(Math.round((Date.now() / 1000 - uptime()) / 60))}`;
  }
}
