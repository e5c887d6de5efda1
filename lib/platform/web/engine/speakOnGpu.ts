/** Lets the tiny model that is packaged with the app answer on the graphics processor. */
import type { Clock } from '../../types';
import { generateText } from './generateText';
import { loadWllama } from './loadWllama';
import { checkModelFiles } from './modelFile';
import { fetchSafely } from '../files/webFetch';
import type { WllamaAssets } from '../webAssets';

const QUESTION = {
  messages: [{ role: 'user', content: 'Hi' }],
  ...{ maxTokens: 40, temperature: 0, topP: 1, thinking: false },
} as const;

export interface SpeakOnGpuTools {
  clock: Clock;
  assets: WllamaAssets;
  threads: number;
  signal: AbortSignal;
}

/**
 * The answer; undefined where the engine didn't use the graphics processor.
 * @throws any failure; nothing stays in memory
 */
export async function speakOnGpu(tools: SpeakOnGpuTools): Promise<string | undefined> {
  const { clock, signal } = tools;
  const { tinyModelUrl } = tools.assets;
  const response = await fetchSafely(tinyModelUrl, { signal });
  const file = new File([await response.blob()], 'tiny-demo.gguf');
  const request = { ptePath: tinyModelUrl, contextTokens: 256 };
  const model = await checkModelFiles([tinyModelUrl], [file]);
  const running = await loadWllama(request, model, { ...tools, gpu: true, onProgress: undefined });
  try {
    if (!running.log.usesGpu()) return undefined;
    let said = '';
    const onText = (text: string) => (said += text);
    await generateText(running, QUESTION, { clock, signal, onText });
    return said;
  } finally {
    await running.exit();
  }
}
