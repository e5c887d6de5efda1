/** What a benchmark may come to, for tests of what is done with one. */
import type { Benchmark } from '../lib/ai/measure/runBenchmark';

export const BENCHMARK: Benchmark = {
  modelId: 'tiny-demo',
  kind: 'full',
  measuredAt: Date.UTC(2026, 0, 1, 12),
  deviceName: 'Linux, Chromium 156, 2 threads',
  backend: 'CPU, 2 threads',
  engineName: 'wllama',
  engineVersion: '3.13.0',
  contextTokens: 2_048,
  runs: 3,
  promptTokens: 240,
  generatedTokens: 64,
  loadMs: 850.5,
  timeToFirstTokenMs: 412.25,
  prefillTokensPerSecond: 580.5,
  tokensPerSecond: 24.25,
  memoryBytes: 1_300_000_000,
};
