/** Counts what the real client asks of the hub for one install, at the local hub. */
import { join } from 'node:path';

import { createShelf } from '../../../lib/ai/createShelf';
import { createUnkeptSettings } from '../../../lib/db/unkeptSettings';
import { loadModels } from '../../../lib/ai/registry/loadModels';
import { createNodePlatform } from '../../../lib/platform/node/nodePlatform';
import { registryRepos } from '../../../tests/hub/fixtures';
import { startHub } from '../../../tests/hub/server';

export interface HubRequests {
  /** To `/api/`. */
  api: number;
  /** To addresses of files, which the hub counts as resolvers. */
  resolvers: number;
}

/** Of a model for phones, whose files the registry doesn't pin: the most that an install asks. */
export async function countHubRequests(scratch: string): Promise<HubRequests> {
  const hub = await startHub({ repos: registryRepos() });
  const platform = createNodePlatform({
    ...{ modelsFolder: join(scratch, 'models'), runtime: 'executorch', hubEndpoint: hub.endpoint },
  });
  const { models } = loadModels(platform.environment);
  const shelf = await createShelf({ platform, models, settings: createUnkeptSettings() });
  try {
    await shelf.ensure('qwen-3-0.6b');
    const asked = hub.log.filter(({ origin }) => origin === 'hub').map(({ path }) => path);
    const api = asked.filter((path) => path.startsWith('/api/')).length;
    return { api, resolvers: asked.length - api };
  } finally {
    await shelf.close();
    await hub.close();
  }
}
