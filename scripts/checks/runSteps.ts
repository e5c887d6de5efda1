/** Runs steps two at a time, and those that measure alone at the end. */
import type { Step } from './steps';

/** Two keep two processors busy although most steps wait for something; more would share the same processors. */
const SIDE_BY_SIDE = 2;

export interface StepRunner<Result> {
  processors: number;
  /** Must not reject. */
  runStep(step: Step, workers: number): Promise<Result>;
}

/** The steps begin in their order, each as soon as the step before it (`after`) has ended. */
export async function runSteps<Result>(
  steps: readonly Step[],
  { processors, runStep }: StepRunner<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const isMeasure = ({ isAlone = false }: Step) => isAlone;
  const others = steps.filter((step) => !isMeasure(step));
  const lanes = Math.min(SIDE_BY_SIDE, others.length);
  const workers = Math.max(1, Math.floor(processors / Math.max(1, lanes)));
  const open = new Set(others.map(({ name }) => name));
  const waiting = [...others];
  const running = new Map<string, Promise<void>>();

  const isReady = ({ after }: Step) => after === undefined || !open.has(after);

  while (waiting.length > 0 || running.size > 0) {
    const next = running.size < lanes ? waiting.findIndex(isReady) : -1;
    if (next === -1) {
      await Promise.race(running.values());
      continue;
    }
    const [step] = waiting.splice(next, 1);
    if (!step) break;
    const { name } = step;
    const ended = runStep(step, workers).then((result) => {
      results.push(result);
      open.delete(name);
      running.delete(name);
    });
    running.set(name, ended);
  }
  for (const step of steps.filter(isMeasure)) results.push(await runStep(step, processors));
  return results;
}
