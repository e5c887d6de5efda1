/** Reads a catalog file: models that extend or replace the registry without a new app build. Validates all of it. */
import * as v from 'valibot';

import { ModelError } from '../../errors';
import { DEFAULT_HUB_ENDPOINT } from '../../platform/addresses/hubEndpoint';
import { isPortableName } from '../../platform/shared/storePath';
import { readFileAddress, readWebAddress, type WrittenAddress } from './fileAddress';
import { isModelId, type LlmModelConfig } from '../modelConfig';
import { MANIFEST_NAMES } from './buildPlaces';

export const MAX_CATALOG_BYTES = 2 * 1024 * 1024;

export interface CatalogProblem {
  /** The entry's id where it has one that can be shown; undefined for a problem of the whole file. */
  modelId: string | undefined;
  reason: string;
}

export interface Catalog {
  models: LlmModelConfig[];
  /** The dropped entries, each with its reason. */
  problems: CatalogProblem[];
}

const text = (maxLength: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(maxLength));
const bytes = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const between = (least: number, most: number) =>
  v.pipe(v.number(), v.minValue(least), v.maxValue(most));
const tokens = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(100_000_000));

const fileName = v.pipe(
  text(200),
  v.check(isPortableName, 'is no file name that every device can store'),
  v.check(
    (name) => !MANIFEST_NAMES.includes(name) && !name.startsWith('.'),
    'is a reserved file name',
  ),
);

const fileOf = (...endings: string[]) =>
  v.pipe(
    fileName,
    v.check(
      (name) => endings.some((ending) => name.toLowerCase().endsWith(ending)),
      `must end in ${endings.join(' or ')}`,
    ),
  );

const addressThat = (read: (written: string) => WrittenAddress) =>
  v.pipe(
    text(2000),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const { url, problem } = read(dataset.value);
      if (url !== undefined) return url;
      addIssue({ message: problem });
      return NEVER;
    }),
  );

// The notations of `Get-FileHash`, `certutil` (older versions put blanks between the bytes) and registries.
const sha256 = v.pipe(
  v.string(),
  v.maxLength(300),
  v.transform((written) =>
    written
      .toLowerCase()
      .replace(/^\s*sha-?256\s*[:=]/, '')
      .replace(/[\s-]/g, ''),
  ),
  v.regex(/^[0-9a-f]{64}$/, 'is no SHA-256'),
);

const sourceAt = (hubEndpoint: string) =>
  v.variant('kind', [
    v.object({
      kind: v.literal('remote'),
      url: addressThat((written) => readFileAddress(written, hubEndpoint)),
      sizeBytes: v.exactOptional(bytes),
      sha256: v.exactOptional(sha256),
    }),
    v.object({ kind: v.literal('unavailable'), reason: text(300) }),
  ]);

const modelEntries = (hubEndpoint: string) => ({
  modelId: v.pipe(v.string(), v.check(isModelId, 'must be a-z, 0-9, . or -')),
  displayName: text(80),
  description: text(400),
  size: text(20),
  quantization: text(30),
  folderName: fileName,
  pteFileName: fileOf('.pte'),
  tokenizerFileName: fileOf('.json', '.model'),
  tokenizerConfigFileName: fileOf('.json'),
  ggufFileName: fileOf('.gguf'),
  ggufQuantization: text(30),
  available: v.boolean(),
  huggingFaceUrl: addressThat((written) => readWebAddress(written, hubEndpoint)),
  pteSource: sourceAt(hubEndpoint),
  tokenizerSource: sourceAt(hubEndpoint),
  tokenizerConfigSource: sourceAt(hubEndpoint),
  ggufSource: sourceAt(hubEndpoint),
  license: text(80),
  contextTokens: v.exactOptional(v.object({ executorch: tokens, llamaCpp: tokens })),
  kvBytesPerToken: v.exactOptional(bytes),
  approximateBytes: v.exactOptional(bytes),
  publishedMemoryBytes: v.exactOptional(bytes),
  recommended: v.exactOptional(v.object({ temperature: between(0, 2), topP: between(0.05, 1) })),
  canThink: v.exactOptional(v.boolean()),
  guidance: v.exactOptional(v.picklist(['fastest', 'balanced', 'best-quality'])),
  demo: v.exactOptional(v.boolean()),
});

const modelSchema = (hubEndpoint: string): v.GenericSchema<unknown, LlmModelConfig> =>
  v.object(modelEntries(hubEndpoint));

const fileSchema = v.object({
  version: v.literal(1),
  models: v.pipe(v.array(v.unknown()), v.maxLength(10_000)),
});

/**
 * The usable entries of a catalog, and the reasons against the others. Addresses and digests are accepted
 * as people copy them and returned in one form. Plain http is accepted or not depending on the hub's address.
 * @throws ModelError CATALOG_INVALID when it can't be read as a catalog at all.
 */
export function parseCatalog(catalogText: string, hubEndpoint = DEFAULT_HUB_ENDPOINT): Catalog {
  if (catalogText.length > MAX_CATALOG_BYTES) {
    throw new ModelError('CATALOG_INVALID', { reason: 'It is larger than 2 MiB.' });
  }
  const file = v.safeParse(fileSchema, parseJson(catalogText));
  if (!file.success) throw new ModelError('CATALOG_INVALID', { reason: firstIssue(file.issues) });

  const schema = modelSchema(hubEndpoint);
  const catalog: Catalog = { models: [], problems: [] };
  for (const entry of file.output.models) {
    const parsed = v.safeParse(schema, entry);
    if (!parsed.success) {
      catalog.problems.push({ modelId: shownId(entry), reason: firstIssue(parsed.issues) });
    } else if (catalog.models.some(({ modelId }) => modelId === parsed.output.modelId)) {
      catalog.problems.push({
        modelId: parsed.output.modelId,
        reason: 'Its id is in the file twice.',
      });
    } else {
      catalog.models.push(parsed.output);
    }
  }
  return catalog;
}

function parseJson(catalogText: string): unknown {
  try {
    // The code that read the file may have left a byte order mark in place.
    return JSON.parse(catalogText.replace(/^\ufeff/, '')) as unknown;
  } catch (cause) {
    throw new ModelError('CATALOG_INVALID', { reason: 'It is not JSON.' }, { cause });
  }
}

function firstIssue(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const [issue] = issues;
  const path = v.getDotPath(issue);
  return path === null ? issue.message : `${path}: ${issue.message}`;
}

function shownId(entry: unknown): string | undefined {
  const parsed = v.safeParse(v.object({ modelId: v.pipe(v.string(), v.maxLength(200)) }), entry);
  return parsed.success ? parsed.output.modelId : undefined;
}
