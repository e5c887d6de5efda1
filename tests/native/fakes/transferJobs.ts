/** What the app's own `TransferJobs.kt` does at the start of each of Android's processes, to jobs of the system's fake. */
import type { SystemTransfer } from './systemTransfer';

const HEADERS = { 'Accept-Encoding': 'identity' };

export function rememberWhatCame(jobs: readonly SystemTransfer[]): void {
  for (const job of jobs) {
    const [, start] = /\.(\d{1,15})-(?:\d{1,15}|end)\.incoming$/.exec(job.params.destination) ?? [];
    const cameBytes = job.fileBytes();
    const headers = job.remembered?.headers;
    if (start === undefined || (headers && cameBytes === 0)) continue;
    job.remembered = { bytes: Number(start) + cameBytes, headers: headers ?? HEADERS };
  }
}
