/** Files of a model that would be one file on some disks. Pure. */
import type { LlmModelConfig } from '../modelConfig';
import { buildsOf } from '../runtimes/notation';

export const NAME_TWINS = 'Two of its files have the same name.';

/** Whether two files of a model have the same name, on file systems that ignore case, too. */
export function hasNameTwins(model: LlmModelConfig): boolean {
  const names = new Set<string>();
  for (const { files } of buildsOf(model)) {
    for (const { fileName } of files) {
      const name = fileName.toLowerCase();
      if (names.has(name)) return true;
      names.add(name);
    }
  }
  return false;
}
