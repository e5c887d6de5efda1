/** Makes small models for the tests in a browser, which can't make them themselves: what they say, as base64. */
import type { TestProject } from 'vitest/node';
import { buildSpeakingModel } from '../../scripts/demoModel/speakingModel';
import { SPOKEN_SENTENCE } from './spokenSentence';

declare module 'vitest' {
  interface ProvidedContext {
    speakingModel: string;
    loopingModel: string;
  }
}

export default function setup(project: TestProject): void {
  const build = (loop: boolean) =>
    Buffer.from(buildSpeakingModel({ sentence: SPOKEN_SENTENCE, loop })).toString('base64');
  project.provide('speakingModel', build(false));
  project.provide('loopingModel', build(true));
}
