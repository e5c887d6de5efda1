/** Models that the browser or the operating system has: it brings, keeps and removes them, and says little about them. */
import type { RuntimeTraits } from './runtimeTraits';

export const SYSTEM: RuntimeTraits = {
  label: 'This browser’s own model',
  hasFiles: false,
  // Nothing of it lies in the store, so that no record ever has these names.
  manifestName: 'model.system.json',
  folderSuffix: '-system',
  filesOf: ({ systemSource }) =>
    systemSource === undefined
      ? [{ fileName: '', role: 'weights', source: { kind: 'unavailable', reason: NO_BUILD } }]
      : [],
  withFiles: (config) => config,
  quantizationOf: () => '',
  // Told when it is loaded.
  contextOf: () => undefined,
  hasFixedContext: true,
  // Never asked: without weights nobody can reckon.
  memoryOf: () => 0,
};

const NO_BUILD = 'It is no model of the system’s own.';
