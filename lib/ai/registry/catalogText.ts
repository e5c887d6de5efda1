/** Writes models as entries of a catalog of version 2: the inverse of `catalogEntry.ts`. Pure. */
import type { LlmModelConfig } from '../modelConfig';
import type { ModelBuild } from '../runtimes/modelBuild';
import { buildsOf } from '../runtimes/notation';

/** An entry as it is in a file, with properties that only a person or another version writes. */
export type CatalogEntry = Readonly<Record<string, unknown>> & { readonly modelId: string };

const VERSION = 2;

/** The properties of an entry, in the order in which they are written. */
const FACTS = [
  ...(['modelId', 'displayName', 'description', 'size', 'folderName', 'huggingFaceUrl'] as const),
  ...(['license', 'licenseText', 'needsAcceptance', 'recommended', 'canThink'] as const),
  ...(['guidance', 'demo', 'notes', 'withdrawn'] as const),
] as const;

/** With its properties always in the same order. Builds without files are left out: a catalog can't state them. */
export function catalogEntryOf(config: LlmModelConfig): CatalogEntry {
  const stated = FACTS.filter((name) => config[name] !== undefined);
  const builds = buildsOf(config).filter(({ files }) => files.length > 0);
  return {
    modelId: config.modelId,
    ...Object.fromEntries(stated.map((name) => [name, config[name]])),
    ...(!config.available && { available: false }),
    builds: builds.map(plainBuild),
    ...(config.provenance && { provenance: config.provenance }),
  };
}

/** With its properties always in the same order. */
export function plainBuild(build: ModelBuild) {
  const { runtime, quantization, files, ...facts } = build;
  const { contextTokens, kvBytesPerToken, publishedMemoryBytes, approximateBytes, ...others } =
    facts;
  return {
    ...{ runtime, quantization },
    ...(contextTokens !== undefined && { contextTokens }),
    ...(kvBytesPerToken !== undefined && { kvBytesPerToken }),
    ...(publishedMemoryBytes !== undefined && { publishedMemoryBytes }),
    ...(approximateBytes !== undefined && { approximateBytes }),
    ...others,
    files: files.map(({ role, fileName, source }) => ({ role, fileName, source })),
  };
}

/** The text of a catalog: the same for the same entries, whatever their order. */
export function formatCatalog(entries: readonly CatalogEntry[]): string {
  return `${JSON.stringify({ version: VERSION, models: sortedEntries(entries) }, undefined, 2)}\n`;
}

/** By id, by code unit, so that the order is the same on every computer. */
export function sortedEntries(entries: readonly CatalogEntry[]): CatalogEntry[] {
  return [...entries].sort((a, b) => (a.modelId < b.modelId ? -1 : a.modelId > b.modelId ? 1 : 0));
}
