/**
 * How the chat templates of model families behave, as their makers publish them: what each takes, and how its
 * thoughts are told. The facts are theirs; the templates are written for these tests, and are much shorter.
 */
import type { Family } from './family';
import { PLAIN } from './plainFamilies';
import { THINKING } from './thinkingFamilies';

export type { Family } from './family';

export const FAMILIES: readonly Family[] = [...PLAIN, ...THINKING];
