/** Composes the platform and the shelf for the command lines. */
import { join } from 'node:path';

import { createAccess, type Access } from '../../lib/ai/access/access';
import { createShelf } from '../../lib/ai/createShelf';
import type { Shelf } from '../../lib/ai/createShelf';
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { keepRoots, offeredModels } from '../../lib/ai/catalogs/offeredModels';
import type { ModelManager } from '../../lib/ai/modelManager';
import { createUnkeptSettings } from '../../lib/db/unkeptSettings';
import { createNodePlatform } from '../../lib/platform/node/nodePlatform';
import { hasOwnSignIn } from '../../lib/platform/node/nodeSignIn';
import type { Platform, Runtime } from '../../lib/platform/types';
import { createCatalogMemory } from './catalogMemory';
import { readCatalogRoot } from './catalogRoot';
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
  /** A file with the root that signs catalogs; the environment may name one, too. */
  catalogRoot?: string | undefined;
  /** Whether the catalog is the project's own lock, which nobody signs. */
  isLock?: boolean;
  /** Replaces the proxies from the environment; '' means no proxy. */
  proxy: string | undefined;
  /** As `ShelfOptions.acceptedLicenses`. */
  acceptedLicenses?: readonly string[] | 'all';
  /** As `ShelfOptions.usesWithdrawn`. */
  usesWithdrawn?: boolean | undefined;
}

/**
 * `warn` is called for entries left out of a catalog, and for an unusable saved token.
 * @throws UsageError, ModelError
 */
export async function compose(
  options: CompositionOptions,
  warn: (text: string) => void,
): Promise<Composition> {
  const { catalog, proxy, acceptedLicenses = [] } = options;
  const { isLock = false, catalogRoot } = options;
  const catalogTrust = isLock ? undefined : await readCatalogRoot(catalogRoot, process.env);
  const platform = composePlatform(options, warn);
  const access = await startAccess(platform);
  const { random } = Math;
  const wantsSignature = catalogTrust !== undefined;
  const found = await readCatalog(catalog, { ...platform, random, warn, wantsSignature });
  if (found.problem !== undefined) warn(`The catalog was left out: ${found.problem}`);
  const { stateFolder } = readEnvironment(process.env, { proxy, warn });
  const store = createCatalogMemory(join(stateFolder, 'catalogs'));
  const isThere = found.text !== undefined;
  if (!isThere && catalogTrust) await keepRoots(store, catalogTrust, found.signature);
  const given = { catalogText: found.text, ...(isThere && { catalogSignature: found.signature }) };
  const offered = await offeredModels({
    environment: {
      ...platform.environment,
      ...given,
      ...(catalog !== undefined && { catalogTrust }),
    },
    clock: platform.clock,
    store,
  });
  for (const { modelId, reason } of offered.problems) {
    warn(
      modelId === undefined
        ? `Catalog: ${reason}`
        : `Left out of the catalog: ${modelId}: ${reason}`,
    );
  }
  const settings = createUnkeptSettings();
  const { models } = offered;
  const shelf = await createShelf({
    ...{ platform, models, settings, random, acceptedLicenses },
    usesWithdrawn: options.usesWithdrawn === true,
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
