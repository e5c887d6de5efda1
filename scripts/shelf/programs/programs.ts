/** The programs whose models can be taken in, and where each keeps them. */
import { homedir } from 'node:os';

import { filesOfFolder, llamaCacheFolders, lmStudioFolders } from './folders';
import type { FoundFile, Surroundings } from './found';
import { filesOfHubCache, hubCacheFolders } from './hubCache';
import { filesOfOllama, ollamaFolders } from './ollama';

export const PROGRAMS = ['hf', 'ollama', 'lmstudio', 'llama.cpp'] as const;
export type Program = (typeof PROGRAMS)[number];

interface Layout {
  folders(surroundings: Surroundings): string[];
  files(folder: string): Promise<FoundFile[]>;
}

const LAYOUTS: Readonly<Record<Program, Layout>> = {
  hf: { folders: hubCacheFolders, files: filesOfHubCache },
  ollama: { folders: ollamaFolders, files: filesOfOllama },
  lmstudio: { folders: lmStudioFolders, files: filesOfFolder },
  'llama.cpp': { folders: llamaCacheFolders, files: filesOfFolder },
};

export interface ProgramFiles {
  /** The folders that were looked at, whether they exist or not. */
  folders: readonly string[];
  files: readonly FoundFile[];
}

/** Folders that don’t exist or can’t be read count as empty. */
export async function filesOfProgram(
  program: Program,
  surroundings: Surroundings = {
    env: process.env,
    home: homedir(),
    platform: process.platform,
  },
): Promise<ProgramFiles> {
  const { folders, files } = LAYOUTS[program];
  const looked = folders(surroundings);
  const found = await Promise.all(looked.map(files));
  return { folders: looked, files: found.flat() };
}
