/** The names of the files of a split model: llama.cpp is given the first, and finds the others by their names. Pure. */

export interface ShardName {
  /** The name up to the number. */
  stem: string;
  /** From 0. */
  index: number;
  count: number;
}

/** The parts of a name such as `model-00001-of-00003.gguf`; undefined for any other name. */
export function shardName(fileName: string): ShardName | undefined {
  const [, stem, number, count] = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i.exec(fileName) ?? [];
  if (stem === undefined || Number(number) < 1 || Number(number) > Number(count)) return undefined;
  return { stem, index: Number(number) - 1, count: Number(count) };
}

/** The name by which llama.cpp finds a part; `index` is from 0. */
export function shardFileName(stem: string, index: number, shards: number): string {
  return `${stem}-${fiveDigits(index + 1)}-of-${fiveDigits(shards)}.gguf`;
}

/** The name of another part of the model that `fileName` is a part of, in the same spelling; `index` is from 0. */
export function siblingName(fileName: string, index: number): string {
  return fileName.replace(/\d{5}(?=-of-\d{5}\.gguf$)/i, fiveDigits(index + 1));
}

function fiveDigits(number: number): string {
  return String(number).padStart(5, '0');
}

/** Why llama.cpp can't load files with these names as one model, in words for a person; undefined if it can. */
export function shardNamesProblem(fileNames: readonly string[]): string | undefined {
  const names = fileNames.map(shardName);
  const [first] = names;
  if (fileNames.length === 1) {
    if (first === undefined || first.count === 1) return undefined;
    return `It is one of ${String(first.count)} files that a model was split into, and the others aren’t listed.`;
  }
  const isSet = names.every(
    (name, index) =>
      // llama.cpp makes the other names from the first, in this spelling.
      fileNames[index]?.endsWith('.gguf') === true &&
      name?.stem === first?.stem &&
      name?.index === index &&
      name.count === fileNames.length,
  );
  if (first !== undefined && isSet) return undefined;
  return 'Its files aren’t all the parts of one model, named as llama.cpp names them.';
}
