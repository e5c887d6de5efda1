/** Imports of a person’s files, in words for people. */
import type { Imported, ImportState } from '../../ai/imports/importFile';
import type { ImportProblem } from '../../errors';
import { formatBytes, printable } from './words';

export const DROP_WORDS = {
  open: 'Open a file…',
  hint: 'Models that you have as files, ending in .gguf: of a model in several files, choose all together. On a computer, they can also be dropped here.',
  letGo: 'Let go to take the file in.',
  list: 'Files that are taken in',
};

/** The files of an import: the first part stands for a split model. */
export function cardName({ fileName, fileCount }: { fileName: string; fileCount: number }): string {
  const name = printable(fileName);
  return fileCount === 1 ? name : `${name} and ${String(fileCount - 1)} more`;
}

/** The step of a running import, with its amount; no `total` for a step of unknown length. */
export function stepWords(state: ImportState): {
  words: string;
  part: number;
  total: number | undefined;
} {
  const amount = (part: number, total: number) => `${formatBytes(part)} of ${formatBytes(total)}`;
  switch (state.kind) {
    case 'waiting':
      return { words: 'Waiting for another file', part: 0, total: undefined };
    case 'checking':
      return { words: 'Looking into the file', part: 0, total: undefined };
    case 'copying': {
      const { copiedBytes: part, totalBytes: total } = state;
      return { words: `Copying, ${amount(part, total)}`, part, total };
    }
    case 'verifying': {
      const { verifiedBytes: part, totalBytes: total } = state;
      return { words: `Checking every byte, ${amount(part, total)}`, part, total };
    }
    case 'installing':
      return { words: 'Putting it in place', part: 0, total: undefined };
  }
}

export function importedWords({ config, isListed, files, sizeBytes }: Imported): {
  title: string;
  detail: string;
} {
  const title = `${printable(config.displayName)} is here`;
  if (files.length > 1) return { title, detail: splitWords({ isListed, files, sizeBytes }) };
  const size = formatBytes(sizeBytes);
  return isListed
    ? { title, detail: `${size}. The file was recognised by its digest.` }
    : {
        title,
        detail: `${size}. Nobody has published a digest of this file, so who made it can’t be checked. Later changes of it will be noticed.`,
      };
}

function splitWords({ isListed, files, sizeBytes }: Omit<Imported, 'config' | 'how'>): string {
  const size = `${formatBytes(sizeBytes)} in ${String(files.length)} files`;
  return isListed
    ? `${size}. They were recognised by their digests.`
    : `${size}. Nobody has published digests of these files, so who made them can’t be checked. Later changes of them will be noticed.`;
}

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
    case 'incomplete':
      return ['Parts of the model are missing', `Of the model in ${file}, ${printable(reason)}.`];
    case 'mixed':
      return [
        'These files are not one model',
        `${file} can’t be taken in with the others${because}.`,
      ];
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
