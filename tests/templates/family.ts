/** What is known of a family of models: how its chat template behaves. */
export interface Family {
  name: string;
  template: string;
  startOfText?: string;
  endOfText?: string;
  architecture?: string;
  /** What it does with a system message: its own place, a refusal, or silence. */
  system: 'taken' | 'refused' | 'left-out';
  /** Whether it refuses two questions in a row. */
  isStrict?: true;
  /** What ends an answer. */
  stopTokens: readonly string[];
  /** What such a model says when it thinks “Hm.” and answers “Yes.”; plain “Yes.” where it never thinks. */
  says?: { thinking: string; straight: string };
}
