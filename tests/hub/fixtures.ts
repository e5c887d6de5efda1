/** The hub's repositories in tests and in `pnpm hub`: stand-ins for the registry's models, and models that speak. */
import { buildSpeakingModel, SPEAKING_CONTEXT_TOKENS } from '../../scripts/demoModel/speakingModel';
import { ALL_MODELS } from '../../lib/ai/modelConfig';
import type { LlmModelConfig, ModelSource } from '../../lib/ai/modelConfig';
import { modelFiles } from '../../lib/ai/registry/modelFiles';
import { bytesContent, noiseContent } from './content';
import { commitFor } from './repos';
import type { HubFile, HubRepo } from './repos';

const KILOBYTE = 1024;
const MEGABYTE = 1024 * KILOBYTE;

/**
 * A repository for each one that the registry's ExecuTorch sources name, with small
 * generated files at exactly their paths and revisions.
 */
export function registryRepos(): HubRepo[] {
  const repos = new Map<string, HubRepo>();
  for (const { url } of executorchSources()) {
    const { name, revision, path } = parseResolveUrl(url);
    const commit = /^[0-9a-f]{40}$/.test(revision) ? revision : commitFor(name);
    const known = repos.get(name);
    repos.set(name, {
      name,
      commit,
      tags: { ...known?.tags, ...(revision === commit ? {} : { [revision]: commit }) },
      files: { ...known?.files, [path]: standIn(`${name}/${path}`) },
    });
  }
  return [...repos.values()];
}

function executorchSources(): Extract<ModelSource, { kind: 'remote' }>[] {
  return ALL_MODELS.flatMap((model) => modelFiles(model, 'executorch'))
    .map(({ source }) => source)
    .filter((source) => source.kind === 'remote');
}

/** The parts of a `…/resolve/…` address. */
export function parseResolveUrl(url: string): { name: string; revision: string; path: string } {
  const match = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(new URL(url).pathname);
  const [name, revision, path] = (match ?? []).slice(1).map(decodeURIComponent);
  if (name === undefined || revision === undefined || path === undefined) {
    throw new RangeError(`Not the address of a file on the hub: ${url}`);
  }
  return { name, revision, path };
}

// As on the real hub, weights and tokenizers are LFS files, and the configuration is in git.
function standIn(path: string): HubFile {
  if (path.endsWith('.pte')) {
    return { lfs: true, content: noiseContent(path, 300 * KILOBYTE + path.length * 1000) };
  }
  const json = JSON.stringify({ version: '1.0', madeFor: path }, undefined, 2);
  if (path.endsWith('tokenizer.json')) {
    return { lfs: true, content: bytesContent(json.padEnd(40 * KILOBYTE)) };
  }
  return { lfs: false, content: bytesContent(json) };
}

interface Speaker {
  modelId: string;
  displayName: string;
  size: string;
  sentence: string;
  paddingBytes: number;
  /** The model never stops by itself. */
  loop?: boolean;
  guidance: NonNullable<LlmModelConfig['guidance']>;
}

const SPEAKERS: readonly Speaker[] = [
  {
    modelId: 'local-small',
    displayName: 'Local Small',
    size: '1M',
    sentence: 'Two megabytes arrived, and every byte is right.',
    paddingBytes: 2 * MEGABYTE,
    guidance: 'fastest',
  },
  {
    modelId: 'local-medium',
    displayName: 'Local Medium',
    size: '4M',
    sentence: 'Eight megabytes arrived in order, so here I am.',
    paddingBytes: 8 * MEGABYTE,
    guidance: 'balanced',
  },
  {
    modelId: 'local-large',
    displayName: 'Local Large',
    size: '13M',
    sentence: 'Twenty four megabytes took a while; thank you for waiting!',
    paddingBytes: 24 * MEGABYTE,
    guidance: 'best-quality',
  },
];

/** A model for tests that act while an answer is being generated. */
const ENDLESS: Speaker = {
  modelId: 'local-endless',
  displayName: 'Local Endless',
  size: '1M',
  sentence: 'And then it said again that',
  paddingBytes: 0,
  loop: true,
  guidance: 'fastest',
};

export interface CatalogFile {
  version: 1;
  models: LlmModelConfig[];
}

export interface SpeakingModels {
  /** One repository for each model. */
  repos: HubRepo[];
  /** The catalog of these models on a hub at `endpoint`, with their real sizes and digests. */
  catalog: (endpoint: string) => CatalogFile;
  /** By model id: the sentence with which the model answers every question. */
  sentences: Readonly<Record<string, string>>;
}

/**
 * Three small models of different sizes that llama.cpp runs, and with `endless` one that never stops.
 * Each call builds them anew, so call it once.
 */
export function speakingModels({ endless = false } = {}): SpeakingModels {
  const speakers = endless ? [...SPEAKERS, ENDLESS] : SPEAKERS;
  const stocked = speakers.map((speaker) => ({ speaker, repo: speakerRepo(speaker) }));
  return {
    repos: stocked.map(({ repo }) => repo),
    catalog: (endpoint) => ({
      version: 1,
      models: stocked.map((stock) => config(stock, endpoint)),
    }),
    sentences: Object.fromEntries(speakers.map(({ modelId, sentence }) => [modelId, sentence])),
  };
}

interface Stocked {
  speaker: Speaker;
  repo: HubRepo;
}

function speakerRepo(speaker: Speaker): HubRepo {
  const name = `local/${speaker.modelId}-GGUF`;
  const content = bytesContent(buildSpeakingModel(speaker));
  const readme = bytesContent(`# ${speaker.displayName}\n\nSays: ${speaker.sentence}\n`);
  return {
    name,
    commit: commitFor(`${name} ${content.digest('sha256')}`),
    files: {
      'README.md': { content: readme, lfs: false },
      [ggufName(speaker)]: { content, lfs: true },
    },
  };
}

function ggufName({ modelId }: Speaker): string {
  return `${modelId}.gguf`;
}

function config({ speaker, repo }: Stocked, endpoint: string): LlmModelConfig {
  const { modelId } = speaker;
  const content = repo.files[ggufName(speaker)]?.content ?? bytesContent('');
  const onPhones: ModelSource = {
    kind: 'unavailable',
    reason: 'This stand-in is a GGUF build, which browsers and Node run.',
  };
  return {
    modelId,
    displayName: speaker.displayName,
    description: 'Says one sentence, whatever you ask. Comes from the hub on this computer.',
    size: speaker.size,
    quantization: 'none',
    folderName: modelId,
    pteFileName: `${modelId}.pte`,
    tokenizerFileName: 'tokenizer.json',
    tokenizerConfigFileName: 'tokenizer_config.json',
    ggufFileName: ggufName(speaker),
    ggufQuantization: 'F16',
    available: true,
    huggingFaceUrl: `${endpoint}/${repo.name}`,
    pteSource: onPhones,
    tokenizerSource: onPhones,
    tokenizerConfigSource: onPhones,
    ggufSource: {
      kind: 'remote',
      url: `${endpoint}/${repo.name}/resolve/${repo.commit}/${ggufName(speaker)}`,
      sizeBytes: content.sizeBytes,
      sha256: content.digest('sha256'),
    },
    license: 'MIT',
    contextTokens: { executorch: 0, llamaCpp: SPEAKING_CONTEXT_TOKENS },
    guidance: speaker.guidance,
    demo: true,
  };
}
