/** node-llama-cpp alone in a process, measured where its tokens come: what our layer is compared with. */
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { timeAnswer } from './cost';
import type { RawOrder, RawReport } from './rawProtocol';

let sequence: LlamaContextSequence | undefined;

process.on('disconnect', () => process.exit());
process.on('message', (order: RawOrder) => void obey(order));

async function obey(order: RawOrder): Promise<void> {
  const report: RawReport =
    order.kind === 'load'
      ? await load(order)
      : {
          kind: 'answered',
          cost: await timeAnswer((onText) => say(order, onText), order.maxTokens),
        };
  process.send?.(report);
}

async function load(order: Extract<RawOrder, { kind: 'load' }>): Promise<RawReport> {
  const llama = await getLlama({
    ...{ gpu: false, build: 'never', skipDownload: true, progressLogs: false },
    logLevel: LlamaLogLevel.error,
  });
  const { place: modelPath, contextTokens: contextSize, threads } = order;
  const model = await llama.loadModel({ modelPath });
  const context = await model.createContext({ contextSize, threads });
  sequence = context.getSequence();
  return { kind: 'loaded' };
}

/** Its own loop, without the chat session on top of it: nothing of this package is faster. */
async function say(
  { question, maxTokens }: Extract<RawOrder, { kind: 'answer' }>,
  onText: () => void,
): Promise<void> {
  if (!sequence) throw new Error('No model is loaded.');
  const { model } = sequence;
  await sequence.clearHistory();
  const text = `<|im_start|>user\n${question}<|im_end|>\n<|im_start|>assistant\n`;
  const before: Token[] = [];
  for await (const token of sequence.evaluate(model.tokenize(text, true), { temperature: 0 })) {
    if (model.detokenize([token], false, before) !== '') onText();
    before.push(token);
    if (before.length === maxTokens) break;
  }
}
