/** What the bundled demo model is: its place among the app's assets and what it says. */
import { buildSpeakingModel } from './speakingModel';

export const DEMO_ASSET_PATH = 'assets/bundled/tiny-demo.gguf';

export const DEMO_SENTENCE = 'Hello! I am a tiny demo model running entirely on this device.';

export function buildTinyDemo(): Uint8Array {
  return buildSpeakingModel({ sentence: DEMO_SENTENCE });
}
