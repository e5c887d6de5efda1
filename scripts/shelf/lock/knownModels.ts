/** The declarations beside a lock file: the ids of its models as a type. */
import type { FileStore } from '../../../lib/platform/types';

export function knownModelsPath(lockPath: string): string {
  return `${lockPath.replace(/\.json$/, '')}.d.ts`;
}

export function formatKnownModels(ids: readonly string[]): string {
  const lines = ids.map((id) => `    '${id}': true;\n`).join('');
  return `// Written by \`modelshelf\` from the lock file beside it: the ids of its models.
export {};

declare module 'modelshelf' {
  interface KnownModels {
${lines}  }
}
`;
}

/** Writes the file where it differs. */
export async function writeKnownModels(
  files: FileStore,
  name: string,
  ids: readonly string[],
): Promise<void> {
  const text = formatKnownModels(ids);
  if ((await files.readText(name)) !== text) await files.writeText(name, text);
}
