/** The registry's phone builds as the local hub has them: at their places, small, and speaking once they are loaded. */
import { bytesContent } from '../hub/content';
import { registryRepos } from '../hub/fixtures';
import type { HubFile, HubRepo } from '../hub/repos';
import { modelFile } from './fakes/executorch';

const SIZE_BYTES = 300_000;
const CHAT_TEMPLATE = '{% for m in messages %}{{ m.content }}{% endfor %}';

/** What every one of them answers. */
export const ANSWER = 'I live on this phone.';

export function speakingPhoneModels(): HubRepo[] {
  return registryRepos().map((repo) => ({
    ...repo,
    files: Object.fromEntries(
      Object.entries(repo.files).map(([path, file]) => [path, speaking(path, file)]),
    ),
  }));
}

function speaking(path: string, file: HubFile): HubFile {
  if (path.endsWith('.pte')) {
    // The path, so that no two are the same bytes; blanks, as large as a transfer can be caught in.
    const bytes = modelFile({ says: ANSWER, madeFor: path } as Parameters<typeof modelFile>[0]);
    return {
      ...file,
      content: bytesContent(Buffer.concat([bytes], SIZE_BYTES).fill(' ', bytes.length)),
    };
  }
  if (path.endsWith('tokenizer_config.json')) {
    return { ...file, content: bytesContent(JSON.stringify({ chat_template: CHAT_TEMPLATE })) };
  }
  return file;
}
