import { describe, expect, it } from 'vitest';

import { createEngineLog } from './engineLog';

const MIB = 1024 ** 2;

describe('the engine’s log', () => {
  it('tells what the buffers occupy, and whose they are', () => {
    const log = createEngineLog(() => undefined);
    log.logger.debug('load_tensors:          CPU model buffer size =     1.50 MiB');
    log.logger.debug('llama_kv_cache:        CPU KV buffer size =     2.00 MiB');
    expect([log.bufferBytes(), log.usesGpu()]).toEqual([3.5 * MIB, false]);
    log.logger.debug('load_tensors:       WebGPU model buffer size =    10.00 MiB');
    expect([log.bufferBytes(), log.usesGpu()]).toEqual([13.5 * MIB, true]);
  });

  it('takes a mention of the graphics processor for none of its buffers', () => {
    const log = createEngineLog(() => undefined);
    log.logger.warn('ggml_webgpu: Failed to get an adapter: WebGPU is not available');
    expect(log.usesGpu()).toBe(false);
  });
});
