/** The prompts for measurements: always the same, so that results can be compared. */
import type { GenerateRequest } from '../../platform/types';

/**
 * About two hundred tokens for most vocabularies: enough to measure how long the prompt takes to read, and few enough
 * that a phone finishes several runs in a minute.
 */
const TEXT = [
  'The harbour of the old town wakes early. Before the sun is over the hill the boats come in, low',
  'in the water with what the night has brought them, and the people of the market stand on the',
  'stones and wait. A girl with a yellow coat counts the baskets and writes every number in a small',
  'blue book. Her grandfather mends a net that is older than she is, and tells whoever listens that',
  'the sea was louder when he was young. At seven the bell of the church rings, the first bus stops',
  'at the corner, and the baker opens his shutters: the smell of warm bread goes down the street to',
  'the water and meets the smell of salt and rope. A ship with three masts lies at the far end. Its',
  'crew washes the deck and sings a song in a language that nobody here understands, but whose tune',
  'everybody knows. When the tide turns, the ship will leave for the islands in the north, and the',
  'girl in the yellow coat will write its name in the blue book, beneath the names of all the others.',
].join(' ');

const TASK = 'Continue this story with a long new part of at least two hundred words.';

/** Long enough for a steady rate, short enough for a slow phone. */
const GENERATED_TOKENS = 64;
const SMOKE_TOKENS = 16;
const WARM_UP_TOKENS = 8;

const request = (content: string, maxTokens: number): GenerateRequest => ({
  messages: [{ role: 'user', content }],
  maxTokens,
  // Always the most likely token, so that the model gives the same answer in every run.
  temperature: 0,
  topP: 1,
  thinking: false,
});

/**
 * Each run has other first words: an engine keeps the beginning of the previous prompt in its cache, and wouldn't
 * process that part again.
 */
export function benchmarkRequest(run: number): GenerateRequest {
  return request(`${String(run)}. reading of a story. ${TASK}\n\n${TEXT}`, GENERATED_TOKENS);
}

/** The whole prompt, so that every buffer has its final size before the measurement. */
export function warmUpRequest(): GenerateRequest {
  return { ...benchmarkRequest(0), maxTokens: WARM_UP_TOKENS };
}

export function smokeRequest(): GenerateRequest {
  return request('Say hello in one short sentence.', SMOKE_TOKENS);
}

/** Other first words than the measured prompt, for the same reason as in a benchmark. */
export function smokeWarmUpRequest(): GenerateRequest {
  return request('Answer with one word: are you there?', WARM_UP_TOKENS);
}
