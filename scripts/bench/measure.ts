/** Runs commands and says what they took, all processes that they start included. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface BenchCommand {
  program: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  cwd?: string;
}

export interface Cost {
  wallSeconds: number;
  /** User and system. */
  cpuSeconds: number;
  /** Of the largest process. */
  peakBytes: number;
}

// From outside, and before the program's own code: GNU time is small, so a fork of it adds nothing to the peak.
const GNU_TIME = '/usr/bin/time';

/** @throws Error with what to install. */
export function requireTime(): void {
  if (!existsSync(GNU_TIME)) throw new Error(`The bench needs GNU time as ${GNU_TIME}.`);
}

/**
 * One command after the other: their times added up, the largest of their peaks.
 * @throws Error with the command's output when one fails.
 */
export async function measure(commands: readonly BenchCommand[], scratch: string): Promise<Cost> {
  const total: Cost = { wallSeconds: 0, cpuSeconds: 0, peakBytes: 0 };
  for (const command of commands) {
    const cost = await measureOne(command, scratch);
    total.wallSeconds += cost.wallSeconds;
    total.cpuSeconds += cost.cpuSeconds;
    total.peakBytes = Math.max(total.peakBytes, cost.peakBytes);
  }
  return total;
}

async function measureOne(command: BenchCommand, scratch: string): Promise<Cost> {
  const report = join(scratch, 'time');
  const timed = ['-f', '%U %S %M', '-o', report, command.program, ...command.args];
  const startedMs = performance.now();
  const child = start({ ...command, program: GNU_TIME, args: timed });
  const { exitCode, output } = await child.ended;
  const wallSeconds = (performance.now() - startedMs) / 1000;
  if (exitCode !== 0) {
    const line = [command.program, ...command.args].join(' ');
    throw new Error(`${line}\nended with ${String(exitCode)}:\n${output}`);
  }
  const [user = 0, system = 0, peakKib = 0] = readFileSync(report, 'utf8').split(' ').map(Number);
  return { wallSeconds, cpuSeconds: user + system, peakBytes: peakKib * 1024 };
}

export interface Started {
  kill(): void;
  ended: Promise<{ exitCode: number | null; output: string }>;
}

export function start({ program, args, env, cwd }: BenchCommand): Started {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
  });
  let output = '';
  const keep = (chunk: Buffer) => (output += chunk.toString());
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const end = async () => {
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode, output };
  };
  return { kill: () => child.kill('SIGKILL'), ended: end() };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}
