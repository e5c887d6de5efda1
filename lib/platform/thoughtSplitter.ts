/** Tells a model's thoughts from its answer: engines stream both as one text, the thoughts between tags. */
import type { Channel, OnText } from './types';

const OPENING = '<think>';
const CLOSING = '</think>';

export interface ThoughtSplitter {
  /** Takes the next piece of the stream; what may be the beginning of a tag is held back. */
  write(piece: string): void;
  /** Gives out what is still held back: the stream is over. */
  end(): void;
}

/**
 * Splits a stream in the way of Qwen 3: one thought, at the very beginning, in `<think>` tags. The white
 * space around them is dropped. A tag anywhere else is text, as in an answer about XML.
 */
export function createThoughtSplitter(onText: OnText): ThoughtSplitter {
  let channel: Channel = 'answer';
  let held = '';
  /** White space is dropped until the channel has said something. */
  let begun = false;
  let mayThink = true;

  function say(text: string): void {
    const shown = begun ? text : text.trimStart();
    if (shown === '') return;
    begun = true;
    mayThink = mayThink && channel === 'thought';
    onText(shown, channel);
  }

  function turnTo(next: Channel, rest: string): void {
    channel = next;
    begun = false;
    held = rest;
  }

  /** Whether a tag was found, so that what follows it has to be looked at, too. */
  function step(): boolean {
    if (channel === 'answer') {
      if (!mayThink) return false;
      const text = held.trimStart();
      if (OPENING.startsWith(text.slice(0, OPENING.length))) {
        if (text.length < OPENING.length) return false;
        turnTo('thought', text.slice(OPENING.length));
        return true;
      }
      mayThink = false;
      return false;
    }
    const at = held.indexOf(CLOSING);
    if (at === -1) return false;
    const rest = held.slice(at + CLOSING.length);
    say(held.slice(0, at).trimEnd());
    mayThink = false;
    turnTo('answer', rest);
    return true;
  }

  /** How much at the end may still become the closing tag, or white space before it. */
  function undecidedFrom(): number {
    if (channel === 'answer') return mayThink ? 0 : held.length;
    for (let at = Math.max(0, held.length - CLOSING.length + 1); at < held.length; at += 1) {
      if (CLOSING.startsWith(held.slice(at))) return held.slice(0, at).trimEnd().length;
    }
    return held.trimEnd().length;
  }

  return {
    write(piece) {
      held += piece;
      while (step());
      const from = undecidedFrom();
      const text = held.slice(0, from);
      held = held.slice(from);
      say(text);
    },
    end() {
      say(channel === 'thought' ? held.trimEnd() : held);
      held = '';
    },
  };
}
