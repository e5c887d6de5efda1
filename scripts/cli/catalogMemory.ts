/** Remembers the last catalog and the roots that were accepted of each publisher, in files for all projects of this account. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import * as v from 'valibot';

import type { AcceptedCatalogStore } from '../../lib/db/acceptedCatalogs';
import { ModelError } from '../../lib/errors';
import { reasonOf, systemCode } from '../../lib/platform/node/nodeErrors';

const catalogSchema = v.object({
  firstRoot: v.string(),
  rootVersion: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  statement: v.string(),
  catalogText: v.string(),
});

const rootsSchema = v.array(v.unknown());

export function createCatalogMemory(folder: string): AcceptedCatalogStore {
  const pathOf = (firstRoot: string) => join(folder, `${firstRoot}.json`);
  const rootsPathOf = (firstRoot: string) => join(folder, `${firstRoot}.roots.json`);

  return {
    async find(firstRoot) {
      const path = pathOf(firstRoot);
      const text = await readIfThere(path);
      if (text === undefined) return undefined;
      const accepted = parse(catalogSchema, text);
      if (accepted?.firstRoot !== firstRoot) throw damaged(path);
      return accepted;
    },

    save: (accepted) => replace(pathOf(accepted.firstRoot), JSON.stringify(accepted)),

    async findRoots(firstRoot) {
      const path = rootsPathOf(firstRoot);
      const text = await readIfThere(path);
      if (text !== undefined && parse(rootsSchema, text) === undefined) throw damaged(path);
      return text;
    },

    saveRoots: (firstRoot, roots) => replace(rootsPathOf(firstRoot), roots),
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw failed(reasonOf(error), error);
  }
}

async function replace(path: string, text: string): Promise<void> {
  const staging = `${path}.${String(process.pid)}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(staging, text, { flush: true });
    await rename(staging, path);
  } catch (error) {
    throw failed(reasonOf(error), error);
  }
}

function parse<T>(schema: v.GenericSchema<unknown, T>, text: string): T | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    // It is no JSON: the caller says so.
    return undefined;
  }
}

/** Not taken as "nothing was accepted": that would let an older one in. */
function damaged(path: string): ModelError {
  return failed(`${path} is damaged. Remove it.`);
}

function failed(reason: string, cause?: unknown): ModelError {
  return new ModelError('DB_FAILED', { reason }, { cause });
}
