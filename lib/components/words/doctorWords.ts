/** The doctor's findings in words: what each means, and what helps. */
import type { Cause, Finding, Health, Subject } from '../../ai/doctor/causes';
import { t } from './language';
import { formatBytes, formatDuration, joinSentences } from './words';

export interface FindingWords {
  title: string;
  health: string;
  reason: string;
  /** Undefined where nothing has to be done, or can be. */
  remedy: string | undefined;
}

export function describeFinding({ subject, cause, health, amount = 0 }: Finding): FindingWords {
  const [reason, remedy] = CAUSE_WORDS[cause](amount);
  return { title: SUBJECT_WORDS[subject](), health: healthWord(health), reason, remedy };
}

/** The findings as text to paste into a bug report. They hold nothing that tells who or where somebody is. */
export function doctorReport(findings: readonly Finding[]): string {
  const lines = findings.flatMap((each) => {
    const { title, health, reason, remedy } = describeFinding(each);
    const first = joinSentences([
      t('{mark} {subject}: {health}.', { mark: MARKS[each.health], subject: title, health }),
      reason,
    ]);
    return remedy === undefined ? [first] : [first, `    ${remedy}`];
  });
  return ['Modelshelf', ...lines, ''].join('\n');
}

export const MARKS: Readonly<Record<Health, string>> = { good: '✓', limited: '!', broken: '✗' };

export function healthWord(health: Health): string {
  switch (health) {
    case 'good':
      return t('Good');
    case 'limited':
      return t('Limited');
    case 'broken':
      return t('Broken');
  }
}

const SUBJECT_WORDS: Readonly<Record<Subject, () => string>> = {
  isolation: () => t('Isolation of the page'),
  threads: () => t('Processor'),
  memory: () => t('Memory'),
  storage: () => t('Space for models'),
  persistence: () => t('Lasting storage'),
  graphics: () => t('Graphics processor'),
  engine: () => t('Engine'),
  database: () => t('Database'),
  hub: () => t('The hub'),
  proxy: () => t('Proxy'),
  clock: () => t('Clock'),
};

/** The reason, and the remedy where there is one. `amount` is what `Finding.amount` is. */
type Words = (amount: number) => readonly [reason: string, remedy?: string];

const CAUSE_WORDS: Readonly<Record<Cause, Words>> = {
  isolated: () => [t('The page is isolated from others, so models can use several threads.')],
  'not-isolated': () => [
    t('The page is not isolated from others, so models run on one thread and answer more slowly.'),
    t(
      'Reload the page once. If that does not help, its server has to send the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.',
    ),
  ],
  'not-secure': () => [
    t('The page came over plain http, so the browser gives it no storage for models.'),
    t('Open it over https, or on the computer that serves it as localhost.'),
  ],
  'many-threads': (amount) => [
    t('{count, plural, one {# thread} other {# threads}} can work at the same time.', {
      count: amount,
    }),
  ],
  'one-thread': () => [
    t('Models have one thread, so they answer more slowly.'),
    t('Choose small models.'),
  ],
  'threads-unknown': () => [
    t('The system does not tell how many threads can work at the same time.'),
    t('Measure a model under Benchmarks to see how fast it is here.'),
  ],
  'memory-ample': (amount) => [
    t('This device has about {size} of memory.', { size: formatBytes(amount) }),
  ],
  'memory-little': (amount) => [
    t('This device has about {size} of memory, which is enough for small models only.', {
      size: formatBytes(amount),
    }),
    t('Choose a model whose card says that it fits, and close other programs.'),
  ],
  'memory-taken': (amount) => [
    t('Other programs use most of the memory: {size} are left.', { size: formatBytes(amount) }),
    t('Close other programs before a model loads.'),
  ],
  'memory-unknown': () => [
    t('The system does not tell how much memory there is, so nobody can say which models fit.'),
    t('Begin with a small model.'),
  ],
  'memory-tiny': (amount) => [
    t('This device has {size} of memory, which is too little for any real model.', {
      size: formatBytes(amount),
    }),
    t('Use a device with more memory.'),
  ],
  'space-ample': (amount) => [t('{size} are free for models.', { size: formatBytes(amount) })],
  'space-little': (amount) => [
    t('{size} are free for models, which is enough for small models only.', {
      size: formatBytes(amount),
    }),
    t('Remove models that are not needed, or free space on the disk.'),
  ],
  'space-unknown': () => [
    t(
      'The system does not tell how much space is free. A full disk is noticed only in the middle of a download.',
    ),
    t('Look at the free space in the settings of the system before a large download.'),
  ],
  'space-none': () => [
    t('There is too little free space for any real model.'),
    t('Remove models that are not needed, or free space on the disk.'),
  ],
  'storage-refused': () => [
    t('The place for the models can’t be opened or written to.'),
    t(
      'In a browser: leave the private window, and allow the page to store data. In a terminal: choose another folder with --dir, or change its permissions.',
    ),
  ],
  'storage-missing': () => [
    t('This browser has no private file storage to keep models in.'),
    t('Update the browser, leave the private window, or open the page in another browser.'),
  ],
  kept: () => [t('The browser keeps models until a person removes them.')],
  evictable: () => [
    t('The browser may remove models when space runs out.'),
    t('Install the page as an app, bookmark it, or allow it to store data permanently.'),
  ],
  'gpu-found': () => [
    t(
      'There is a graphics processor. It is used once the tiny model has answered correctly on it.',
    ),
  ],
  'gpu-software': () => [
    t('The graphics processor is only simulated, so models run on the processor.'),
    t('Switch on hardware acceleration in the settings of the browser.'),
  ],
  'gpu-none': () => [
    t('The browser offers no graphics processor, so models run on the processor.'),
    t('A browser with WebGPU and a current graphics driver may be faster.'),
  ],
  'engine-ready': () => [t('The program that runs models is here.')],
  'engine-narrow': () => [
    t('This browser has no 64-bit WebAssembly, so large models do not run.'),
    t('Update the browser, or open the page in another one.'),
  ],
  'engine-absent': () => [
    t('The program that runs models is not here. Models can be downloaded, but they can’t answer.'),
    t('Install the app again; in a terminal, install the package node-llama-cpp.'),
  ],
  'no-webassembly': () => [
    t('WebAssembly is switched off, and models run on it.'),
    t('Allow WebAssembly in the settings of the browser, or leave its strict mode for this page.'),
  ],
  'database-open': () => [t('Settings and chats can be read and saved.')],
  'database-reset': () => [
    t('The database was damaged, so the app began with an empty one. Models are still here.'),
    t('Make your settings again. If it happens again, check the disk.'),
  ],
  'database-failed': () => [
    t('Settings and chats can’t be read or saved.'),
    t('Close other tabs of this app, then reload. If that does not help, free space on the disk.'),
  ],
  'database-newer': () => [
    t('A newer version of this app has saved the settings, and this version can’t read them.'),
    t('Reload the page, or update the app.'),
  ],
  'hub-reached': () => [t('The hub answers, so models can be found and downloaded.')],
  'hub-forbidden': () => [
    t('A setting forbids all requests. The models on this device work.'),
    t('Unset HF_HUB_OFFLINE and TRANSFORMERS_OFFLINE to download models.'),
  ],
  'hub-busy': () => [
    t('The hub answers, but has no time for this device now.'),
    t('Try again in some minutes. A sign-in raises the limit.'),
  ],
  'device-offline': () => [
    t('This device has no network. The models on it work without one.'),
    t('Connect it to download models.'),
  ],
  'hub-unreachable': () => [
    t('The hub can’t be reached.'),
    t(
      'Check the connection, the firewall and content blockers. Another hub can be set with HF_ENDPOINT.',
    ),
  ],
  'hub-silent': () => [
    t('The hub did not answer within ten seconds.'),
    t('Check the connection, and whether a firewall or a proxy holds the requests back.'),
  ],
  'hub-untrusted': () => [
    t('The connection to the hub is not trusted: its certificate was refused.'),
    t('Check the clock. In a company, NODE_EXTRA_CA_CERTS names its own certificates.'),
  ],
  'hub-refuses': () => [
    t('The hub refuses requests from this device.'),
    t('Check HF_ENDPOINT, and whether a firewall answers in the place of the hub.'),
  ],
  'proxy-none': () => [t('No proxy is used to reach the hub.')],
  'proxy-works': () => [t('The hub is reached through a proxy.')],
  'proxy-untested': () => [
    t('A proxy is set, and the hub was not reached, so nobody can say whether the proxy works.'),
    t('Look at the line about the hub first.'),
  ],
  'proxy-fails': () => [
    t('The proxy can’t be reached, or refuses to connect to the hub.'),
    t('Check HTTPS_PROXY, or pass another one with --proxy.'),
  ],
  'proxy-invalid': () => [
    t('The setting of the proxy can’t be used.'),
    t('Write it as http://host:port in HTTPS_PROXY. SOCKS is not supported.'),
  ],
  'clock-right': () => [t('The clock is right.')],
  'clock-unknown': () => [
    t('The clock could not be compared, because no server has told its time.'),
    t('Compare it with another clock if the hub can’t be reached.'),
  ],
  'clock-off': (amount) => [
    t('The clock is wrong by {time}.', { time: formatDuration(amount) }),
    t('Let the system set its clock by itself: sign-ins may end too early.'),
  ],
  'clock-wrong': (amount) => [
    t('The clock is wrong by {time}, so secure connections are refused.', {
      time: formatDuration(amount),
    }),
    t('Set the clock, or let the system set it by itself.'),
  ],
};
