/** `modelshelf doctor`: what this computer can do for models, and what keeps it from more. */
import { createDoctor } from '../../lib/ai/doctor/createDoctor';
import type { Finding, Health } from '../../lib/ai/doctor/causes';
import { describeFinding, MARKS } from '../../lib/components/words/doctorWords';
import { composePlatform } from '../cli/compose';
import type { Reporter } from '../cli/reporter';
import { onInterrupt } from '../cli/runCommandLine';
import type { ShelfOptions } from './shelfOptions';

const BROKEN = 1;

/** Resolves with the exit code: 1 where something is broken. @throws UsageError, AbortError */
export async function doctor(options: ShelfOptions, reporter: Reporter): Promise<number> {
  const { folder, proxy, runtime = 'llama.cpp' } = options;
  const { database: _, ...platform } = composePlatform({ folder, runtime, proxy }, reporter.warn);
  const stopping = new AbortController();
  const stopListening = onInterrupt(() => stopping.abort());
  try {
    const findings = await createDoctor(platform).examine(stopping.signal);
    for (const each of findings) tellFinding(reporter, options.output, each);
    const counts = countOf(findings);
    reporter.tell({ event: 'doctor', ...counts }, summaryOf(counts));
    return counts.broken > 0 ? BROKEN : 0;
  } finally {
    stopListening();
    await platform.close();
  }
}

function tellFinding(reporter: Reporter, output: ShelfOptions['output'], found: Finding): void {
  const { title, reason, remedy } = describeFinding(found);
  const { subject, health, cause, amount = null } = found;
  const line = `${MARKS[health]} ${title}: ${reason}`;
  if (output === 'quiet' && health === 'broken') reporter.warn(line);
  reporter.tell(
    { event: 'finding', subject, health, cause, amount, reason, remedy: remedy ?? null },
    remedy === undefined ? line : `${line}\n    ${remedy}`,
  );
}

function countOf(findings: readonly Finding[]): Record<Health, number> {
  const of = (health: Health) => findings.filter((each) => each.health === health).length;
  return { good: of('good'), limited: of('limited'), broken: of('broken') };
}

function summaryOf({ limited, broken }: Record<Health, number>): string {
  if (broken > 0) return `${String(broken)} broken, ${String(limited)} limited.`;
  return limited > 0 ? `Nothing is broken, ${String(limited)} limited.` : 'Everything is fine.';
}
