/** Imports of a person’s files, in words for people. */
import type { Imported, ImportState } from '../../ai/imports/importFile';
import type { ImportProblem } from '../../errors';
import { t } from './language';
import { reasonWords } from './reasonWords';
import { formatBytes, printable } from './words';

/** The files of an import: the first part stands for a split model. */
export function cardName({ fileName, fileCount }: { fileName: string; fileCount: number }): string {
  const name = printable(fileName);
  if (fileCount === 1) return name;
  return t('{name} and {count, plural, one {# more} other {# more}}', {
    name,
    count: fileCount - 1,
  });
}

/** The step of a running import, with its amount; no `total` for a step of unknown length. */
export function stepWords(state: ImportState): {
  words: string;
  part: number;
  total: number | undefined;
} {
  const amount = (part: number, total: number) => ({
    part: formatBytes(part),
    total: formatBytes(total),
  });
  switch (state.kind) {
    case 'waiting':
      return { words: t('Waiting for another file'), part: 0, total: undefined };
    case 'checking':
      return { words: t('Looking into the file'), part: 0, total: undefined };
    case 'copying': {
      const { copiedBytes: part, totalBytes: total } = state;
      return { words: t('Copying, {part} of {total}', amount(part, total)), part, total };
    }
    case 'verifying': {
      const { verifiedBytes: part, totalBytes: total } = state;
      const words = t('Checking every byte, {part} of {total}', amount(part, total));
      return { words, part, total };
    }
    case 'installing':
      return { words: t('Putting it in place'), part: 0, total: undefined };
  }
}

export function importedWords({ config, isListed, files, sizeBytes }: Imported): {
  title: string;
  detail: string;
} {
  const title = t('{model} is here', { model: printable(config.displayName) });
  if (files.length > 1) return { title, detail: splitWords({ isListed, files, sizeBytes }) };
  const values = { size: formatBytes(sizeBytes) };
  const detail = isListed
    ? t('{size}. The file was recognised by its digest.', values)
    : t(
        '{size}. Nobody has published a digest of this file, so who made it can’t be checked. Later changes of it will be noticed.',
        values,
      );
  return { title, detail };
}

function splitWords({ isListed, files, sizeBytes }: Omit<Imported, 'config' | 'how'>): string {
  const values = { size: formatBytes(sizeBytes), count: files.length };
  return isListed
    ? t(
        '{size} in {count, plural, one {# file} other {# files}}. They were recognised by their digests.',
        values,
      )
    : t(
        '{size} in {count, plural, one {# file} other {# files}}. Nobody has published digests of these files, so who made them can’t be checked. Later changes of them will be noticed.',
        values,
      );
}

/** The title, and what happened: `reason` is the end of a sentence that the core wrote, or empty. */
export function importRefusal(
  fileName: string,
  problem: ImportProblem,
  reason: string,
): [title: string, detail: string] {
  const told = reason === '' ? 'no' : 'yes';
  const values = { file: printable(fileName), told, reason: reasonWords(reason) };
  switch (problem) {
    case 'empty':
      return [
        t('The file is empty'),
        t('“{file}” has no bytes. Get it again from where it came from.', values),
      ];
    case 'not-a-model':
      return [
        t('This is not a model'),
        t(
          '“{file}” can’t be used{told, select, yes {: {reason}} other {}}. Models end in .gguf.',
          values,
        ),
      ];
    case 'cut-off':
      return [
        t('The file is cut off'),
        t(
          '“{file}” ends too early{told, select, yes {: {reason}} other {}}. Its download or copy was not finished: get it again.',
          values,
        ),
      ];
    case 'damaged':
      return [
        t('The model can’t be used'),
        t('“{file}” can’t be loaded{told, select, yes {: {reason}} other {}}.', values),
      ];
    case 'part':
      return [
        t('Only a part of a model'),
        t('“{file}” can’t be used alone{told, select, yes {: {reason}} other {}}.', values),
      ];
    case 'incomplete':
      return [
        t('Parts of the model are missing'),
        t('Of the model in “{file}”, {reason}.', values),
      ];
    case 'mixed':
      return [
        t('These files are not one model'),
        t(
          '“{file}” can’t be taken in with the others{told, select, yes {: {reason}} other {}}.',
          values,
        ),
      ];
    case 'too-large':
      return [
        t('Too large for here'),
        t('“{file}” can’t be loaded here{told, select, yes {: {reason}} other {}}.', values),
      ];
    case 'changed':
      return [
        t('The file changed meanwhile'),
        t(
          '“{file}” was changed, moved or removed while it was read. Nothing was kept. Try again when it is complete.',
          values,
        ),
      ];
    case 'unsupported':
      return [
        t('Not supported here'),
        t('“{file}” can’t be taken in{told, select, yes {: {reason}} other {}}.', values),
      ];
  }
}
