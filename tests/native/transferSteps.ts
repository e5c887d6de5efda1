/** What the tests of broken transfers do and wait for, with the first of the scene's models. */
import type { Fault } from '../hub/faults';
import { phone } from './fakes/phone';
import { ofBody, type App, type PhoneScene } from './phoneScene';

/** The next requests for the weights' bytes are answered so, one after the other. */
export function order({ hub }: PhoneScene, ...faults: readonly Fault[]): void {
  for (const fault of faults) hub.faults.push({ match: ofBody, times: 1, fault });
}

export function download({ models }: PhoneScene, app: App): Promise<unknown> {
  const done = app.manager.ensureModelPresent(models[0]);
  done.catch(() => undefined);
  return done;
}

export async function pause({ models }: PhoneScene, app: App): Promise<void> {
  app.manager.pauseDownload(models[0]);
  await app.until(models[0], ({ kind }) => kind === 'paused');
}

/** Resolves when the app shows that so much has come. */
export async function untilShown(
  { models }: PhoneScene,
  app: App,
  receivedBytes: number,
): Promise<void> {
  await app.until(
    models[0],
    (state) => state.kind === 'downloading' && state.receivedBytes >= receivedBytes,
  );
}

/** Resolves when the app's process ends the next time. */
export function untilAppDies(): Promise<void> {
  const before = phone.lives();
  return new Promise((resolve) => {
    phone.onKill(() => {
      if (phone.lives() > before) resolve();
    });
  });
}
