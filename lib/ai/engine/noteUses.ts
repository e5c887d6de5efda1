/** Records when each model was last used, as the engine's session shows it. */
import type { ModelMarks } from '../settings/modelMarks';
import type { LlmSession } from './llmSession';

/** Measurements aren't uses. Returns the function that stops it. */
export function noteUses(
  session: Pick<LlmSession, 'getSnapshot' | 'subscribe'>,
  marks: Pick<ModelMarks, 'noteUse'>,
): () => void {
  let usedId: string | undefined;
  return session.subscribe(() => {
    const { status } = session.getSnapshot();
    const before = usedId;
    usedId = status.kind === 'generating' ? status.modelId : undefined;
    if (usedId === undefined || usedId === before) return;
    // On a full disk the answer is what counts; the next use is recorded again.
    marks.noteUse(usedId).catch(() => undefined);
  });
}
