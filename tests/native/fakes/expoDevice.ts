/** `expo-device`, as far as the app uses it. */
export const deviceName: string | null = 'Test phone';
export const modelName: string | null = 'Phone 1';
export let totalMemory: number | null = 6 * 1024 ** 3;
export const osVersion: string | null = '17.0';

let uptimeMs: number | null = 3_600_000;

/** What the system says of itself from now on: a virtual one says much. */
export function tellOfDevice(memoryBytes: number | null, upMs: number | null): void {
  totalMemory = memoryBytes;
  uptimeMs = upMs;
}

export function getUptimeAsync(): Promise<number> {
  // The real one states a number, and gives null on some devices.
  return Promise.resolve(uptimeMs) as Promise<number>;
}

/** The system starts anew: how long it has been up begins at nothing. */
export function restartDevice(): void {
  uptimeMs = 1_000;
}
