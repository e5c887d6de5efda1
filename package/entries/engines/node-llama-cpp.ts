/** `modelshelf/engines/node-llama-cpp`: llama.cpp in Node, one process for each model. */
export { createNodeEngine } from '../../../lib/platform/node/engine/nodeEngine';
export type { NodeEngine, NodeEngineOptions } from '../../../lib/platform/node/engine/nodeEngine';
