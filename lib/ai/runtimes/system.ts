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
  filesOf: ({ systemSource }) =>
    systemSource === undefined
      ? [{ fileName: '', role: 'weights', source: { kind: 'unavailable', reason: NO_BUILD } }]
      : [],
  withFiles: (config) => config,
  quantizationOf: () => '',
  // The context length is known once the model is loaded.
  contextOf: () => undefined,
  hasFixedContext: true,
  // Never called: without weights nothing can be calculated.
  memoryOf: () => 0,
};

const NO_BUILD = 'It is no model of the system’s own.';
