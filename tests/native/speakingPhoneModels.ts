/** The registry's phone builds as the local hub has them: at their places, small, and speaking once they are loaded. */
import { bytesContent } from '../hub/content';
import { registryRepos } from '../hub/fixtures';
import type { HubFile, HubRepo } from '../hub/repos';
import { modelFile } from './fakes/executorch';

const PADDING_LENGTH = 300_000;
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
    // By its path, so that no two are the same bytes; as large as a transfer can be caught in.
    const padding = path.padEnd(PADDING_LENGTH);
    return { ...file, content: bytesContent(modelFile({ says: ANSWER, padding })) };
  }
  if (path.endsWith('tokenizer_config.json')) {
    const config = { eos_token: '<eos>', chat_template: CHAT_TEMPLATE };
    return { ...file, content: bytesContent(JSON.stringify(config)) };
  }
  return file;
}
