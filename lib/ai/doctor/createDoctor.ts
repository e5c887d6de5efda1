/** Examines this device: what it can do for models, and what keeps it from more. */
import { loadPart } from '../../download/flow/loadPart';
import type { ModelErrorCode } from '../../errors';
import type { Finding } from './causes';
import type { DoctorParts } from './examine';

export interface Doctor {
  /**
   * One finding for each subject that this host has, in the order of `SUBJECTS`. A part that fails is a finding.
   * @throws AbortError; ModelError APP_INCOMPLETE
   */
  examine(signal: AbortSignal): Promise<readonly Finding[]>;
}

const loadExamine = () => loadPart('the doctor', () => import('./examine'));

export function createDoctor(parts: DoctorParts): Doctor {
  return {
    async examine(signal) {
      const { examine } = await loadExamine();
      return examine(parts, signal);
    },
  };
}

/** For an app that couldn't start: without the parts that it lacks. */
export function createStartDoctor(
  readFacts: DoctorParts['readFacts'],
  code: ModelErrorCode,
): Doctor {
  return {
    async examine() {
      const { examineStart } = await loadExamine();
      return examineStart(readFacts, code);
    },
  };
}
