/** `modelshelf move`: models of the lock to another drive, and back. */
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { formatPercent, percentOf, printable } from '../../lib/components/words/words';
import { isModelError, ModelError, toFailure } from '../../lib/errors';
import { STORE } from '../../lib/platform/shared/homes';
import type { Composition } from '../cli/compose';
import type { Reporter } from '../cli/reporter';
import { onInterrupt } from '../cli/runCommandLine';
import { runtimesOf, withStores } from './findNewer';
import { existingLock, namedModels } from './install';
import type { ShelfOptions } from './shelfOptions';

/**
 * Resolves with the exit code: 1 where a model couldn't be moved; the others were still tried.
 * @throws UsageError, LockError; ModelError NAME_INVALID, DISK_IO where the folder can't be a place; AbortError
 */
export async function move(
  options: ShelfOptions,
  reporter: Reporter,
  hubEndpoint: string,
): Promise<number> {
  const lock = await existingLock(options.lockPath, hubEndpoint);
  const models = namedModels(lock, options);
  const stop = new AbortController();
  const stopListening = onInterrupt(() => {
    stop.abort();
  });
  let code = 0;
  try {
    await withStores({ options, reporter, lock }, async (storeOf) => {
      for (const model of models) {
        try {
          const app = await storeWith(model, storeOf);
          await moveOne({ app, model, reporter, signal: stop.signal }, options.moving);
        } catch (error) {
          if (!isModelError(error)) throw error;
          reporter.failed(model, toFailure(error));
          code = 1;
        }
      }
    });
  } finally {
    stopListening();
  }
  return code;
}

/** A composition has the builds of one runtime; all builds of a model move together. @throws ModelError MODEL_MISSING */
async function storeWith(
  model: LlmModelConfig,
  storeOf: (runtime: ReturnType<typeof runtimesOf>[number]) => Promise<Composition>,
): Promise<Composition> {
  const { modelId } = model;
  for (const runtime of runtimesOf(model)) {
    const app = await storeOf(runtime);
    const kind = app.manager.getSnapshot().states[modelId]?.kind;
    if (kind === 'installed' || kind === 'differs' || kind === 'disconnected') return app;
  }
  throw new ModelError('MODEL_MISSING', { modelId });
}

interface Moving {
  app: Composition;
  model: LlmModelConfig;
  reporter: Reporter;
  signal: AbortSignal;
}

async function moveOne(moving: Moving, how: ShelfOptions['moving']): Promise<void> {
  const { app, model, reporter, signal } = moving;
  const { modelId } = model;
  if (how === 'cancel') {
    await app.shelf.cancelMove(modelId);
    reporter.tell({ event: 'cancelled', modelId }, `${modelId}: stays where it is`);
  } else if (how === 'give up') {
    await app.shelf.forgetCopy(modelId);
    const line = `${modelId}: given up. Its files stay on that drive, and install downloads it again.`;
    reporter.tell({ event: 'given-up', modelId }, line);
  } else {
    const place = how === 'back' || how === undefined ? undefined : await placeAt(app, how.to);
    const stopTelling = tellProgress(moving);
    try {
      await app.shelf.move(modelId, place?.id ?? STORE, { signal });
    } finally {
      stopTelling();
    }
    const at = place === undefined ? 'the models folder' : printable(place.name);
    reporter.tell({ event: 'moved', modelId, place: place?.name }, `${modelId}: now in ${at}`);
  }
}

async function placeAt({ shelf }: Composition, folder: string) {
  const place = await shelf.places?.add?.(folder);
  if (place === undefined) throw new Error('A computer takes any folder as a place.');
  return place;
}

/** One line for each tenth. */
function tellProgress({ app, model, reporter }: Moving): () => void {
  const { modelId } = model;
  let told = 0;
  return app.manager.subscribe(() => {
    const progress = app.manager.getSnapshot().moves[modelId];
    if (progress === undefined || progress.totalBytes === 0) return;
    const { doneBytes, totalBytes } = progress;
    const tenth = Math.floor((doneBytes / totalBytes) * 10);
    if (tenth <= told) return;
    told = tenth;
    const percent = formatPercent(percentOf(doneBytes, totalBytes));
    const event = { event: 'moving', modelId, doneBytes, totalBytes };
    reporter.tell(event, `${modelId}: ${percent} copied and read back`);
  });
}
