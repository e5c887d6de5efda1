/** The speaking model in several files: as they belong together, and with a part that doesn't. */
import { shardFileName } from '../../lib/platform/gguf/shardNames';
import { buildSpeakingModel, describeSpeakingModel } from '../../scripts/demoModel/speakingModel';
import { describeShards, splitModel } from '../../scripts/demoModel/shards';
import { writeGguf } from '../../scripts/demoModel/gguf';
import { SPOKEN_SENTENCE } from './spokenSentence';

/** Files of one folder, the first part first. */
export type SplitModel = readonly { fileName: string; bytes: Uint8Array }[];

const MOST_TENSORS = 5;

export function splitModels(): { whole: SplitModel; wrong: Record<string, SplitModel> } {
  const model = describeSpeakingModel({ sentence: SPOKEN_SENTENCE });
  const whole = splitModel(model, 'split', MOST_TENSORS);
  const stranger = splitModel(describeSpeakingModel({ sentence: 'Hi you.' }), 'split', 4);
  const repeated = describeShards(model, MOST_TENSORS).map((shard, index, all) => ({
    ...shard,
    tensors: index === 2 ? (all[0]?.tensors ?? []).slice(0, shard.tensors.length) : shard.tensors,
  }));
  const parts = (...files: (SplitModel[number] | undefined)[]) => files.filter((file) => !!file);
  return {
    whole,
    wrong: {
      'a part is missing': whole.slice(0, 2),
      'two parts changed places': parts(
        whole[0],
        ...[2, 1].map((index) => ({ ...part(whole, index), fileName: nameAt(whole, 3 - index) })),
      ),
      'a part of another split': parts(...whole.slice(0, 2), {
        fileName: nameAt(whole, 2),
        bytes: part(stranger, 2).bytes,
      }),
      'a whole model as a part': parts(...whole.slice(0, 2), {
        fileName: nameAt(whole, 2),
        bytes: buildSpeakingModel({ sentence: 'Hi you.' }),
      }),
      'a part that repeats tensors': repeated.map((shard, index) => ({
        fileName: nameAt(whole, index),
        bytes: writeGguf(shard),
      })),
      'a cut part': parts(...whole.slice(0, 2), {
        fileName: nameAt(whole, 2),
        bytes: part(whole, 2).bytes.slice(0, -500),
      }),
      'other names': whole.map(({ bytes }, index) => ({
        fileName: `x${String(index)}.gguf`,
        bytes,
      })),
    },
  };
}

function part(model: SplitModel, index: number): SplitModel[number] {
  const found = model[index];
  if (!found) throw new RangeError(`There is no part ${String(index)}`);
  return found;
}

const nameAt = ({ length }: SplitModel, index: number) => shardFileName('split', index, length);

type Put = (path: string, bytes: Uint8Array) => Promise<{ ptePath: string }> | { ptePath: string };

interface SplitPaths {
  ptePath: string;
  moreWeightsPaths: string[];
}

/** Puts the files of each model into a folder of its own, with `put`, which answers with their paths in the store. */
export async function putSplitModels(models: ReturnType<typeof splitModels>, put: Put) {
  const putOne = async (folder: string, files: SplitModel): Promise<SplitPaths> => {
    const paths: string[] = [];
    for (const { fileName, bytes } of files) {
      paths.push((await put(`${folder}/${fileName}`, bytes)).ptePath);
    }
    const [ptePath = '', ...moreWeightsPaths] = paths;
    return { ptePath, moreWeightsPaths };
  };
  const wrong: Record<string, SplitPaths> = {};
  for (const [index, [problem, files]] of Object.entries(models.wrong).entries()) {
    wrong[problem] = await putOne(`wrong-${String(index)}`, files);
  }
  return { whole: await putOne('split', models.whole), wrong };
}
