/**
 * The entries of a catalog file. Version 1 has the registry's own fields, which state two builds; version 2 has the
 * normal form: builds with a runtime each, and files with a role each.
 */
import * as v from 'valibot';

import { isPortableName } from '../../platform/shared/storePath';
import type { LlmModelConfig } from '../modelConfig';
import { isModelId } from '../modelId';
import { FILE_ROLES, type ModelBuild } from '../runtimes/modelBuild';
import { withBuilds } from '../runtimes/notation';
import { RUNTIMES, TRAITS } from '../runtimes/runtimes';
import { MANIFEST_NAMES } from './buildPlaces';
import { readFileAddress, readWebAddress, type WrittenAddress } from './fileAddress';

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
      index: v.exactOptional(
        v.object({
          url: addressThat((written) => readFileAddress(written, hubEndpoint)),
          sizeBytes: bytes,
          sha256,
        }),
      ),
    }),
    v.object({ kind: v.literal('unavailable'), reason: text(300) }),
  ]);

/** The facts that both versions state in the same way. */
const factsAt = (hubEndpoint: string) => ({
  modelId: v.pipe(v.string(), v.check(isModelId, 'must be a-z, 0-9, . or -')),
  displayName: text(80),
  description: text(400),
  size: text(20),
  folderName: fileName,
  huggingFaceUrl: addressThat((written) => readWebAddress(written, hubEndpoint)),
  license: text(80),
  recommended: v.exactOptional(v.object({ temperature: between(0, 2), topP: between(0.05, 1) })),
  canThink: v.exactOptional(v.boolean()),
  guidance: v.exactOptional(v.picklist(['fastest', 'balanced', 'best-quality'])),
  demo: v.exactOptional(v.boolean()),
  notes: v.exactOptional(text(400)),
  withdrawn: v.exactOptional(
    v.object({
      reason: text(400),
      versions: v.exactOptional(v.pipe(v.array(sha256), v.minLength(1), v.maxLength(1000))),
    }),
  ),
});

const firstVersion = (hubEndpoint: string) =>
  v.object({
    ...factsAt(hubEndpoint),
    quantization: text(30),
    pteFileName: fileOf('.pte'),
    tokenizerFileName: fileOf('.json', '.model'),
    tokenizerConfigFileName: fileOf('.json'),
    ggufFileName: fileOf('.gguf'),
    ggufQuantization: text(30),
    available: v.boolean(),
    pteSource: sourceAt(hubEndpoint),
    tokenizerSource: sourceAt(hubEndpoint),
    tokenizerConfigSource: sourceAt(hubEndpoint),
    ggufSource: sourceAt(hubEndpoint),
    contextTokens: v.exactOptional(v.object({ executorch: tokens, llamaCpp: tokens })),
    kvBytesPerToken: v.exactOptional(bytes),
    approximateBytes: v.exactOptional(bytes),
    publishedMemoryBytes: v.exactOptional(bytes),
  });

const memoryFacts = v.object({
  vocabularySize: bytes,
  embeddingLength: bytes,
  feedForwardLength: bytes,
  slidingKvBytesPerToken: bytes,
  slidingWindowTokens: tokens,
  stateBytes: bytes,
});

/** More files than any published build is split into. */
const MAX_FILES = 200;

const fileAt = (hubEndpoint: string) =>
  v.object({ role: v.picklist(FILE_ROLES), fileName, source: sourceAt(hubEndpoint) });

const buildAt = (hubEndpoint: string) =>
  v.pipe(
    v.object({
      runtime: v.picklist(RUNTIMES),
      quantization: text(30),
      files: v.pipe(v.array(fileAt(hubEndpoint)), v.maxLength(MAX_FILES)),
      contextTokens: v.exactOptional(v.pipe(tokens, v.minValue(1))),
      kvBytesPerToken: v.exactOptional(bytes),
      memoryFacts: v.exactOptional(memoryFacts),
      expertCount: v.exactOptional(bytes),
      publishedMemoryBytes: v.exactOptional(bytes),
      approximateBytes: v.exactOptional(bytes),
    }),
    v.rawTransform(({ dataset, addIssue, NEVER }): ModelBuild => {
      const message = problemOf(dataset.value);
      if (message !== undefined) {
        addIssue({ message });
        return NEVER;
      }
      const { files, ...build } = dataset.value;
      return { ...build, files: FILE_ROLES.flatMap((role) => files.filter(isOf(role))) };
    }),
  );

const isOf =
  (role: string) =>
  (file: { role: string }): boolean =>
    file.role === role;

/** Why a runtime can't load a build with these files; undefined if it may be able to. */
function problemOf({ runtime, files }: ModelBuild): string | undefined {
  const { fileEndings, neededRoles } = TRAITS[runtime];
  for (const role of FILE_ROLES) {
    const { length } = files.filter(isOf(role));
    if (length === 0 && neededRoles.includes(role)) return `has no file with the role ${role}`;
    if (length > 1 && role !== 'weights') return `has several files with the role ${role}`;
  }
  for (const { role, fileName: name } of files) {
    const endings = fileEndings[role];
    if (endings === undefined) return `can’t have a file with the role ${role}`;
    if (!endings.some((ending) => name.toLowerCase().endsWith(ending))) {
      return `has a file with the role ${role} that must end in ${endings.join(' or ')}`;
    }
  }
  return undefined;
}

/** Whether a build is written for this version of the app: one for a newer runtime is passed over, not refused. */
function isForKnownRuntime(build: unknown): boolean {
  const parsed = v.safeParse(v.object({ runtime: v.string() }), build);
  return !parsed.success || RUNTIMES.some((runtime) => runtime === parsed.output.runtime);
}

const buildsAt = (hubEndpoint: string) =>
  v.pipe(
    v.array(v.unknown()),
    v.maxLength(20),
    v.transform((builds) => builds.filter(isForKnownRuntime)),
    v.array(buildAt(hubEndpoint)),
    v.minLength(1, 'must have a build for a runtime that this version knows'),
    v.check(
      (builds) => new Set(builds.map(({ runtime }) => runtime)).size === builds.length,
      'must have one build for each runtime at most',
    ),
  );

const secondVersion = (hubEndpoint: string) =>
  v.pipe(
    v.object({
      ...factsAt(hubEndpoint),
      available: v.optional(v.boolean(), true),
      licenseText: v.exactOptional(
        v.object({
          url: addressThat((written) => readFileAddress(written, hubEndpoint)),
          sha256: v.exactOptional(sha256),
        }),
      ),
      needsAcceptance: v.exactOptional(v.boolean()),
      builds: buildsAt(hubEndpoint),
      provenance: v.exactOptional(
        v.object({
          repository: v.pipe(v.string(), v.regex(/^[\w.-]{1,96}\/[\w.-]{1,96}$/)),
          commit: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
          revision: v.exactOptional(text(200)),
          publisher: v.exactOptional(v.pipe(v.string(), v.regex(/^[\w.-]{1,96}$/))),
          publishedAt: v.exactOptional(v.pipe(v.string(), v.isoTimestamp())),
          licenseSha256: v.exactOptional(sha256),
        }),
      ),
    }),
    v.transform(({ builds, ...facts }) => withBuilds(facts, builds)),
  );

/** Checks one entry of a catalog file of that version. */
export function entrySchema(
  version: 1 | 2,
  hubEndpoint: string,
): v.GenericSchema<unknown, LlmModelConfig> {
  return version === 1 ? firstVersion(hubEndpoint) : secondVersion(hubEndpoint);
}
