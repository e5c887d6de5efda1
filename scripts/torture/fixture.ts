/** The three models that are tortured: their true bytes, the hub's repositories of them, and a catalog that names them. */
import type { LlmModelConfig, ModelSource } from '../../lib/ai/modelConfig';
import { bytesContent, type Content } from '../../tests/hub/content';
import { commitFor, type HubRepo } from '../../tests/hub/repos';
import { noise } from '../demoModel/noise';

const KIB = 1024;
const MIB = 1024 * KIB;

const TAG = 'v1';
const NAMES = ['weights.pte', 'tokenizer.json', 'tokenizer_config.json'] as const;

export interface FixtureFile {
  fileName: string;
  /** `owner/name/path`, as the hub's log names it. */
  hubName: string;
  content: Content;
}

export interface FixtureModel {
  modelId: string;
  repo: HubRepo;
  /** Weights first. */
  files: readonly FixtureFile[];
  sizeBytes: number;
  /** What the catalog states about sizes and digests; the hub is asked for the rest. */
  stated: 'everything' | 'weights' | 'nothing';
}

/** No size is a multiple of a block: the last one is always a short one. */
export const MODELS: readonly [FixtureModel, ...FixtureModel[]] = [
  makeModel('torture-small', { sizes: [MIB + 1, 64 * KIB, 1234], stated: 'nothing' }),
  makeModel('torture-medium', { sizes: [8 * MIB + 4097, MIB, 2345], stated: 'everything' }),
  makeModel('torture-large', { sizes: [24 * MIB - 77, 96 * KIB + 1, 3456], stated: 'weights' }),
];

function makeModel(
  modelId: string,
  { sizes, stated }: { sizes: readonly number[]; stated: FixtureModel['stated'] },
): FixtureModel {
  const name = `torture/${modelId}`;
  const files = NAMES.map((fileName, place) => ({
    fileName,
    hubName: `${name}/${fileName}`,
    content: bytesContent(noise(`${name}/${fileName}`, sizes[place] ?? 0)),
  }));
  const commit = commitFor(name);
  // As on the real hub: only the configuration is small enough to lie in git.
  const stored = files.map(({ fileName, content }, place) => [
    fileName,
    { content, lfs: place < 2 },
  ]);
  return {
    modelId,
    repo: {
      name,
      commit,
      tags: { [TAG]: commit },
      files: Object.fromEntries(stored) as HubRepo['files'],
    },
    files,
    sizeBytes: files.reduce((sum, { content }) => sum + content.sizeBytes, 0),
    stated,
  };
}

/** The text of a catalog with all models at the hub of `endpoint`. */
export function catalogText(endpoint: string): string {
  return JSON.stringify({ version: 1, models: MODELS.map((model) => configOf(model, endpoint)) });
}

function configOf(model: FixtureModel, endpoint: string): LlmModelConfig {
  const { modelId, repo } = model;
  const unavailable: ModelSource = { kind: 'unavailable', reason: 'Not for this host.' };
  const source = (place: number) => sourceOf(model, place, endpoint);
  return {
    modelId,
    displayName: modelId,
    description: 'Noise.',
    size: 'small',
    quantization: 'none',
    folderName: modelId,
    pteFileName: NAMES[0],
    tokenizerFileName: NAMES[1],
    tokenizerConfigFileName: NAMES[2],
    ggufFileName: 'weights.gguf',
    ggufQuantization: 'none',
    available: true,
    huggingFaceUrl: `${endpoint}/${repo.name}`,
    pteSource: source(0),
    tokenizerSource: source(1),
    tokenizerConfigSource: source(2),
    ggufSource: unavailable,
    license: 'MIT',
  };
}

function sourceOf(
  { repo, files, stated }: FixtureModel,
  place: number,
  endpoint: string,
): ModelSource {
  const content = files[place]?.content;
  const isStated = stated === 'everything' || (stated === 'weights' && place === 0);
  const revision = stated === 'everything' ? repo.commit : TAG;
  const url = `${endpoint}/${repo.name}/resolve/${revision}/${NAMES[place] ?? ''}`;
  if (!content || !isStated) return { kind: 'remote', url };
  return { kind: 'remote', url, sizeBytes: content.sizeBytes, sha256: content.digest('sha256') };
}
