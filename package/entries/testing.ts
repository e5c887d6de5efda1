/** `modelshelf/testing`: for the tests of an app, in Node: no network, no disk, failures on demand. */
export { createManualClock } from '../../lib/platform/memory/manualClock';
export type { ManualClock } from '../../lib/platform/memory/manualClock';
export { createEngineScript } from '../../lib/platform/memory/memoryEngine';
export type { EngineScript } from '../../lib/platform/memory/memoryEngine';
export { createMemoryPlatform, createMemoryWorld } from '../../lib/platform/memory/memoryPlatform';
export type { MemoryPlatformOptions, MemoryWorld } from '../../lib/platform/memory/memoryPlatform';
export { script } from '../../lib/platform/memory/memoryWeb';
export type { MemoryWeb } from '../../lib/platform/memory/memoryWeb';
export {
  afterKill,
  afterPowerCut,
  afterZeroingPowerCut,
  createDevice,
  createRandom,
  live,
} from '../../tests/crash/crashWorld';
export type { Device, Life, LifeOptions } from '../../tests/crash/crashWorld';
export { bytesContent, noiseContent } from '../../tests/hub/content';
export type { Content } from '../../tests/hub/content';
export type { Fault, FaultRule, FaultTarget } from '../../tests/hub/faults';
export { registryRepos } from '../../tests/hub/fixtures';
export { commitFor } from '../../tests/hub/repos';
export type { HubFile, HubRepo } from '../../tests/hub/repos';
export { startHub } from '../../tests/hub/server';
export type { Hub, HubOptions } from '../../tests/hub/server';
