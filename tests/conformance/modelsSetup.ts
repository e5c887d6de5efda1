/** What tests in a browser can't get by themselves: small models, as base64, and how long to try the engine. */
import type { TestProject } from 'vitest/node';
import { buildSpeakingModel } from '../../scripts/demoModel/speakingModel';
import { damagedModels } from './damagedModels';
import { splitModels, type SplitModel } from './splitModels';
import { SPOKEN_SENTENCE } from './spokenSentence';
import { TEMPLATED, templatedModel } from './templatedModels';
import type { TemplatedName } from './templatedModels';

declare module 'vitest' {
  interface ProvidedContext {
    speakingModel: string;
    loopingModel: string;
    engineSequences: number;
    /** By what is wrong with each. */
    damagedModels: Record<string, string>;
    /** The models of `splitModels`, their files in base64. */
    splitModels: { whole: SplitText; wrong: Record<string, SplitText> };
    /** By what their templates ask of an engine. */
    templatedModels: Record<TemplatedName, string>;
  }
}

type SplitText = { fileName: string; base64: string }[];

export default function setup(project: TestProject): void {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const build = (loop: boolean) => base64(buildSpeakingModel({ sentence: SPOKEN_SENTENCE, loop }));
  const damaged = Object.entries(damagedModels()).map(([damage, bytes]) => [damage, base64(bytes)]);
  project.provide('speakingModel', build(false));
  project.provide('loopingModel', build(true));
  project.provide('damagedModels', Object.fromEntries(damaged) as Record<string, string>);
  const { whole, wrong } = splitModels();
  const inText = (files: SplitModel): SplitText =>
    files.map(({ fileName, bytes }) => ({ fileName, base64: base64(bytes) }));
  const wrongTexts = Object.entries(wrong).map(([problem, files]) => [problem, inText(files)]);
  project.provide('splitModels', {
    whole: inText(whole),
    wrong: Object.fromEntries(wrongTexts) as Record<string, SplitText>,
  });
  const templated = Object.keys(TEMPLATED).map((name) => [
    name,
    base64(templatedModel(name as TemplatedName)),
  ]);
  project.provide(
    'templatedModels',
    Object.fromEntries(templated) as Record<TemplatedName, string>,
  );
  project.provide('engineSequences', Number(process.env['ENGINE_SEQUENCES'] ?? 5));
}
