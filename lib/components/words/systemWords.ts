/** The obstacles to the browser's own model, in words for people. */
import type { SystemLack } from '../../errors';

/** The title, then what happened and what to do. */
export const SYSTEM_LACK_WORDS: Readonly<Record<SystemLack, readonly [string, string]>> = {
  press: [
    'The browser wants a press',
    'It begins to download its model only right after somebody pressed a button. Press again.',
  ],
  denied: [
    'The browser does not allow it',
    'A setting, a policy or a dialog keeps this page from the browser’s own model. Allow it in the browser’s settings, then try again.',
  ],
  network: [
    'The browser’s download broke off',
    'The browser downloads its model by itself, and most do so only on an unmetered network. Check the connection, then try again.',
  ],
  gone: [
    'The browser does not have its model any more',
    'It may remove it when space runs out. Get it again under AI Models, or choose another model.',
  ],
  unavailable: [
    'The browser can’t run its model here',
    'It does not say why. It may lack memory or free disk space, or be told not to by a setting. Choose another model.',
  ],
  language: [
    'The browser’s model does not speak this language',
    'Ask in English or another language that it knows, or choose another model.',
  ],
  filtered: [
    'The browser held the answer back',
    'It checks what its model says, and did not let this through. Ask in other words, or choose another model.',
  ],
  failed: [
    'The browser could not start its model',
    'The usual reason is too little free disk space or memory. Make room, start the browser anew, then try again.',
  ],
  kept: [
    'The browser keeps this model',
    'It can’t be checked or removed from here: the browser’s own settings can.',
  ],
};
