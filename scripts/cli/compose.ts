/** Composes the platform and the manager for the command lines. */
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { loadModels } from '../../lib/ai/registry/loadModels';
import { createModelManager } from '../../lib/ai/modelManager';
import type { ModelManager } from '../../lib/ai/modelManager';
import { withUnlisted } from '../../lib/ai/manage/unlistedModels';
import { createUnkeptSettings } from '../../lib/db/unkeptSettings';
import { createNodePlatform } from '../../lib/platform/node/nodePlatform';
import type { Platform, Runtime } from '../../lib/platform/types';
import { readEnvironment } from './environment';
import { readCatalog } from './readCatalog';

export interface Composition {
  platform: Platform;
  /** A started manager. */
  manager: ModelManager;
  models: readonly LlmModelConfig[];
  close(): Promise<void>;
}

export interface CompositionOptions {
  folder: string;
  runtime: Runtime;
  /** A file or an address. */
  catalog: string | undefined;
  /** Replaces the proxies from the environment; '' means no proxy. */
  proxy: string | undefined;
}

/**
 * `warn` is called for entries left out of a catalog, and for an unusable saved token.
 * @throws UsageError, ModelError
 */
export async function compose(
  { folder, runtime, catalog, proxy }: CompositionOptions,
  warn: (text: string) => void,
): Promise<Composition> {
  const platform = composePlatform({ folder, runtime, proxy }, warn);
  const { random } = Math;
  const { text, problem } = await readCatalog(catalog, { ...platform, random, warn });
  const offered = loadModels({ ...platform.environment, catalogText: text });
  const models = await withUnlisted(platform.files, offered.models);
  if (problem !== undefined) warn(`The catalog was left out: ${problem}`);
  for (const { modelId = 'the catalog', reason } of offered.problems) {
    warn(`Left out of the catalog: ${modelId}: ${reason}`);
  }
  const settings = createUnkeptSettings();
  const manager = createModelManager({ platform, settings, models, random, waitsForSpace: false });
  await manager.start();
  const close = async () => {
    await manager.close();
    await platform.close();
  };
  return { platform, manager, models, close };
}

/** The platform alone, for work that needs no models. @throws UsageError */
export function composePlatform(
  { folder, runtime, proxy }: Omit<CompositionOptions, 'catalog'>,
  warn: (text: string) => void,
): Platform {
  return createNodePlatform({
    modelsFolder: folder,
    runtime,
    catalogText: undefined,
    ...readEnvironment(process.env, { proxy, warn }),
  });
}
