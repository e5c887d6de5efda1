/** What a result depends on and says about itself: the computer, without its name. */
import { cpus, release, totalmem, type } from 'node:os';

export function machineWords(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${cpus().length} cores (${model}), ${memory} GiB of memory, ${type()} ${release()}`;
}

export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
