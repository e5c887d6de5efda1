/**
 * Translates between the registry's notation, which has fields for two builds, and the normal form. Pure. The core reads
 * `buildsOf` and `buildOf` only: a build for any other runtime is written as a normal form (`LlmModelConfig.builds`).
 */
import type { Runtime } from '../../platform/types';
import type { LlmModelConfig, ModelSource } from '../modelConfig';
import type { FileRole, ModelBuild, ModelFile } from './modelBuild';

/** The fields of the notation that state builds. */
type BuildFields = Pick<
  LlmModelConfig,
  | 'quantization'
  | 'pteFileName'
  | 'pteSource'
  | 'tokenizerFileName'
  | 'tokenizerSource'
  | 'tokenizerConfigFileName'
  | 'tokenizerConfigSource'
  | 'ggufFileName'
  | 'ggufQuantization'
  | 'ggufSource'
  | 'contextTokens'
  | 'kvBytesPerToken'
  | 'approximateBytes'
  | 'publishedMemoryBytes'
  | 'builds'
>;

/** All facts about a model apart from its builds. */
export type ModelDescription = Omit<LlmModelConfig, keyof BuildFields>;

const NOTED: Partial<Record<Runtime, (config: LlmModelConfig) => ModelBuild | undefined>> = {
  executorch: (config) => ({
    ...{ runtime: 'executorch', quantization: config.quantization },
    files: [
      { fileName: config.pteFileName, role: 'weights', source: config.pteSource },
      { fileName: config.tokenizerFileName, role: 'tokenizer', source: config.tokenizerSource },
      {
        fileName: config.tokenizerConfigFileName,
        role: 'tokenizerConfig',
        source: config.tokenizerConfigSource,
      },
    ],
    ...stated({
      contextTokens: atLeastOne(config.contextTokens?.executorch),
      publishedMemoryBytes: config.publishedMemoryBytes,
      approximateBytes: config.approximateBytes,
    }),
  }),
  'llama.cpp': (config) => ({
    ...{ runtime: 'llama.cpp', quantization: config.ggufQuantization },
    files: [{ fileName: config.ggufFileName, role: 'weights', source: config.ggufSource }],
    ...stated({
      contextTokens: atLeastOne(config.contextTokens?.llamaCpp),
      kvBytesPerToken: config.kvBytesPerToken,
      approximateBytes: config.approximateBytes,
    }),
  }),
  system: ({ systemSource }) => systemSource && { runtime: 'system', quantization: '', files: [] },
};

/** The builds that were asked for. A start asks for those of each model of a catalog several times; models don't change. */
const translated = new WeakMap<LlmModelConfig, Map<Runtime, ModelBuild | undefined>>();

function translate(config: LlmModelConfig, runtime: Runtime): ModelBuild | undefined {
  const known = translated.get(config) ?? new Map<Runtime, ModelBuild | undefined>();
  if (known.size === 0) translated.set(config, known);
  if (!known.has(runtime)) known.set(runtime, NOTED[runtime]?.(config));
  return known.get(runtime);
}

/** Every build of a model. */
export function buildsOf(config: LlmModelConfig): readonly ModelBuild[] {
  const noted = Object.keys(NOTED) as Runtime[];
  return config.builds ?? noted.flatMap((runtime) => translate(config, runtime) ?? []);
}

/** The build of a model for a runtime. Undefined where there is none, which no later download can change. */
export function buildOf(config: LlmModelConfig, runtime: Runtime): ModelBuild | undefined {
  if (config.builds === undefined) return translate(config, runtime);
  return config.builds.find((build) => build.runtime === runtime);
}

const NO_FILE: ModelFile = {
  fileName: '',
  role: 'weights',
  source: { kind: 'unavailable', reason: 'There is no such build of it.' },
};

/** A model with these builds. The fields of the notation show the same builds; they are empty where a build is missing. */
export function withBuilds(facts: ModelDescription, builds: readonly ModelBuild[]): LlmModelConfig {
  const find = (runtime: Runtime) => builds.find((build) => build.runtime === runtime);
  const [phones, llamaCpp] = [find('executorch'), find('llama.cpp')];
  return {
    ...facts,
    ...fieldsOfPhones(phones),
    ...fieldsOfLlamaCpp(llamaCpp),
    contextTokens: {
      executorch: phones?.contextTokens ?? 0,
      llamaCpp: llamaCpp?.contextTokens ?? 0,
    },
    ...stated({ approximateBytes: phones?.approximateBytes ?? llamaCpp?.approximateBytes }),
    builds,
  };
}

function fieldsOfPhones(build: ModelBuild | undefined) {
  const weights = fileWith(build, 'weights');
  const tokenizer = fileWith(build, 'tokenizer');
  const tokenizerConfig = fileWith(build, 'tokenizerConfig');
  return {
    quantization: build?.quantization ?? '',
    ...{ pteFileName: weights.fileName, pteSource: weights.source },
    ...{ tokenizerFileName: tokenizer.fileName, tokenizerSource: tokenizer.source },
    tokenizerConfigFileName: tokenizerConfig.fileName,
    tokenizerConfigSource: tokenizerConfig.source,
    ...stated({ publishedMemoryBytes: build?.publishedMemoryBytes }),
  };
}

function fieldsOfLlamaCpp(build: ModelBuild | undefined) {
  const weights = fileWith(build, 'weights');
  return {
    ggufQuantization: build?.quantization ?? '',
    ...{ ggufFileName: weights.fileName, ggufSource: weights.source },
    ...stated({ kvBytesPerToken: build?.kvBytesPerToken }),
  };
}

/** The same model with each source replaced by the result of `change`, which must not have side effects. */
export function withSources(
  config: LlmModelConfig,
  change: (source: ModelSource) => ModelSource,
): LlmModelConfig {
  const changed = {
    ...config,
    pteSource: change(config.pteSource),
    tokenizerSource: change(config.tokenizerSource),
    tokenizerConfigSource: change(config.tokenizerConfigSource),
    ggufSource: change(config.ggufSource),
  };
  if (config.builds === undefined) return changed;
  const builds = config.builds.map((build) => ({
    ...build,
    files: build.files.map((file) => ({ ...file, source: change(file.source) })),
  }));
  return { ...changed, builds };
}

function fileWith(build: ModelBuild | undefined, role: FileRole): ModelFile {
  return build?.files.find((file) => file.role === role) ?? NO_FILE;
}

/** In the notation, no tokens stand for a build that isn't released. */
function atLeastOne(tokens: number | undefined): number | undefined {
  return tokens === 0 ? undefined : tokens;
}

type Stated<Values> = { [Name in keyof Values]?: Exclude<Values[Name], undefined> };

/** Leaves out the values that aren't stated. */
function stated<Values extends Record<string, unknown>>(values: Values): Stated<Values> {
  const kept: Record<string, unknown> = {};
  for (const name in values) if (values[name] !== undefined) kept[name] = values[name];
  return kept as Stated<Values>;
}
