/** The two real models that the proof is about: where their files come from, what these are, and what they know. */
import type { LlmModelConfig, ModelSource } from '../../../lib/ai/modelConfig';
import { commitFor, type HubRepo } from '../../../tests/hub/repos';
import { fileContent, flippedAt } from '../../../tests/hub/content';

export interface ProofModel {
  modelId: string;
  displayName: string;
  /** Of its GGUF file. */
  fileName: string;
  sizeBytes: number;
  sha256: string;
  /** In this folder: the wheels that its file is made of, with their digests. */
  lockName: string;
  /** In a wheel, in the order in which they make the file. */
  parts: RegExp;
  facts: Pick<
    LlmModelConfig,
    'description' | 'size' | 'ggufQuantization' | 'license' | 'contextTokens' | 'kvBytesPerToken'
  >;
  questions: readonly Question[];
}

export interface Question {
  text: string;
  /** What a right answer has in it. */
  right: RegExp;
}

/** Trained to chat; its file brings its template and the token that ends a turn. */
export const SMOLLM2: ProofModel = {
  modelId: 'smollm2-135m-instruct',
  displayName: 'SmolLM2 135M Instruct',
  fileName: 'SmolLM2-135M-Instruct.Q4_1.gguf',
  sizeBytes: 98_362_432,
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
  lockName: 'smollm2-135m-instruct.lock.txt',
  parts: /\.gguf$/,
  facts: {
    description: 'A real model, small enough to prove with.',
    size: '135M',
    ggufQuantization: 'Q4_1',
    license: 'Apache-2.0',
    contextTokens: { executorch: 0, llamaCpp: 8_192 },
    // 30 layers, 3 heads of 64 numbers, a key and a value of two bytes each.
    kvBytesPerToken: 30 * 3 * 64 * 2 * 2,
  },
  questions: [
    { text: 'What is 2 + 2? Answer with the number only.', right: /\b4\b/ },
    { text: 'What is the capital of France? One word.', right: /\bParis\b/ },
    { text: 'Repeat this word: banana', right: /\bbanana\b/i },
  ],
};

/** Trained to continue texts, not to chat: its file brings no template and no token that ends a turn. */
export const GEMMA3: ProofModel = {
  modelId: 'gemma-3-270m',
  displayName: 'Gemma 3 270M',
  fileName: 'gemma-3-270m-q4_k_m.gguf',
  sizeBytes: 253_113_024,
  sha256: 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818',
  lockName: 'gemma-3-270m.lock.txt',
  parts: /\.gguf\.part\d+$/,
  facts: {
    description: 'A real model that was trained to continue texts.',
    size: '270M',
    ggufQuantization: 'Q4_K_M',
    license: 'Gemma',
    contextTokens: { executorch: 0, llamaCpp: 32_768 },
    // 18 layers, one head of 256 numbers, a key and a value of two bytes each.
    kvBytesPerToken: 18 * 256 * 2 * 2,
  },
  questions: [
    { text: 'What is 2 + 2? Answer with the number only.', right: /\b4\b/ },
    { text: 'What is the capital of France? One word.', right: /\bParis\b/ },
    { text: 'What is 3 + 4?', right: /\b7\b/ },
  ],
};

export const PROOF_MODELS = [SMOLLM2, GEMMA3] as const;

const repoName = ({ modelId }: ProofModel) => `proof/${modelId}-GGUF`;

/** The model's repository, for a hub of this machine; `path` is its file. */
export function repoOf(model: ProofModel, path: string): HubRepo {
  const name = repoName(model);
  const content = fileContent(path, model.sha256);
  return { name, commit: commitFor(name), files: { [model.fileName]: { content, lfs: true } } };
}

/** What a person would write into a catalog file for it. */
export function configOf(model: ProofModel, hubEndpoint: string): LlmModelConfig {
  return configIn(repoName(model), model, hubEndpoint);
}

export interface NewerVersion {
  repo: HubRepo;
  configAt(hubEndpoint: string): LlmModelConfig;
}

/** A version that came later: one bit of the weights is another one. `path` is the file of the first. */
export function newerOf(model: ProofModel, path: string): NewerVersion {
  const name = `${repoName(model)}-newer`;
  const first = fileContent(path, model.sha256);
  const content = flippedAt(first, [Math.floor(model.sizeBytes * 0.7)]);
  const sha256 = content.digest('sha256');
  return {
    repo: { name, commit: commitFor(name), files: { [model.fileName]: { content, lfs: true } } },
    configAt: (hubEndpoint) => configIn(name, { ...model, sha256 }, hubEndpoint),
  };
}

function configIn(name: string, model: ProofModel, hubEndpoint: string): LlmModelConfig {
  const { modelId, displayName, fileName, sizeBytes, sha256, facts } = model;
  const url = `${hubEndpoint}/${name}/resolve/${commitFor(name)}/${fileName}`;
  const forPhones: ModelSource = { kind: 'unavailable', reason: 'There is no build for phones.' };
  return {
    ...{ modelId, displayName, folderName: modelId, ...facts },
    ...{ quantization: 'none', pteFileName: 'none.pte' },
    ...{ tokenizerFileName: 'none.json', tokenizerConfigFileName: 'none_config.json' },
    ggufFileName: fileName,
    available: true,
    huggingFaceUrl: `${hubEndpoint}/${name}`,
    ...{ pteSource: forPhones, tokenizerSource: forPhones, tokenizerConfigSource: forPhones },
    ggufSource: { kind: 'remote', url, sizeBytes, sha256 },
    // The likeliest word each time: the same question gets the same answer.
    recommended: { temperature: 0, topP: 1 },
  };
}
