/** Runs the local hub for tests in a browser; they get its address with `inject('hub')`. */
import type { TestProject } from 'vitest/node';
import { startConformanceHub } from '../conformance/conformanceHub';
import type { ConformanceHub } from '../conformance/conformanceHub';

declare module 'vitest' {
  interface ProvidedContext {
    hub: ConformanceHub;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { address, close } = await startConformanceHub();
  project.provide('hub', address);
  return close;
}
