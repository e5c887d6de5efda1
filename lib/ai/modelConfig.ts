/** The registry: the only place where a model is described. Data and look-ups, no behaviour. */

import { PINNED_FILES } from './registry/pinnedFiles';
import type { Runtime } from '../platform/types';
import type { ModelBuild, ModelSource } from './runtimes/modelBuild';

export type { ModelSource };

/** A model without files, which is part of the browser or the system. */
export interface SystemSource {
  /** A sentence for the person when the system says that it can't have the model here, but not why. */
  lacking: string;
}

/** Guidance for a person who doesn't know the models' names. */
export type Guidance = 'fastest' | 'balanced' | 'best-quality';

export interface LlmModelConfig {
  /** Stable identity, `[a-z0-9.-]`; settings, the CLI and catalogs name a model by it. */
  modelId: string;
  displayName: string;
  /** What the model is good for, in a sentence. */
  description: string;
  /** The usual short form of the parameter count: `1B`. */
  size: string;
  /** Quantization of the ExecuTorch build; the GGUF build's is `ggufQuantization`. */
  quantization: string;
  /** The model's folder below the models folder; a portable file name, unique. */
  folderName: string;
  pteFileName: string;
  tokenizerFileName: string;
  tokenizerConfigFileName: string;
  /** The build for browsers and Node. */
  ggufFileName: string;
  ggufQuantization: string;
  /** False while a model is announced but can't be downloaded; every source then has a `reason`. */
  available: boolean;
  /** A page about the model for people. */
  huggingFaceUrl: string;
  pteSource: ModelSource;
  tokenizerSource: ModelSource;
  tokenizerConfigSource: ModelSource;
  ggufSource: ModelSource;
  /** Set if the system has the model: it is then listed only on hosts that can ask the system. */
  systemSource?: SystemSource;
  /** The licence's name as its owner writes it. */
  license: string;
  /** Where the licence's text is; `sha256` (lower-case hex) is of the text in UTF-8. */
  licenseText?: { url: string; sha256?: string };
  /** Whether a person has to accept the licence before the first byte is downloaded. */
  needsAcceptance?: boolean;
  /** The longest context of each build, in tokens; undefined if the model isn't released. */
  contextTokens?: { executorch: number; llamaCpp: number };
  /** Bytes of key/value cache that llama.cpp takes for each token of context at fp16. */
  kvBytesPerToken?: number;
  /** Approximate bytes of the download on a phone, as its publisher states; shown before the hub has answered. */
  approximateBytes?: number;
  /** Peak memory of the ExecuTorch build as its publisher measured it; the largest value of the phones named there. */
  publishedMemoryBytes?: number;
  /** The sampling settings that the model's makers recommend for answers without thinking. */
  recommended?: { temperature: number; topP: number };
  /** Whether the model can think before it answers, and can be told not to. */
  canThink?: boolean;
  guidance?: Guidance;
  /** What is new in this version, in the publisher's words. */
  notes?: string;
  /** Why its publisher withdraws the model, or only the versions whose weights have these digests (SHA-256). */
  withdrawn?: { reason: string; versions?: readonly string[] };
  /** A stand-in for trying the app, not a model to work with. */
  demo?: boolean;
  /** The model is on this device, but no catalog names it any more; empty texts then mean unknown. */
  isUnlisted?: true;
  /**
   * The builds in their normal form, for models that the fields above can't express. The fields then show a part of
   * them; without `builds` they are the source. Read builds with `buildOf` of `runtimes/notation.ts` only.
   */
  builds?: readonly ModelBuild[];
  /** Undefined for a model of the registry. */
  provenance?: Provenance;
}

/** Where a model was taken from. */
export interface Provenance {
  /** `owner/name` at the hub. */
  repository: string;
  commit: string;
  /** The repository's owner. */
  publisher?: string;
  /** The branch or tag that updates follow; undefined for `main`. A commit never moves on. */
  revision?: string;
  /** When the repository was last changed at that time: a date and time of ISO 8601. */
  publishedAt?: string;
  /** SHA-256 of the licence's text at that commit, if it could be read. */
  licenseSha256?: string;
}

const EXECUTORCH_TAG = 'v0.10.0';
const HUB = 'https://huggingface.co';

function executorchFile(repo: string, path: string): ModelSource {
  const url = `${HUB}/software-mansion/react-native-executorch-${repo}/resolve/${EXECUTORCH_TAG}/${path}`;
  return { kind: 'remote', url, ...PINNED_FILES[url] };
}

/** The three files of an ExecuTorch build; one tokenizer serves a whole family. */
const executorchBuild = (repo: string, path: string) => ({
  pteSource: executorchFile(repo, path),
  tokenizerSource: executorchFile(repo, 'tokenizer.json'),
  tokenizerConfigSource: executorchFile(repo, 'tokenizer_config.json'),
});

const TOKENIZER_NAMES = {
  tokenizerFileName: 'tokenizer.json',
  tokenizerConfigFileName: 'tokenizer_config.json',
};

type Built = 'pteSource' | 'tokenizerSource' | 'tokenizerConfigSource';
type Common = 'available' | 'tokenizerFileName' | 'tokenizerConfigFileName';

/**
 * A model that can be downloaded, with its ExecuTorch build from the repository `repo`. The calls are marked as pure:
 * an app with models of its own doesn't carry these.
 */
function released(
  repo: string,
  path: string,
  model: Omit<LlmModelConfig, Built | Common>,
): LlmModelConfig {
  return { ...model, ...TOKENIZER_NAMES, ...executorchBuild(repo, path), available: true };
}

export const Llama32_1B_Instruct: LlmModelConfig = /* @__PURE__ */ released(
  'llama-3.2',
  '1b/xnnpack/llama_3_2_1b_xnnpack_spinquant.pte',
  {
    modelId: 'llama-3.2-1b-instruct',
    displayName: 'Llama 3.2 1B Instruct',
    description: 'Fast and efficient: everyday questions, short texts, summaries.',
    size: '1B',
    quantization: 'SpinQuant',
    folderName: 'llama-3.2-1b-instruct',
    pteFileName: 'llama_3_2_1b_xnnpack_spinquant.pte',
    ggufFileName: 'Llama-3.2-1B-Instruct-Q4_K_M.gguf',
    ggufQuantization: 'Q4_K_M',
    huggingFaceUrl: `${HUB}/software-mansion/react-native-executorch-llama-3.2`,
    ggufSource: {
      kind: 'remote',
      url: `${HUB}/bartowski/Llama-3.2-1B-Instruct-GGUF/resolve/067b946cf014b7c697f3654f621d577a3e3afd1c/Llama-3.2-1B-Instruct-Q4_K_M.gguf`,
      sizeBytes: 807694464,
      sha256: '6f85a640a97cf2bf5b8e764087b1e83da0fdb51d7c9fab7d0fece9385611df83',
    },
    license: 'Llama 3.2 Community License',
    contextTokens: { executorch: 16_384, llamaCpp: 131_072 },
    kvBytesPerToken: 32 * 1024,
    approximateBytes: 1_140_000_000,
    publishedMemoryBytes: 2_400_000_000,
    recommended: { temperature: 0.6, topP: 0.9 },
    guidance: 'balanced',
  },
);

export const Llama32_3B_Instruct: LlmModelConfig = /* @__PURE__ */ released(
  'llama-3.2',
  '3b/xnnpack/llama_3_2_3b_xnnpack_spinquant.pte',
  {
    modelId: 'llama-3.2-3b-instruct',
    displayName: 'Llama 3.2 3B Instruct',
    description: 'Better reasoning: longer texts and tasks with several steps.',
    size: '3B',
    quantization: 'SpinQuant',
    folderName: 'llama-3.2-3b-instruct',
    pteFileName: 'llama_3_2_3b_xnnpack_spinquant.pte',
    ggufFileName: 'Llama-3.2-3B-Instruct-Q4_K_M.gguf',
    ggufQuantization: 'Q4_K_M',
    huggingFaceUrl: `${HUB}/software-mansion/react-native-executorch-llama-3.2`,
    ggufSource: {
      kind: 'remote',
      url: `${HUB}/bartowski/Llama-3.2-3B-Instruct-GGUF/resolve/5ab33fa94d1d04e903623ae72c95d1696f09f9e8/Llama-3.2-3B-Instruct-Q4_K_M.gguf`,
      sizeBytes: 2019377696,
      sha256: '6c1a2b41161032677be168d354123594c0e6e67d2b9227c84f296ad037c728ff',
    },
    license: 'Llama 3.2 Community License',
    contextTokens: { executorch: 4_096, llamaCpp: 131_072 },
    kvBytesPerToken: 112 * 1024,
    approximateBytes: 2_550_000_000,
    publishedMemoryBytes: 3_800_000_000,
    recommended: { temperature: 0.6, topP: 0.9 },
    guidance: 'best-quality',
  },
);

export const Qwen3_0_6B: LlmModelConfig = /* @__PURE__ */ released(
  'qwen-3',
  '0_6b/xnnpack/qwen_3_0_6b_xnnpack_8da4w.pte',
  {
    modelId: 'qwen-3-0.6b',
    displayName: 'Qwen 3 0.6B',
    description: 'The smallest and fastest: quick answers on any device.',
    size: '0.6B',
    quantization: '8da4w',
    folderName: 'qwen-3-0.6b',
    pteFileName: 'qwen_3_0_6b_xnnpack_8da4w.pte',
    ggufFileName: 'Qwen3-0.6B-Q8_0.gguf',
    ggufQuantization: 'Q8_0',
    huggingFaceUrl: `${HUB}/software-mansion/react-native-executorch-qwen-3`,
    ggufSource: {
      kind: 'remote',
      url: `${HUB}/Qwen/Qwen3-0.6B-GGUF/resolve/23749fefcc72300e3a2ad315e1317431b06b590a/Qwen3-0.6B-Q8_0.gguf`,
      sizeBytes: 639446688,
      sha256: '9465e63a22add5354d9bb4b99e90117043c7124007664907259bd16d043bb031',
    },
    license: 'Apache-2.0',
    contextTokens: { executorch: 8_192, llamaCpp: 40_960 },
    kvBytesPerToken: 112 * 1024,
    approximateBytes: 518_000_000,
    recommended: { temperature: 0.7, topP: 0.8 },
    canThink: true,
    guidance: 'fastest',
  },
);

export const Qwen3_1_7B: LlmModelConfig = /* @__PURE__ */ released(
  'qwen-3',
  '1_7b/xnnpack/qwen_3_1_7b_xnnpack_8da4w.pte',
  {
    modelId: 'qwen-3-1.7b',
    displayName: 'Qwen 3 1.7B',
    description: 'A balance of speed and quality for everyday conversations.',
    size: '1.7B',
    quantization: '8da4w',
    folderName: 'qwen-3-1.7b',
    pteFileName: 'qwen_3_1_7b_xnnpack_8da4w.pte',
    ggufFileName: 'Qwen3-1.7B-Q8_0.gguf',
    ggufQuantization: 'Q8_0',
    huggingFaceUrl: `${HUB}/software-mansion/react-native-executorch-qwen-3`,
    ggufSource: {
      kind: 'remote',
      url: `${HUB}/Qwen/Qwen3-1.7B-GGUF/resolve/90862c4b9d2787eaed51d12237eafdfe7c5f6077/Qwen3-1.7B-Q8_0.gguf`,
      sizeBytes: 1834426016,
      sha256: '061b54daade076b5d3362dac252678d17da8c68f07560be70818cace6590cb1a',
    },
    license: 'Apache-2.0',
    contextTokens: { executorch: 4_096, llamaCpp: 40_960 },
    kvBytesPerToken: 112 * 1024,
    approximateBytes: 1_300_000_000,
    recommended: { temperature: 0.7, topP: 0.8 },
    canThink: true,
    guidance: 'balanced',
  },
);

export const Qwen3_4B: LlmModelConfig = /* @__PURE__ */ released(
  'qwen-3',
  '4b/xnnpack/qwen_3_4b_xnnpack_8da4w.pte',
  {
    modelId: 'qwen-3-4b',
    displayName: 'Qwen 3 4B',
    description: 'The best answers here, for devices with memory to spare.',
    size: '4B',
    quantization: '8da4w',
    folderName: 'qwen-3-4b',
    pteFileName: 'qwen_3_4b_xnnpack_8da4w.pte',
    ggufFileName: 'Qwen3-4B-Q4_K_M.gguf',
    ggufQuantization: 'Q4_K_M',
    huggingFaceUrl: `${HUB}/software-mansion/react-native-executorch-qwen-3`,
    ggufSource: {
      kind: 'remote',
      url: `${HUB}/Qwen/Qwen3-4B-GGUF/resolve/bc640142c66e1fdd12af0bd68f40445458f3869b/Qwen3-4B-Q4_K_M.gguf`,
      sizeBytes: 2497280256,
      sha256: '7485fe6f11af29433bc51cab58009521f205840f5b4ae3a32fa7f92e8534fdf5',
    },
    license: 'Apache-2.0',
    contextTokens: { executorch: 4_096, llamaCpp: 40_960 },
    kvBytesPerToken: 144 * 1024,
    approximateBytes: 2_700_000_000,
    recommended: { temperature: 0.7, topP: 0.8 },
    canThink: true,
    guidance: 'best-quality',
  },
);

/** A tiny model that says one sentence, so that the whole app can be tried without a network. */
export const TinyDemo: LlmModelConfig = {
  modelId: 'tiny-demo',
  displayName: 'Tiny demo',
  description:
    'Says one sentence, whatever you ask. Comes with the app, for trying it without a download.',
  size: 'tiny',
  quantization: 'F32',
  folderName: 'tiny-demo',
  pteFileName: 'tiny-demo.pte',
  tokenizerFileName: 'tokenizer.json',
  tokenizerConfigFileName: 'tokenizer_config.json',
  ggufFileName: 'tiny-demo.gguf',
  ggufQuantization: 'F16',
  available: true,
  huggingFaceUrl: 'https://github.com/ggml-org/ggml/blob/master/docs/gguf.md',
  pteSource: { kind: 'bundled', requireId: 'tiny-demo.pte' },
  tokenizerSource: { kind: 'bundled', requireId: 'tiny-demo-tokenizer.txt' },
  tokenizerConfigSource: { kind: 'bundled', requireId: 'tiny-demo-tokenizer-config.txt' },
  ggufSource: { kind: 'bundled', requireId: 'tiny-demo.gguf' },
  license: 'MIT',
  contextTokens: { executorch: 2_048, llamaCpp: 2_048 },
  demo: true,
};

/** The values that the announced models share: nothing can be downloaded, and each source gives the reason. */
function comingSoon(
  model: Pick<
    LlmModelConfig,
    'modelId' | 'displayName' | 'description' | 'size' | 'huggingFaceUrl' | 'license'
  >,
  reason: string,
): LlmModelConfig {
  return {
    ...model,
    quantization: 'to be decided',
    folderName: model.modelId,
    pteFileName: `${model.modelId}.pte`,
    ...TOKENIZER_NAMES,
    ggufFileName: `${model.modelId}.gguf`,
    ggufQuantization: 'to be decided',
    available: false,
    ...everySource(reason),
    ggufSource: { kind: 'unavailable', reason },
  };
}

function everySource(reason: string) {
  const source: ModelSource = { kind: 'unavailable', reason };
  return { pteSource: source, tokenizerSource: source, tokenizerConfigSource: source };
}

export const GLM4_9B_Chat = /* @__PURE__ */ comingSoon(
  {
    modelId: 'glm-4-9b-chat',
    displayName: 'GLM-4 9B Chat',
    description: 'A strong bilingual model for Chinese and English.',
    size: '9B',
    huggingFaceUrl: `${HUB}/zai-org/glm-4-9b-chat-hf`,
    license: 'GLM-4 License',
  },
  'Coming soon: no build that fits a phone’s memory exists yet.',
);

export const GLMEdge_V_5B = /* @__PURE__ */ comingSoon(
  {
    modelId: 'glm-edge-v-5b',
    displayName: 'GLM-Edge-V 5B',
    description: 'Understands pictures as well as text.',
    size: '5B',
    huggingFaceUrl: `${HUB}/zai-org/glm-edge-v-5b`,
    license: 'GLM-4 License',
  },
  'Coming soon: models that see pictures can’t be run here yet.',
);

export const DeepSeekR1_Qwen3_8B = /* @__PURE__ */ comingSoon(
  {
    modelId: 'deepseek-r1-qwen3-8b',
    displayName: 'DeepSeek R1 Qwen3 8B',
    description: 'Thinks step by step before it answers.',
    size: '8B',
    huggingFaceUrl: `${HUB}/deepseek-ai/DeepSeek-R1-0528-Qwen3-8B`,
    license: 'MIT',
  },
  'Coming soon: no build that fits a phone’s memory exists yet.',
);

export const DeepSeekR1_Distill_Qwen_14B = /* @__PURE__ */ comingSoon(
  {
    modelId: 'deepseek-r1-distill-qwen-14b',
    displayName: 'DeepSeek R1 Distill Qwen 14B',
    description: 'Careful reasoning for hard problems.',
    size: '14B',
    huggingFaceUrl: `${HUB}/deepseek-ai/DeepSeek-R1-Distill-Qwen-14B`,
    license: 'MIT',
  },
  'Coming soon: it needs more memory than today’s phones and browsers give an app.',
);

export const DeepSeekVL2_Tiny = /* @__PURE__ */ comingSoon(
  {
    modelId: 'deepseek-vl2-tiny',
    displayName: 'DeepSeek VL2 Tiny',
    description: 'A small model that understands pictures, charts and documents.',
    size: '3B',
    huggingFaceUrl: `${HUB}/deepseek-ai/deepseek-vl2-tiny`,
    license: 'DeepSeek Model License',
  },
  'Coming soon: models that see pictures can’t be run here yet.',
);

/** Every model that has files, in the order in which they are shown. */
export const ALL_MODELS: readonly LlmModelConfig[] = [
  Llama32_1B_Instruct,
  Llama32_3B_Instruct,
  Qwen3_0_6B,
  Qwen3_1_7B,
  Qwen3_4B,
  TinyDemo,
  GLM4_9B_Chat,
  GLMEdge_V_5B,
  DeepSeekR1_Qwen3_8B,
  DeepSeekR1_Distill_Qwen_14B,
  DeepSeekVL2_Tiny,
];

const NO_FILE: ModelSource = {
  kind: 'unavailable',
  reason: 'It belongs to the browser, and can’t be downloaded by this app.',
};

/** The model behind the browser's Prompt API; the browser doesn't tell which model that is. */
export const BrowserModel: LlmModelConfig = {
  modelId: 'browser-model',
  displayName: 'Browser model',
  description:
    'Comes with the browser, which also decides how and where it runs: it takes nothing of this app’s storage.',
  size: '',
  quantization: '',
  folderName: 'browser-model',
  pteFileName: '',
  tokenizerFileName: '',
  tokenizerConfigFileName: '',
  ggufFileName: '',
  ggufQuantization: '',
  available: true,
  huggingFaceUrl: '',
  pteSource: NO_FILE,
  tokenizerSource: NO_FILE,
  tokenizerConfigSource: NO_FILE,
  ggufSource: NO_FILE,
  systemSource: {
    lacking:
      'This browser says that it can’t run its own model here, and not why. It may lack memory or free disk space, be on a metered network, or be told not to by a setting.',
  },
  license: 'The browser’s own terms',
};

/** Models of the system, for hosts that can ask it. */
const SYSTEM_MODELS: readonly LlmModelConfig[] = [BrowserModel];

/** The models for a device with these runtimes. A model of the system is listed only if a host can ask the system. */
export function registryFor(runtimes: readonly Runtime[]): readonly LlmModelConfig[] {
  return runtimes.includes('system') ? [...ALL_MODELS, ...SYSTEM_MODELS] : ALL_MODELS;
}

/** The model that is selected until a person selects one: its id is `DEFAULT_MODEL_ID`. */
export const DEFAULT_MODEL = Llama32_1B_Instruct;

/** The model with that id in `models`, or undefined. */
export function findModel(
  models: readonly LlmModelConfig[],
  modelId: string,
): LlmModelConfig | undefined {
  return models.find((model) => model.modelId === modelId);
}

/** The model with that id, or else the default as it is offered here: the selected model always exists. */
export function selectedModel(
  models: readonly LlmModelConfig[],
  selectedId: string,
): LlmModelConfig {
  return findModel(models, selectedId) ?? findModel(models, DEFAULT_MODEL.modelId) ?? DEFAULT_MODEL;
}
