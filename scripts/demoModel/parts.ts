/** What every model that is made here consists of, whatever its weights. */
import type { GgufTensor, GgufValue } from './gguf';
import type { Vocabulary } from './vocabulary';

export const CHATML =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

export function tokenizerEntries(
  vocabulary: Vocabulary,
  chatTemplate = CHATML,
): [string, GgufValue][] {
  const { tokens, kinds } = vocabulary;
  const scores = tokens.map((_, id) => -id);
  return [
    ['tokenizer.ggml.model', text('llama')],
    ['tokenizer.ggml.tokens', { type: 'array', of: 'string', value: tokens }],
    ['tokenizer.ggml.scores', { type: 'array', of: 'float32', value: scores }],
    ['tokenizer.ggml.token_type', { type: 'array', of: 'int32', value: kinds }],
    ['tokenizer.ggml.bos_token_id', count(vocabulary.startOfTextId)],
    ['tokenizer.ggml.eos_token_id', count(vocabulary.endOfTurnId)],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: false }],
    ['tokenizer.chat_template', text(chatTemplate)],
  ];
}

/** A norm that multiplies everything by the same. */
export function norm(name: string, dimension: number, value: number): GgufTensor {
  const data = Buffer.alloc(dimension * 4);
  for (let index = 0; index < dimension; index++) data.writeFloatLE(value, index * 4);
  return { name, shape: [dimension], type: 'F32', data };
}

export function text(value: string): GgufValue {
  return { type: 'string', value };
}

export function count(value: number): GgufValue {
  return { type: 'uint32', value };
}
