/** Models whose chat templates ask something of an engine, by what that is. Runs in Node. */
import { buildSpeakingModel } from '../../scripts/demoModel/speakingModel';
import { NO_SYSTEM, shape, STRICT } from '../templates/shapes';
import { SPOKEN_SENTENCE } from './spokenSentence';

export interface Templated {
  template: string;
  sentence: string | readonly string[];
}

export const TEMPLATED = {
  /** Refuses a system message, and two questions in a row. */
  strict: {
    template: shape({
      ...{ checks: NO_SYSTEM + STRICT, user: "'Q: ' + text + ' '", start: "'A: '" },
      assistant: "'A: ' + text + ' '",
    }),
    sentence: SPOKEN_SENTENCE,
  },
  /** Its prompt ends in the middle of a thought. */
  thoughtBegun: {
    template: shape({ user: "'Q: ' + text", assistant: "' A: ' + text", start: "' A: [THINK]'" }),
    sentence: ['Hm.', '[/THINK]', ' Yes.'],
  },
  /** Tells its thoughts with tokens that engines don't show. */
  hiddenMarks: {
    template: shape({ user: "'Q: ' + text", assistant: "' A: ' + text", start: "' A: '" }),
    sentence: ['<|START_THINKING|>', 'Hm.', '<|END_THINKING|>', 'Yes.'],
  },
  /** In plain words it writes the next question, too. */
  goesOn: {
    template: shape({ user: "'Q: ' + text", assistant: "' A: ' + text", start: "' A: '" }),
    sentence: ['Yes.', '\n\nUser:', ' And then?'],
  },
  unreadable: {
    template: "{% for message in %}{{ '<start_of_turn>' }}",
    sentence: SPOKEN_SENTENCE,
  },
} as const satisfies Record<string, Templated>;

export type TemplatedName = keyof typeof TEMPLATED;

export function templatedModel(name: TemplatedName): Uint8Array {
  const { template: chatTemplate, sentence } = TEMPLATED[name];
  return buildSpeakingModel({ sentence, chatTemplate });
}
