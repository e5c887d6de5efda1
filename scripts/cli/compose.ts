/** Composes the platform and the shelf for the command lines. */
import { createAccess, type Access } from '../../lib/ai/access/access';
import { createShelf } from '../../lib/ai/createShelf';
import type { Shelf } from '../../lib/ai/createShelf';
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { loadModels } from '../../lib/ai/registry/loadModels';
import type { ModelManager } from '../../lib/ai/modelManager';
import { createUnkeptSettings } from '../../lib/db/unkeptSettings';
import { createNodePlatform } from '../../lib/platform/node/nodePlatform';
import { hasOwnSignIn } from '../../lib/platform/node/nodeSignIn';
import type { Platform, Runtime } from '../../lib/platform/types';
import { readEnvironment } from './environment';
import { readCatalog } from './readCatalog';

export interface Composition {
  platform: Platform;
  shelf: Shelf;
  /** The shelf's, started. */
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
  /** As `ShelfOptions.acceptedLicenses`. */
  acceptedLicenses?: readonly string[] | 'all';
}

/**
 * `warn` is called for entries left out of a catalog, and for an unusable saved token.
 * @throws UsageError, ModelError
 */
export async function compose(
  { folder, runtime, catalog, proxy, acceptedLicenses = [] }: CompositionOptions,
  warn: (text: string) => void,
): Promise<Composition> {
  const platform = composePlatform({ folder, runtime, proxy }, warn);
  const access = await startAccess(platform);
  const { random } = Math;
  const { text, problem } = await readCatalog(catalog, { ...platform, random, warn });
  const offered = loadModels({ ...platform.environment, catalogText: text });
  if (problem !== undefined) warn(`The catalog was left out: ${problem}`);
  for (const { modelId = 'the catalog', reason } of offered.problems) {
    warn(`Left out of the catalog: ${modelId}: ${reason}`);
  }
  const settings = createUnkeptSettings();
  const { models } = offered;
  const shelf = await createShelf({
    ...{ platform, models, settings, random, acceptedLicenses },
    waitsForSpace: false,
  });
  const { manager, registry } = shelf;
  const close = () => {
    access?.close();
    return shelf.close();
  };
  return { platform, shelf, manager, models: registry.getModels(), close };
}

/** A token of ours that has ended meanwhile is renewed first. Others are sent as they are, and read only then. */
export async function startAccess(platform: Platform): Promise<Access | undefined> {
  const { tokenPath } = readEnvironment(process.env, { proxy: undefined, warn: () => undefined });
  if (!hasOwnSignIn(tokenPath)) return undefined;
  const access = createAccess(platform);
  await access.start();
  await access.settled();
  return access;
}

/** The platform alone, for work that needs no models. @throws UsageError */
export function composePlatform(
  { folder, runtime, proxy }: Pick<CompositionOptions, 'folder' | 'runtime' | 'proxy'>,
  warn: (text: string) => void,
): Platform {
  return createNodePlatform({
    modelsFolder: folder,
    runtime,
    catalogText: undefined,
    ...readEnvironment(process.env, { proxy, warn }),
    onTokenRefused: () => {
      warn(
        'The hub does not accept the token, so it is left out. modelshelf login signs in again.',
      );
    },
  });
}
