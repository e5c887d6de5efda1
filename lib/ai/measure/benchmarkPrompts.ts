/** What models are asked when they are measured: always the same, so that numbers can be compared. */
import type { GenerateRequest } from '../../platform/types';

/**
 * Some two hundred tokens for most vocabularies: enough that reading them takes time which can be
 * measured, few enough that a phone gets through several runs in a minute.
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
  // The likeliest token each time: the same model says the same in every run.
  temperature: 0,
  topP: 1,
  thinking: false,
});

/**
 * Differs from every other run in its first words: an engine remembers the beginning of the prompt
 * before, and wouldn't read again what it knows.
 */
export function benchmarkRequest(run: number): GenerateRequest {
  return request(`${String(run)}. reading of a story. ${TASK}\n\n${TEXT}`, GENERATED_TOKENS);
}

/** The whole prompt, so that every buffer has its size before anything is measured. */
export function warmUpRequest(): GenerateRequest {
  return { ...benchmarkRequest(0), maxTokens: WARM_UP_TOKENS };
}

export function smokeRequest(): GenerateRequest {
  return request('Say hello in one short sentence.', SMOKE_TOKENS);
}

/** Begins differently, for the same reason as the runs of a benchmark do. */
export function smokeWarmUpRequest(): GenerateRequest {
  return request('Answer with one word: are you there?', WARM_UP_TOKENS);
}
