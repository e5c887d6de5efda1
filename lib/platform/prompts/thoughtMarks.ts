/** The marks that models write around thoughts and answers: well-known marks, and marks found in a template. */

/** A text that may stand at the beginning of a model's output, and the kind of text that follows it. */
export interface Mark {
  text: string;
  /** `nothing`: neither a thought nor an answer follows, but perhaps another mark. */
  begins: 'thought' | 'answer' | 'nothing';
  /** The text that ends the thought or answer; without it, an answer ends with the stream. */
  until?: string;
}

/** How to split a stream. Plain data, because the engine's process sends it to its parent. */
export interface ThoughtRules {
  marks: readonly Mark[];
  /** Texts that begin another turn: see `createTurnEnd`. */
  turnStarts: readonly string[];
  /** A thought that the prompt has already begun, so that the stream continues it. */
  begun: Mark | undefined;
}

const thought = (text: string, until: string): Mark => ({ text, begins: 'thought', until });
const answer = (text: string, until: string): Mark => ({ text, begins: 'answer', until });

/** Marks that no answer begins with by chance. */
const KNOWN: readonly Mark[] = [
  // Qwen, DeepSeek, GLM, SmolLM and most others.
  thought('<think>', '</think>'),
  // Seed-OSS, Magistral, Kimi-VL.
  thought('<seed:think>', '</seed:think>'),
  thought('[THINK]', '[/THINK]'),
  thought('◁think▷', '◁/think▷'),
  // Command A, which also marks its answer.
  thought('<|START_THINKING|>', '<|END_THINKING|>'),
  answer('<|START_RESPONSE|>', '<|END_RESPONSE|>'),
  // OpenThinker, Apertus, MedGemma, Gemma 4.
  thought('<|begin_of_thought|>', '<|end_of_thought|>'),
  answer('<|begin_of_solution|>', '<|end_of_solution|>'),
  thought('<|inner_prefix|>', '<|inner_suffix|>'),
  thought('<unused94>thought', '<unused95>'),
  thought('<|channel>thought', '<channel|>'),
  // gpt-oss: its output consists of messages, each on a channel.
  thought('<|channel|>analysis<|message|>', '<|end|>'),
  thought('<|channel|>commentary<|message|>', '<|end|>'),
  answer('<|channel|>final<|message|>', '<|return|>'),
  { text: '<|start|>assistant', begins: 'nothing' },
];

/** Marks made of words that an answer could begin with: used only where a template contains them. */
const IN_WORDS: readonly Mark[] = [
  // Granite 3, Hunyuan.
  thought('Here is my thought process:', 'Here is my response:'),
  answer('<answer>', '</answer>'),
];

const PAIRED =
  /(<\|?|\[|◁)\/?(?![\w]*(?:start|begin|end)_|\w*_(?:start|begin|end)\b)([\w:.-]*(?:think|thought|reason)[\w:.-]*)(\|?>|\]|▷)/giu;
const STARTED =
  /<\|?(?:(?:start|begin)(?:_of)?_(?:think|thought|reason)\w*|(?:think|thought|reason)\w*_(?:start|begin))\|?>/giu;

/** Every mark that a model with this template may write. */
export function marksOf(template: string): readonly Mark[] {
  const paired = [...template.matchAll(PAIRED)].map(([, open = '', name = '', close = '']) =>
    thought(open + name + close, `${open}/${name}${close}`),
  );
  const started = [...template.matchAll(STARTED)].map(([text]) =>
    thought(
      text,
      text.replace(/start|begin/iu, (word) => (/[A-Z]/.test(word) ? 'END' : 'end')),
    ),
  );
  const inWords = IN_WORDS.filter(({ text }) => template.includes(text));
  const marks = [...KNOWN, ...inWords, ...started, ...paired];
  return marks.filter(({ text }, index) => marks.findIndex((mark) => mark.text === text) === index);
}

/** The outermost thought that the end of a prompt begins and doesn't end. */
export function begunThought(marks: readonly Mark[], promptEnd: string): Mark | undefined {
  const begun = marks
    .filter(({ begins }) => begins === 'thought')
    .map((mark) => ({ mark, at: promptEnd.lastIndexOf(mark.text) }))
    .filter(({ mark, at }) => at !== -1 && !promptEnd.includes(mark.until ?? '', at));
  return begun.sort((a, b) => a.at - b.at)[0]?.mark;
}

/** The rules for a model without a template. */
export const USUAL_RULES: ThoughtRules = { marks: KNOWN, turnStarts: [], begun: undefined };

/**
 * The parts of marks that may be a single special token each. Engines leave these out of the output unless told to keep
 * them.
 */
export function tokensOf(marks: readonly Mark[]): string[] {
  const texts = marks.flatMap(({ text, until = '' }) => [text, until]);
  const parts = texts.flatMap((text) => [text, ...(text.match(/<[^<>]+>/gu) ?? [])]);
  return [...new Set(parts.filter((part) => part !== ''))];
}
