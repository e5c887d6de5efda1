/** What `pnpm phone:report` hands on, and how it is written down. */
import type { ModelErrorCode } from '../../lib/errors';
import type { ChecklistAnswer } from './checklist';
import type { ExitReason } from './fields';
import type { AppFacts } from './installedVersions';

/** Undefined is what nobody could tell. */
export interface PhoneFacts {
  system: 'Android' | 'iOS';
  systemVersion: string | undefined;
  isSimulator: boolean | undefined;
  maker: string | undefined;
  /** Of Apple's, its number; of others, its chip. */
  model: string | undefined;
  memoryGib: number | undefined;
  processor: string | undefined;
  appVersion: string | undefined;
  isDebugBuild: boolean | undefined;
  mayNotify: boolean | undefined;
  /** From the tap to the first picture, as the system measured it the last time. */
  startMs: number | undefined;
  exits: Partial<Record<ExitReason, number>> | undefined;
  errorCodes: Partial<Record<ModelErrorCode, number>> | undefined;
}

/** Where nobody says anything. */
export const UNTOLD: Omit<PhoneFacts, 'system'> = {
  systemVersion: undefined,
  isSimulator: undefined,
  maker: undefined,
  model: undefined,
  memoryGib: undefined,
  processor: undefined,
  appVersion: undefined,
  isDebugBuild: undefined,
  mayNotify: undefined,
  startMs: undefined,
  exits: undefined,
  errorCodes: undefined,
};

export interface PhoneReport {
  app: AppFacts;
  phone: PhoneFacts | undefined;
  checklist: readonly ChecklistAnswer[];
  /** In words of ours: what couldn't be learned. */
  unknown: readonly string[];
}

const UNKNOWN = 'unknown';

export function writeReport({ app, phone, checklist, unknown }: PhoneReport): string {
  return [
    '## On a phone\n',
    table(['what', 'which'], [...phoneRows(phone), ...appRows(app)]),
    `\n### Checklist\n`,
    table(
      ['line', 'outcome', 'error', 'measured'],
      checklist.map(({ id, outcome, errorCode, measured }) => [
        id,
        outcome,
        errorCode ?? '',
        measured === undefined ? '' : String(measured),
      ]),
    ),
    '\n### What couldn’t be learned\n',
    ...(unknown.length === 0 ? ['Nothing.'] : unknown.map((sentence) => `- ${sentence}`)),
    '\n### What happened instead\n',
    'Write here what the failed lines did. Leave out names, addresses and what was said in a chat.',
  ].join('\n');
}

function phoneRows(phone: PhoneFacts | undefined): string[][] {
  if (phone === undefined) return [['phone', UNKNOWN]];
  const { system, systemVersion, isSimulator, maker, model, memoryGib, processor } = phone;
  return [
    ['system', `${system} ${systemVersion ?? UNKNOWN}`],
    ['phone', [maker, model].filter((part) => part !== undefined).join(' ') || UNKNOWN],
    ['simulator', yesOrNo(isSimulator)],
    ['memory', memoryGib === undefined ? UNKNOWN : `${String(memoryGib)} GiB`],
    ['processor', processor ?? UNKNOWN],
    ['installed app', phone.appVersion ?? UNKNOWN],
    ['debug build', yesOrNo(phone.isDebugBuild)],
    ['may notify', yesOrNo(phone.mayNotify)],
    ['start', phone.startMs === undefined ? UNKNOWN : `${String(phone.startMs)} ms`],
    ['ended', counted(phone.exits)],
    ['error codes', counted(phone.errorCodes)],
  ];
}

function appRows({ version, commit, packages }: AppFacts): string[][] {
  return [
    ['source', [version, commit].filter((part) => part !== undefined).join(' at ') || UNKNOWN],
    ...Object.entries(packages).map(([name, installed]) => [name, installed]),
  ];
}

const yesOrNo = (value: boolean | undefined): string =>
  value === undefined ? UNKNOWN : value ? 'yes' : 'no';

function counted(counts: Readonly<Record<string, number>> | undefined): string {
  if (counts === undefined) return UNKNOWN;
  const words = Object.entries(counts).map(([what, count]) => `${what} × ${String(count)}`);
  return words.join(', ') || 'none seen';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
