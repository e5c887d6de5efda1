/** What the commands ask the hub with. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createRequestBudget } from '../../lib/ai/discover/requestBudget';
import type { SmallFileTools } from '../../lib/ai/discover/smallFile';
import { toFailure } from '../../lib/errors';
import type { Host } from '../../lib/platform/types';
import { composePlatform, startAccess } from '../cli/compose';
import type { Reporter } from '../cli/reporter';
import { onInterrupt } from '../cli/runCommandLine';
import { describeInTerminal } from '../cli/terminalWords';
import type { ShelfOptions } from './shelfOptions';

export interface CommandTools extends SmallFileTools {
  host: Host;
}

/** Runs `work` with a platform whose store is a scratch folder, and removes that folder. */
export async function withHubTools<T>(
  { proxy }: Pick<ShelfOptions, 'proxy'>,
  reporter: Reporter,
  work: (tools: CommandTools, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'modelshelf-add-'));
  const platform = composePlatform({ folder, runtime: 'llama.cpp', proxy }, reporter.warn);
  const access = await startAccess(platform);
  const stopping = new AbortController();
  const stopListening = onInterrupt(() => {
    stopping.abort();
  });
  const tools: CommandTools = {
    ...platform,
    hubEndpoint: platform.environment.hubEndpoint,
    random: Math.random,
    budget: createRequestBudget(platform.clock),
    waitsForQuota: true,
    onRetry(error) {
      const { title, detail } = describeInTerminal(toFailure(error));
      reporter.warn(`${title}. ${detail} The hub is asked again.`);
    },
  };
  try {
    return await work(tools, stopping.signal);
  } finally {
    stopListening();
    access?.close();
    await platform.close();
    await rm(folder, { recursive: true, force: true });
  }
}
