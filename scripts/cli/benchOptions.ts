/** Reads the command line of `models:bench`. Nothing is printed, read or written here. */
import { parseArgs } from 'node:util';

import { BENCHMARK_RUNS } from '../../lib/ai/measure/runBenchmark';
import { PROMPT_FORMATS } from '../../lib/errors';
import type { PromptFormat } from '../../lib/errors';
import type { Runtime } from '../../lib/platform/types';
import { refuseEmpty } from './emptyOption';
import { modelsFolder } from './localPath';
import { UsageError } from './usageError';

export interface BenchOptions {
  modelId: string;
  folder: string;
  runtime: Runtime;
  /** A file or an address. */
  catalog: string | undefined;
  runs: number;
  /** Undefined for the model's own template. */
  promptFormat: PromptFormat | undefined;
  json: boolean;
}

export const BENCH_HELP = `Usage: pnpm models:bench --model ID [options]

Measures an installed model on this computer, as the app does: a load, an answer to warm up, then
the runs. Its numbers are the medians of the runs.

  --model ID       the model; it has to be installed with --runtime llama.cpp
  --runs N         how many answers are measured (${String(BENCHMARK_RUNS)})
  --format NAME    write prompts so, where the model’s own template can’t be used:
                   ${PROMPT_FORMATS.join(', ')}
  --dir PATH       the models folder (assets/models)
  --runtime NAME   whose build: llama.cpp, the only one that runs here
  --catalog FILE   a catalog file or an https address; its models extend the registry
  --json           one JSON document, and nothing else, on standard output
  --help           this text

Exit codes: 0 measured, 1 it failed, 2 wrong usage, 130 interrupted.
`;

const MOST_RUNS = 100;

/** Undefined when help was asked for. @throws UsageError */
export function parseBenchOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = readArguments(args);
  if (values.help) return undefined;
  refuseEmpty(values);
  if (values.runtime !== 'llama.cpp') {
    throw new UsageError('--runtime is llama.cpp: builds for phones run on phones alone.');
  }
  if (values.model === undefined) throw new UsageError('--model ID says what to measure.');
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1 || runs > MOST_RUNS) {
    throw new UsageError(`--runs takes a number from 1 to ${String(MOST_RUNS)}.`);
  }
  const promptFormat = PROMPT_FORMATS.find((format) => format === values.format);
  if (promptFormat === undefined && values.format !== undefined) {
    throw new UsageError(`--format is one of ${PROMPT_FORMATS.join(', ')}.`);
  }
  const { model: modelId, dir, runtime, catalog, json } = values;
  return { modelId, folder: modelsFolder(dir), runtime, catalog, runs, promptFormat, json };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      // pnpm passes its own separator on.
      args: args.filter((argument, place) => argument !== '--' || place > 0),
      allowPositionals: false,
      options: {
        model: { type: 'string' },
        runs: { type: 'string', default: String(BENCHMARK_RUNS) },
        dir: { type: 'string' },
        runtime: { type: 'string', default: 'llama.cpp' },
        catalog: { type: 'string' },
        format: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    // Node's own message names the unknown option.
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
