/** Publishes two versions of a model with the product's own code, and measures what a device fetches of the second. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { findBlocks } from '../../../lib/download/delta/findBlocks';
import { parseIndex } from '../../../lib/download/delta/fileIndex';
import { parseCatalog } from '../../../lib/ai/registry/catalog';
import type { LlmModelConfig } from '../../../lib/ai/modelConfig';
import { buildsOf, withBuilds } from '../../../lib/ai/runtimes/notation';
import { createNodePlatform } from '../../../lib/platform/node/nodePlatform';
import { createFolderTarget } from '../../publish/folderTarget';
import { publishCatalog } from '../../publish/publishCatalog';
import { publishModels } from '../../publish/publishModels';
import { writeMade, type MadeFile } from '../delta/pairs';

const BASE_URL = 'https://models.example';
const NAME = 'model.gguf';

export interface PublishedVersion {
  /** Of the file of weights. */
  sizeBytes: number;
  indexBytes: number;
  catalogBytes: number;
  signatureBytes: number;
  /** Of the index, as it is published. */
  indexText: string;
}

/** Puts the version into `{scratch}/{name}/model.gguf` and publishes it into `{scratch}/www`. */
export async function publishVersion(
  scratch: string,
  { name, file, keys }: { name: string; file: MadeFile; keys: { key: string; root: string } },
): Promise<PublishedVersion> {
  const folder = join(scratch, name);
  const www = join(scratch, 'www');
  await mkdir(folder, { recursive: true });
  await writeMade(join(folder, NAME), file);
  const target = createFolderTarget(www);
  const model = configOf();
  const parts = { target, baseUrl: BASE_URL, folder, isDryRun: false, onFile: () => undefined };
  const entry = { modelId: model.modelId, ...FACTS };
  const catalogText = await publishModels(parts, [{ entry, model }]);
  await publishCatalog(target, {
    ...{ catalogText, keyFiles: [keys.key], rootFiles: [keys.root], expires: undefined },
    ...{ nowMs: Date.now(), hubEndpoint: BASE_URL },
  });
  const [published] = parseCatalog(catalogText).models;
  const source = published && buildsOf(published)[0]?.files[0]?.source;
  if (source?.kind !== 'remote' || !source.index) throw new Error('nothing was published');
  const indexText = await readFile(join(www, new URL(source.index.url).pathname), 'utf8');
  return {
    ...{ sizeBytes: source.sizeBytes ?? 0, indexBytes: source.index.sizeBytes, indexText },
    catalogBytes: (await stat(join(www, 'catalog.json'))).size,
    signatureBytes: (await stat(join(www, 'catalog.signature.json'))).size,
  };
}

/** What isn't on a device that has the version in `{scratch}/{had}`, by the product's own search. */
export async function missingBytes(
  scratch: string,
  { had, version }: { had: string; version: PublishedVersion },
): Promise<number> {
  const index = parseIndex(version.indexText, version.sizeBytes);
  if (!index) throw new Error('the index can’t be read');
  const platform = createNodePlatform({ modelsFolder: scratch });
  try {
    const path = `${had}/${NAME}`;
    const { size } = await stat(join(scratch, path));
    const old = [{ path, sizeBytes: size }];
    const { signal } = new AbortController();
    const copies = await findBlocks(platform.ranges, { index, old }, signal);
    const here = copies.reduce((sum, copy) => sum + copy.endBytes - copy.startBytes, 0);
    return version.sizeBytes - here;
  } finally {
    await platform.close();
  }
}

const FACTS = {
  ...{ displayName: 'Model', description: 'A model of noise.', size: '1B', folderName: 'model' },
  ...{ huggingFaceUrl: 'https://huggingface.co/me/model', license: 'MIT' },
};

function configOf(): LlmModelConfig {
  const sha256 = createHash('sha256').update(NAME).digest('hex');
  const url = `https://huggingface.co/me/model/resolve/${sha256.slice(0, 40)}/${NAME}`;
  const source = { kind: 'remote', url } as const;
  const file = { role: 'weights', fileName: NAME, source } as const;
  const build = { runtime: 'llama.cpp', quantization: 'Q8_0', files: [file] } as const;
  return withBuilds({ modelId: 'model', available: true, ...FACTS }, [build]);
}
