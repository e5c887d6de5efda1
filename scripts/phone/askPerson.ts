/** Asks for the outcome of each line of the checklist; only outcomes, numbers and error codes of ours are taken. */
import type { ReadLineOptions } from 'node:readline';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import type { ChecklistAnswer, ChecklistLine } from './checklist';
import { readErrorCode, readNumber, readVersion } from './fields';
import { UNTOLD } from './report';
import type { PhoneFacts } from './report';

export interface Terminal {
  input: ReadLineOptions['input'];
  /** Not where the report goes. */
  prompts: Writable;
}

const OUTCOMES = new Map<string, ChecklistAnswer['outcome']>([
  ['y', 'as expected'],
  ['yes', 'as expected'],
  ['n', 'not as expected'],
  ['no', 'not as expected'],
]);
const SYSTEMS = new Map<string, PhoneFacts['system']>([
  ['android', 'Android'],
  ['ios', 'iOS'],
]);
const HELP =
  'y: as expected, n: not so, Enter: not tried. A number for what to report, Enter for none.\n';

type Ask = (prompt: string) => Promise<string>;

export interface Person {
  /** What the tools couldn't tell; undefined where the person doesn't say the system either. */
  describePhone(): Promise<PhoneFacts | undefined>;
  /** The end of the input leaves the rest untried. */
  tick(lines: readonly ChecklistLine[]): Promise<ChecklistAnswer[]>;
  close(): void;
}

export function askPerson({ input, prompts }: Terminal): Person {
  const reader = createInterface({ input });
  const typed: AsyncIterator<string, undefined> = reader[Symbol.asyncIterator]();
  const ask: Ask = async (prompt) => {
    prompts.write(`${prompt} `);
    const { value = '' } = await typed.next();
    return value.trim();
  };
  return {
    describePhone: () => describePhone(ask),
    async tick(lines) {
      prompts.write(HELP);
      const answers: ChecklistAnswer[] = [];
      for (const [index, line] of lines.entries()) {
        answers.push(await askLine(line, `${String(index + 1)}/${String(lines.length)}`, ask));
      }
      return answers;
    },
    close: () => reader.close(),
  };
}

async function describePhone(ask: Ask): Promise<PhoneFacts | undefined> {
  const system = SYSTEMS.get((await ask('Android or iOS:')).toLowerCase());
  if (system === undefined) return undefined;
  return {
    ...UNTOLD,
    system,
    systemVersion: readVersion(await ask('Its version, such as 14:')),
    memoryGib: readNumber(await ask('The phone’s memory in GB:')),
    appVersion: readVersion(await ask('The app’s version:')),
  };
}

async function askLine(
  { id, task, expected, report }: ChecklistLine,
  place: string,
  ask: Ask,
): Promise<ChecklistAnswer> {
  const typed = await ask(`\n${place} ${task}\n    Expected: ${expected}\n    y, n or Enter:`);
  const outcome = OUTCOMES.get(typed.toLowerCase()) ?? 'not tried';
  if (outcome === 'not tried') return { ...untried({ id }), outcome };
  const measured = readNumber(await ask(`    A number for “${report}” or Enter:`));
  const failed = outcome === 'not as expected';
  const code = failed ? await ask('    An error code, such as NET_OFFLINE, or Enter:') : undefined;
  return { id, outcome, errorCode: readErrorCode(code), measured };
}

export const untried = ({ id }: Pick<ChecklistLine, 'id'>): ChecklistAnswer => ({
  id,
  outcome: 'not tried',
  errorCode: undefined,
  measured: undefined,
});
