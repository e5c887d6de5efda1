/** What the models of the engine's suite say. */
export const SPOKEN_SENTENCE = 'Hello! I am a tiny demo model running entirely on this device.';
