/** `modelshelf/app`: all that the providers of `modelshelf/react` bind: models, answers, chats, benchmarks. */
export { createDoctor, createStartDoctor } from '../../lib/ai/doctor/createDoctor';
export type { Doctor } from '../../lib/ai/doctor/createDoctor';
export type { CatalogFollower } from '../../lib/ai/catalogs/catalogFollower';
export { closedShelf } from '../../lib/ai/catalogs/closedShelf';
export type { ClosedModel, DeviceOffer } from '../../lib/ai/catalogs/closedShelf';
export { startModelApp } from '../../lib/ai/startModelApp';
export type { ModelApp, ModelAppOptions } from '../../lib/ai/startModelApp';
export type {
  Access,
  AccessSnapshot,
  AccessState,
  SignInRequest,
} from '../../lib/ai/access/access';
export type { GateFollower } from '../../lib/ai/access/followGates';
export type { Gate } from '../../lib/ai/access/gates';
