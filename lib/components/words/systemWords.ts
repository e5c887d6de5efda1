/** The obstacles to the browser's own model, in words for people. */
import type { SystemLack } from '../../errors';
import { t } from './language';

/** The title, then what happened and what to do. */
export function systemLackWords(lack: SystemLack): readonly [title: string, detail: string] {
  switch (lack) {
    case 'press':
      return [
        t('The browser wants a press'),
        t(
          'It begins to download its model only right after somebody pressed a button. Press again.',
        ),
      ];
    case 'denied':
      return [
        t('The browser does not allow it'),
        t(
          'A setting, a policy or a dialog keeps this page from the browser’s own model. Allow it in the browser’s settings, then try again.',
        ),
      ];
    case 'network':
      return [
        t('The browser’s download broke off'),
        t(
          'The browser downloads its model by itself, and most do so only on an unmetered network. Check the connection, then try again.',
        ),
      ];
    case 'gone':
      return [
        t('The browser does not have its model any more'),
        t(
          'It may remove it when space runs out. Get it again under AI Models, or choose another model.',
        ),
      ];
    case 'unavailable':
      return [
        t('The browser can’t run its model here'),
        t(
          'It does not say why. It may lack memory or free disk space, or be told not to by a setting. Choose another model.',
        ),
      ];
    case 'language':
      return [
        t('The browser’s model does not speak this language'),
        t('Ask in English or another language that it knows, or choose another model.'),
      ];
    case 'filtered':
      return [
        t('The browser held the answer back'),
        t(
          'It checks what its model says, and did not let this through. Ask in other words, or choose another model.',
        ),
      ];
    case 'failed':
      return [
        t('The browser could not start its model'),
        t(
          'The usual reason is too little free disk space or memory. Make room, restart the browser, then try again.',
        ),
      ];
    case 'kept':
      return [
        t('The browser keeps this model'),
        t('It can’t be checked or removed from here: the browser’s own settings can.'),
      ];
  }
}
