/** What every bench's command line does around its measuring: parse, measure, print, write down. */
import { DOCUMENT, writeSection } from './document';

export interface Bench<Options extends { isWhole: boolean }> {
  usage: string;
  /** Of its section in the document, which is written only by the whole bench. */
  heading: string;
  /** Undefined where only the usage was asked for. @throws TypeError with a sentence for the person */
  parseOptions(args: readonly string[]): Options | undefined;
  /** Resolves with the section's Markdown. */
  measure(options: Options): Promise<string>;
}

/** Resolves with the exit code: 0; 1 when something failed; 2 for wrong usage. */
export async function runBench<Options extends { isWhole: boolean }>(
  { usage, heading, parseOptions, measure }: Bench<Options>,
  args: readonly string[],
): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options === undefined) {
      console.log(usage);
      return 0;
    }
    const text = await measure(options);
    console.log(text);
    if (options.isWhole) await writeSection(heading, text);
    else console.error(`\nNot the whole bench, so not written to ${DOCUMENT}.`);
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    if (!(error instanceof TypeError)) return 1;
    console.error(`\n${usage}`);
    return 2;
  }
}
