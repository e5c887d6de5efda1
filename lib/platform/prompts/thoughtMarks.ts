/** The marks by which models tell their thoughts from their answers: those that are known, and those that a template names. */

/** A text that may stand at the beginning of what a model says, and what follows it. */
export interface Mark {
  text: string;
  /** `nothing` belongs to neither: another mark may follow. */
  begins: 'thought' | 'answer' | 'nothing';
  /** Where what it began ends; an answer without one ends with the stream. */
  until?: string;
}

/** How a stream is to be read. Plain data: it goes from the engine's process to its parent. */
export interface ThoughtRules {
  marks: readonly Mark[];
  /** What another turn begins with: see `createTurnEnd`. */
  turnStarts: readonly string[];
  /** The thought that the prompt itself has begun, so that the stream goes on in it. */
  begun: Mark | undefined;
}

const thought = (text: string, until: string): Mark => ({ text, begins: 'thought', until });
const answer = (text: string, until: string): Mark => ({ text, begins: 'answer', until });

/** No answer begins with these by chance. */
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
  // gpt-oss: what it says comes as messages, each on a channel.
  thought('<|channel|>analysis<|message|>', '<|end|>'),
  thought('<|channel|>commentary<|message|>', '<|end|>'),
  answer('<|channel|>final<|message|>', '<|return|>'),
  { text: '<|start|>assistant', begins: 'nothing' },
];

/** Words that an answer could begin with: marks only where a template has them. */
const IN_WORDS: readonly Mark[] = [
  // Granite 3, Hunyuan.
  thought('Here is my thought process:', 'Here is my response:'),
  answer('<answer>', '</answer>'),
];

const PAIRED =
  /(<\|?|\[|◁)\/?(?![\w]*(?:start|begin|end)_|\w*_(?:start|begin|end)\b)([\w:.-]*(?:think|thought|reason)[\w:.-]*)(\|?>|\]|▷)/giu;
const STARTED =
  /<\|?(?:(?:start|begin)(?:_of)?_(?:think|thought|reason)\w*|(?:think|thought|reason)\w*_(?:start|begin))\|?>/giu;

/** Every mark that may come from a model with this template. */
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

/** The outermost thought that a prompt's end has begun and not ended. */
export function begunThought(marks: readonly Mark[], promptEnd: string): Mark | undefined {
  const begun = marks
    .filter(({ begins }) => begins === 'thought')
    .map((mark) => ({ mark, at: promptEnd.lastIndexOf(mark.text) }))
    .filter(({ mark, at }) => at !== -1 && !promptEnd.includes(mark.until ?? '', at));
  return begun.sort((a, b) => a.at - b.at)[0]?.mark;
}

/** For whoever has no template. */
export const USUAL_RULES: ThoughtRules = { marks: KNOWN, turnStarts: [], begun: undefined };

/** What of the marks may be one token each, and one that engines keep to themselves unless they are asked for it. */
export function tokensOf(marks: readonly Mark[]): string[] {
  const texts = marks.flatMap(({ text, until = '' }) => [text, until]);
  const parts = texts.flatMap((text) => [text, ...(text.match(/<[^<>]+>/gu) ?? [])]);
  return [...new Set(parts.filter((part) => part !== ''))];
}
