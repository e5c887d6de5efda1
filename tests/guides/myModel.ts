import { createHash } from 'node:crypto';
import { parseCatalog, type LlmModelConfig } from 'modelshelf';

export const WEIGHTS = new Uint8Array(3000).map((_, index) => index * 7);
export const WEIGHTS_URL = 'https://models.example/my-model/weights.gguf';

const source = {
  kind: 'remote',
  url: WEIGHTS_URL,
  sizeBytes: WEIGHTS.length,
  sha256: createHash('sha256').update(WEIGHTS).digest('hex'),
};

const entry = {
  modelId: 'my-model',
  displayName: 'My model',
  description: 'For tests.',
  size: '1B',
  folderName: 'my-model',
  huggingFaceUrl: 'https://models.example/my-model',
  license: 'MIT',
  builds: [
    {
      runtime: 'llama.cpp',
      quantization: 'Q8_0',
      files: [{ role: 'weights', fileName: 'weights.gguf', source }],
    },
  ],
};

export const [myModel] = parseCatalog(JSON.stringify({ version: 2, models: [entry] })).models as [
  LlmModelConfig,
];
