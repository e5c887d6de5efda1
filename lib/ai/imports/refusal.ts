/** The failure of a file that can’t be taken in. */
import { ModelError, type ImportProblem } from '../../errors';

/** `reason`: the end of a sentence about the file, or empty. */
export function refusal(fileName: string, problem: ImportProblem, reason = ''): ModelError {
  return new ModelError('IMPORT_REFUSED', { fileName, problem, reason });
}
