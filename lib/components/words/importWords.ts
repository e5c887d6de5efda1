/** Why a person’s file can’t be taken in, in words for people. */
import type { ImportProblem } from '../../errors';
import { printable } from './words';

/** The title, and what happened: `reason` is the end of a sentence that the core wrote, or empty. */
export function importRefusal(
  fileName: string,
  problem: ImportProblem,
  reason: string,
): [title: string, detail: string] {
  const file = `“${printable(fileName)}”`;
  const because = reason === '' ? '' : `: ${printable(reason)}`;
  switch (problem) {
    case 'empty':
      return ['The file is empty', `${file} has no bytes. Get it again from where it came from.`];
    case 'not-a-model':
      return ['This is not a model', `${file} can’t be used${because}. Models end in .gguf.`];
    case 'cut-off':
      return [
        'The file is cut off',
        `${file} ends too early${because}. Its download or copy was not finished: get it again.`,
      ];
    case 'damaged':
      return ['The model can’t be used', `${file} can’t be loaded${because}.`];
    case 'part':
      return ['Only a part of a model', `${file} can’t be used alone${because}.`];
    case 'too-large':
      return ['Too large for here', `${file} can’t be loaded here${because}.`];
    case 'changed':
      return [
        'The file changed meanwhile',
        `${file} was changed, moved or removed while it was read. Nothing was kept. Try again when it is complete.`,
      ];
    case 'unsupported':
      return ['Not supported here', `${file} can’t be taken in${because}.`];
  }
}
