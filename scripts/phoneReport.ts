/** `pnpm phone:report`: what somebody saw on a phone, without anything personal, ready to paste. */
import { askPerson, untried } from './phone/askPerson';
import { readChecklist } from './phone/checklist';
import { readAppFacts } from './phone/installedVersions';
import { readAndroid } from './phone/readAndroid';
import { readIos } from './phone/readIos';
import { writeReport } from './phone/report';
import type { PhoneFacts } from './phone/report';
import { readReportOptions, USAGE } from './phone/reportOptions';
import type { ReportOptions } from './phone/reportOptions';

const NO_PHONE = 3;

async function report(args: readonly string[]): Promise<number> {
  const options = readReportOptions(args);
  if (options === undefined) {
    console.log(USAGE);
    return 0;
  }
  const { phone: read, problems } = await readPhone(options);
  const { phone, checklist } = await complete(options, read);
  const unknown = [...problems, ...(phone === undefined ? [] : missingOf(phone))];
  const whole = { app: await readAppFacts(), phone, checklist, unknown };
  console.log(options.isJson ? JSON.stringify(whole, undefined, 2) : writeReport(whole));
  return read === undefined ? NO_PHONE : 0;
}

/** What the tools told, completed by what the person saw. */
async function complete({ asks }: ReportOptions, read: PhoneFacts | undefined) {
  const lines = await readChecklist();
  if (!asks) return { phone: read, checklist: lines.map(untried) };
  const person = askPerson({ input: process.stdin, prompts: process.stderr });
  try {
    const phone = read ?? (await person.describePhone());
    return { phone, checklist: await person.tick(lines) };
  } finally {
    person.close();
  }
}

async function readPhone({ system }: ReportOptions) {
  const problems: string[] = [];
  const readers = { android: readAndroid, ios: readIos };
  for (const read of system === undefined ? Object.values(readers) : [readers[system]]) {
    const facts = await read();
    if (typeof facts !== 'string') return { phone: facts, problems: [] };
    problems.push(facts);
  }
  return { phone: undefined, problems };
}

/** Of the fields that a report has, those that the tools left out, or told in a form that isn't known. */
function missingOf(phone: PhoneFacts): string[] {
  return Object.entries(phone)
    .filter(([, value]) => value === undefined)
    .map(([field]) => `${field}: not told, or not in a form that is known to be free of names.`);
}

report(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    const isUsage = error instanceof TypeError;
    console.error(isUsage ? `${error.message}\n\n${USAGE}` : error);
    process.exitCode = isUsage ? 2 : 1;
  },
);
