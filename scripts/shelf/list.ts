/** `modelshelf list`: the lock’s models, or those that some words name, their builds, and which of them are here. */
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import type { ModelState } from '../../lib/ai/modelState';
import { statedBytes } from '../../lib/ai/registry/modelFiles';
import { findModels, orderModels } from '../../lib/ai/registry/modelOrder';
import { buildsOf } from '../../lib/ai/runtimes/notation';
import { RUNTIMES } from '../../lib/ai/runtimes/runtimes';
import { formatBytes, printable } from '../../lib/components/words/words';
import type { Runtime } from '../../lib/platform/types';
import { isEarlierIn } from '../cli/bringStated';
import { compose } from '../cli/compose';
import type { Reporter } from '../cli/reporter';
import { hasBuild } from './eachRuntime';
import { existingLock } from './install';
import type { ShelfOptions } from './shelfOptions';

/** Resolves with the exit code. @throws LockError */
export async function list(
  options: ShelfOptions,
  reporter: Reporter,
  hubEndpoint: string,
): Promise<number> {
  const { models: all } = await existingLock(options.lockPath, hubEndpoint);
  const found = findModels(all, options.names.join(' '), NO_MARKS);
  const models = orderModels(found, options.order, {
    marks: NO_MARKS,
    sizeOf: (model) => smallest(buildsOf(model).map(({ runtime }) => statedBytes(model, runtime))),
    speedOf: () => undefined,
  });
  const states = new Map<Runtime, Readonly<Record<string, ModelState>>>();
  for (const runtime of RUNTIMES) {
    if (!models.some((model) => hasBuild(model, runtime))) continue;
    states.set(runtime, await statesOn(runtime, options, reporter));
  }
  const width = Math.max(0, ...models.map(({ modelId }) => modelId.length));
  for (const model of models) tellModel(reporter, { model, states, width });
  return 0;
}

/** The app’s database has them, and a project has no such database. */
const NO_MARKS = {};

function smallest(sizes: readonly (number | undefined)[]): number | undefined {
  const known = sizes.filter((size) => size !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

async function statesOn(
  runtime: Runtime,
  { folder, lockPath, proxy }: ShelfOptions,
  { warn }: Reporter,
): Promise<Readonly<Record<string, ModelState>>> {
  const app = await compose({ folder, runtime, catalog: lockPath, proxy }, warn);
  try {
    return app.manager.getSnapshot().states;
  } finally {
    await app.close();
  }
}

interface Listed {
  model: LlmModelConfig;
  states: ReadonlyMap<Runtime, Readonly<Record<string, ModelState>>>;
  width: number;
}

function standing(state: ModelState | undefined): { state: ModelState['kind']; isEarlier?: true } {
  if (state === undefined) return { state: 'absent' };
  return { state: state.kind, ...(isEarlierIn(state) && { isEarlier: true }) };
}

function hereWords(state: ModelState['kind']): string {
  switch (state) {
    case 'installed':
      return 'installed';
    case 'differs':
      return 'another file';
    case 'disconnected':
      return 'on a drive that is not connected';
    default:
      return 'not here';
  }
}

function tellModel(reporter: Reporter, { model, states, width }: Listed): void {
  const { modelId, license, provenance } = model;
  const builds = buildsOf(model)
    .filter(({ files }) => files.length > 0)
    .map(({ runtime, quantization }) => ({
      runtime,
      quantization,
      bytes: statedBytes(model, runtime),
      ...standing(states.get(runtime)?.[modelId]),
    }));
  const words = builds.map(({ runtime, quantization, bytes, state, isEarlier }) => {
    const size = bytes === undefined ? 'size unknown' : formatBytes(bytes);
    return `${runtime} ${quantization}, ${size}, ${isEarlier ? 'an earlier version' : hereWords(state)}`;
  });
  const from = provenance ? `${provenance.repository}@${provenance.commit.slice(0, 12)}` : '';
  const line = `${modelId.padEnd(width)}  ${words.join('; ')}  ${license}  ${from}`;
  reporter.tell(
    { event: 'model', modelId, license, ...(provenance && { provenance }), builds },
    printable(line).trimEnd(),
  );
}
