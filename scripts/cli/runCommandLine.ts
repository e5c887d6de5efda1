/** How every command line ends: with an exit code, and with words where something is wrong. */
import { describeFailure } from '../../lib/components/words';
import { toFailure } from '../../lib/errors';
import { UsageError } from './options';

export const INTERRUPTED = 130;
const WRONG_USAGE = 2;

/** `command` is what a person types, for the hint at its help. */
export async function runCommandLine(command: string, main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n\nSee ${command} --help.\n`);
      process.exitCode = WRONG_USAGE;
    } else {
      const { title, detail } = describeFailure(toFailure(error));
      process.stderr.write(`${title}. ${detail}\n`);
      process.exitCode = 1;
    }
  }
}

/** The first Ctrl-C ends in good order, the second at once. Returns the way to stop listening. */
export function onInterrupt(stop: () => void): () => void {
  let isSecond = false;
  const interrupt = () => {
    if (isSecond) process.exit(INTERRUPTED);
    isSecond = true;
    stop();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  return () => {
    for (const signal of signals) process.off(signal, interrupt);
  };
}
