/** The model's name in the name of a file: what the files of its quantizations have in common. Pure. */
import { quantizationOf } from './quantizations';
import { shardOf } from './shards';

/**
 * In lower case, without the marks of a quantization, a part and a projector. Empty for a name that says nothing about
 * the model, such as `model-Q4_K_M.gguf`.
 */
export function modelName(path: string): string {
  const stem = shardOf(path)?.stem ?? path.replace(/\.(gguf|pte)$/i, '');
  const name = stem.slice(stem.lastIndexOf('/') + 1).toLowerCase();
  const label = quantizationOf(path)?.toLowerCase() ?? '';
  const at = name.lastIndexOf(label);
  const plain =
    label === '' || at === -1 ? name : name.slice(0, at) + name.slice(at + label.length);
  return plain
    .replace(/(^|[-_.])mmproj(?=[-_.]|$)/, '')
    .replace(/^[-_.]*(ggml-)?(model|vision|weights|llm)(?=[-_.]|$)/, '')
    .replace(/^[-_.]+|[-_.]+$/g, '');
}
