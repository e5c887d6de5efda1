/** Separates a model's thoughts from its answer: engines stream both as one text, with marks between them. */
import type { Mark, ThoughtRules } from './thoughtMarks';
import type { OnText } from '../types';

export interface ThoughtSplitter {
  /** Takes the next piece of the stream; holds back text that may be the beginning of a mark. */
  write(piece: string): void;
  /** Gives out the text that is still held back, because the stream is over. */
  end(): void;
}

/**
 * Splits a stream at marks, which count only at its beginning and directly after a thought. White space
 * around marks is dropped. A mark anywhere else is ordinary text, as in an answer about XML.
 */
export function createThoughtSplitter(
  onText: OnText,
  { marks, begun }: ThoughtRules,
): ThoughtSplitter {
  /** The thought or answer in progress; undefined where a mark may come. */
  let current: Mark | undefined = begun;
  let held = '';
  /** White space is dropped until the first other character. */
  let isStarted = false;
  /** A model may repeat the mark that its prompt already ends with. */
  let repeated = begun?.text;

  function say(text: string): void {
    const shown = isStarted ? text : text.trimStart();
    if (shown === '' || current === undefined) return;
    isStarted = true;
    onText(shown, current.begins === 'thought' ? 'thought' : 'answer');
  }

  function turnTo(next: Mark | undefined, rest: string): void {
    current = next?.begins === 'nothing' ? undefined : next;
    isStarted = false;
    held = rest;
  }

  /** Whether this is decided, so that `held` has to be looked at again. False while more text has to come first. */
  function dropRepeated(mark: string): boolean {
    const text = held.trimStart();
    if (text.length < mark.length && mark.startsWith(text)) return false;
    if (text.startsWith(mark)) held = text.slice(mark.length);
    repeated = undefined;
    return true;
  }

  function readMark(): boolean {
    const text = held.trimStart();
    if (marks.some((mark) => text.length < mark.text.length && mark.text.startsWith(text))) {
      return false;
    }
    const mark = marks.find((each) => text.startsWith(each.text));
    turnTo(mark ?? PLAIN_ANSWER, mark ? text.slice(mark.text.length) : held);
    return true;
  }

  function readUntil(until: string): boolean {
    const at = held.indexOf(until);
    if (at === -1) return false;
    const rest = held.slice(at + until.length);
    say(held.slice(0, at).trimEnd());
    turnTo(undefined, rest);
    return true;
  }

  /** Whether something was decided, so that the following text has to be looked at, too. */
  function step(): boolean {
    if (repeated !== undefined) return dropRepeated(repeated);
    if (current === undefined) return held !== '' && readMark();
    return current.until !== undefined && readUntil(current.until);
  }

  /** The length of `held` without the end that may still become a mark, or white space before one. */
  function decidedUpTo(): number {
    if (current === undefined || repeated !== undefined) return 0;
    return current.until === undefined ? held.length : undecidedFrom(held, current.until);
  }

  return {
    write(piece) {
      held += piece;
      while (step());
      const upTo = decidedUpTo();
      const text = held.slice(0, upTo);
      held = held.slice(upTo);
      say(text);
    },
    end() {
      current ??= PLAIN_ANSWER;
      say(current.until === undefined ? held : held.trimEnd());
      held = '';
    },
  };
}

const PLAIN_ANSWER: Mark = { text: '', begins: 'answer' };

/**
 * The index from which the end of `text` may become `mark` when more text comes; white space before that is included.
 */
export function undecidedFrom(text: string, mark: string): number {
  for (let at = Math.max(0, text.length - mark.length + 1); at < text.length; at += 1) {
    if (mark.startsWith(text.slice(at))) return text.slice(0, at).trimEnd().length;
  }
  return text.trimEnd().length;
}
