/** `expo-device`, as far as the app uses it. */
export const deviceName: string | null = 'Test phone';
export const modelName: string | null = 'Phone 1';
export const totalMemory: number | null = 6 * 1024 ** 3;
export const osVersion: string | null = '17.0';

let uptimeMs = 3_600_000;

export function getUptimeAsync(): Promise<number> {
  return Promise.resolve(uptimeMs);
}

/** The system starts anew: how long it has been up begins at nothing. */
export function restartDevice(): void {
  uptimeMs = 1_000;
}
