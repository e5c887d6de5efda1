/** A catalog of one model, `bench`, that states all there is to know of a payload. */
import type { LlmModelConfig, ModelSource } from '../../lib/ai/modelConfig';
import { payloadPath, REPO, type Payload } from './payload';

export function catalogText(payload: Payload, origin: string): string {
  return JSON.stringify({ version: 1, models: [benchModel(payload, origin)] });
}

export function benchModel(payload: Payload, origin: string): LlmModelConfig {
  const { sizeBytes, sha256 } = payload;
  const elsewhere: ModelSource = { kind: 'unavailable', reason: 'Not for this host.' };
  return {
    modelId: 'bench',
    displayName: 'Bench',
    description: 'Noise.',
    size: 'any',
    quantization: 'none',
    folderName: 'bench',
    pteFileName: 'bench.pte',
    tokenizerFileName: 'tokenizer.json',
    tokenizerConfigFileName: 'tokenizer_config.json',
    ggufFileName: payload.fileName,
    ggufQuantization: 'none',
    available: true,
    huggingFaceUrl: `${origin}/${REPO}`,
    pteSource: elsewhere,
    tokenizerSource: elsewhere,
    tokenizerConfigSource: elsewhere,
    ggufSource: { kind: 'remote', url: `${origin}${payloadPath(payload)}`, sizeBytes, sha256 },
    license: 'MIT',
    approximateBytes: sizeBytes,
  };
}
