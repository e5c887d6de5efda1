/**
 * The demo for phones: what its tokenizer's files hold, and what its weights have to say. It answers as the demo for
 * browsers does.
 */
import { CHATML } from '../../demoModel/parts';
import { DEMO_SENTENCE } from '../../demoModel/tinyDemo';
import { byteLevelTokenizer } from './byteLevel';

/** Below `assets/bundled/`. */
export const PHONE_DEMO_FILES = {
  weights: 'tiny-demo.pte',
  tokenizer: 'tiny-demo-tokenizer.txt',
  tokenizerConfig: 'tiny-demo-tokenizer-config.txt',
} as const;

/** The most that the demo remembers, in tokens. */
export const PHONE_DEMO_CONTEXT_TOKENS = 2048;

const END_OF_TURN = '<|im_end|>';

export interface PhoneDemo {
  /** The texts of both files. */
  tokenizer: string;
  tokenizerConfig: string;
  recipe: WeightsRecipe;
}

/** What the weights are made from. */
export interface WeightsRecipe {
  vocabularySize: number;
  /** What is said, in this order, whatever was asked; and then the turn ends. */
  pieceIds: readonly number[];
  startOfTextId: number;
  endOfTurnId: number;
  endIds: readonly number[];
}

export function describePhoneDemo(): PhoneDemo {
  const { json, tokens, pieceIds, specialIds } = byteLevelTokenizer(DEMO_SENTENCE);
  const config = {
    bos_token: '<|begin_of_text|>',
    eos_token: END_OF_TURN,
    chat_template: CHATML,
    model_max_length: PHONE_DEMO_CONTEXT_TOKENS,
  };
  return {
    tokenizer: `${JSON.stringify(json)}\n`,
    tokenizerConfig: `${JSON.stringify(config, undefined, 2)}\n`,
    recipe: {
      vocabularySize: tokens.length,
      pieceIds,
      startOfTextId: specialIds['<|begin_of_text|>'],
      endOfTurnId: specialIds[END_OF_TURN],
      endIds: [specialIds[END_OF_TURN], specialIds['<|end_of_text|>']],
    },
  };
}
