/** The model that the examples get in their tests, in a repository of the local hub, and the catalog that names it. */
import { buildSpeakingModel, SPEAKING_CONTEXT_TOKENS } from '../../scripts/demoModel/speakingModel';
import { bytesContent } from '../hub/content';
import { commitFor } from '../hub/repos';
import type { HubRepo } from '../hub/repos';
import type { Hub } from '../hub/server';

const NAME = 'examples/speaker-GGUF';
const FILE = 'speaker.gguf';
const COMMIT = commitFor(NAME);

export const MODEL_ID = 'speaker';
export const SENTENCE = 'Here is what an example says.';
/** In the models folder. */
export const MODEL_FILE = `${MODEL_ID}/${FILE}`;

export const CONTENT = bytesContent(
  buildSpeakingModel({ sentence: SENTENCE, paddingBytes: 2 * 1024 * 1024 }),
);

export const REPO: HubRepo = {
  name: NAME,
  commit: COMMIT,
  files: { [FILE]: { lfs: true, content: CONTENT } },
};

/** As an example has it: with the address at the public hub, which each host moves to the hub that it is told. */
export const CATALOG = {
  version: 2,
  models: [
    {
      modelId: MODEL_ID,
      displayName: 'Speaker',
      description: 'Says one sentence.',
      size: '1M',
      folderName: MODEL_ID,
      huggingFaceUrl: `https://huggingface.co/${NAME}`,
      license: 'MIT',
      builds: [
        {
          runtime: 'llama.cpp',
          quantization: 'F16',
          contextTokens: SPEAKING_CONTEXT_TOKENS,
          files: [
            {
              role: 'weights',
              fileName: FILE,
              source: {
                kind: 'remote',
                url: `https://huggingface.co/${NAME}/resolve/${COMMIT}/${FILE}`,
                sizeBytes: CONTENT.sizeBytes,
                sha256: CONTENT.digest('sha256'),
              },
            },
          ],
        },
      ],
    },
  ],
};

/** Bytes of the model that the hub has passed to the network. */
export function sentBytes({ log }: Pick<Hub, 'log'>): number {
  return log
    .filter(({ file, status }) => file === `${NAME}/${FILE}` && status >= 200 && status < 300)
    .reduce((sum, { bodyBytesSent }) => sum + bodyBytesSent, 0);
}
