/** Remembers the last catalog that was accepted of each publisher: one file for each, for all projects of this account. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as v from 'valibot';

import type { AcceptedCatalog, AcceptedCatalogStore } from '../../lib/db/acceptedCatalogs';
import { ModelError } from '../../lib/errors';
import { reasonOf, systemCode } from '../../lib/platform/node/nodeErrors';

const schema = v.object({
  firstRoot: v.string(),
  rootVersion: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  statement: v.string(),
  catalogText: v.string(),
});

export function createCatalogMemory(folder: string): AcceptedCatalogStore {
  const pathOf = (firstRoot: string) => join(folder, `${firstRoot}.json`);

  return {
    async find(firstRoot) {
      const path = pathOf(firstRoot);
      const text = await readFile(path, 'utf8').catch((error: unknown) => {
        if (systemCode(error) === 'ENOENT') return undefined;
        throw failed(reasonOf(error), error);
      });
      if (text === undefined) return undefined;
      const accepted = parse(text);
      // Not taken as "nothing was accepted": that would let an older catalog in.
      if (accepted?.firstRoot !== firstRoot) throw failed(`${path} is damaged. Remove it.`);
      return accepted;
    },

    async save(accepted) {
      const path = pathOf(accepted.firstRoot);
      const staging = `${path}.${String(process.pid)}`;
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(staging, JSON.stringify(accepted), { flush: true });
        await rename(staging, path);
      } catch (error) {
        throw failed(reasonOf(error), error);
      }
    },
  };
}

function parse(text: string): AcceptedCatalog | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    // It is no JSON: the caller says so.
    return undefined;
  }
}

function failed(reason: string, cause?: unknown): ModelError {
  return new ModelError('DB_FAILED', { reason }, { cause });
}
