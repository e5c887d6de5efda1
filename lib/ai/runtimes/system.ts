/**
 * Models of the browser or the operating system, which downloads, keeps and removes them, and reports little about
 * them.
 */
import type { RuntimeTraits } from './runtimeTraits';

export const SYSTEM: RuntimeTraits = {
  label: 'This browser’s own model',
  hasFiles: false,
  // The store contains nothing of these models, so no record ever has these names.
  manifestName: 'model.system.json',
  folderSuffix: '-system',
  hubTag: undefined,
  fileEndings: {},
  neededRoles: [],
  weightsProblem: () => undefined,
  noBuild: 'It is no model of the system’s own.',
  hasFixedContext: true,
  // Never called: without weights nothing can be calculated.
  memoryOf: () => 0,
  memoryPartsOf: undefined,
};
