/** What `pnpm phone:report` understands. */
import { parseArgs } from 'node:util';

export interface ReportOptions {
  /** Undefined for the one that is attached. */
  system: 'android' | 'ios' | undefined;
  isJson: boolean;
  asks: boolean;
}

export const USAGE = `Usage: pnpm phone:report [--android | --ios] [--json] [--no-questions]

Reads what adb or Xcode's tools tell of the app on a phone, asks for the outcome of each line of the
checklist in docs/phones.md, and prints a report as Markdown to paste. Questions go to the standard
error output, the report to the standard output. A report holds versions, the class of the phone,
timings, counts of error codes and your answers: no name, serial number, path, address, network or
text of a chat. Answers that aren't among those asked for are dropped.

  --android        an Android phone, of several the one that ANDROID_SERIAL names
  --ios            an iPhone, or a simulator that runs
  --json           the same as JSON
  --no-questions   only what the tools tell
  -h, --help       this text

Exit codes: 0 reported, 1 failed, 2 wrong usage, 3 reported, but no phone could be read.`;

/** Undefined when help was asked for. @throws TypeError with a sentence for the person. */
export function readReportOptions(args: readonly string[]): ReportOptions | undefined {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      android: { type: 'boolean', default: false },
      ios: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      'no-questions': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  if (values.android && values.ios) throw new TypeError('--android and --ios: choose one.');
  return {
    system: values.android ? 'android' : values.ios ? 'ios' : undefined,
    isJson: values.json,
    asks: !values['no-questions'],
  };
}
