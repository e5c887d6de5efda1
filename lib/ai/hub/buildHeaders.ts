/** Reads the headers of the hub's files, each once: a file at a commit never changes. */
import type { AskTools } from '../../download/answers/askText';
import type { GgufModel } from '../../platform/gguf/ggufModel';
import { headerFacts, type HeaderFacts } from '../builds/headerFacts';
import { readRemoteHeader, type RemoteFile } from '../builds/remoteHeader';
import { createSharedWork, type SharedWork } from '../manage/sharedWork';
import { createRecent } from './recent';

/** What is kept of a header: little, for long vocabularies and templates are of no use before a download. */
export interface BuildHeader extends Pick<
  GgufModel,
  'architecture' | 'layers' | 'expertCount' | 'usedExpertCount'
> {
  facts: HeaderFacts;
}

export interface BuildHeaders {
  /**
   * `file` is at a commit. Callers at the same time share one reading, which is called off when the last of them leaves.
   * A reading that failed is begun anew by the next call. @throws what `readRemoteHeader` throws
   */
  read(file: RemoteFile, signal: AbortSignal): Promise<BuildHeader>;
}

const MOST_HEADERS = 50;

export function createBuildHeaders(tools: AskTools): BuildHeaders {
  const known = createRecent<BuildHeader>(MOST_HEADERS);
  const underWay = new Map<string, SharedWork<BuildHeader>>();

  async function readAnew(file: RemoteFile, signal: AbortSignal): Promise<BuildHeader> {
    const { model } = await readRemoteHeader(tools, file, signal);
    const { architecture, layers, expertCount, usedExpertCount } = model;
    const facts = headerFacts(model);
    const header = { architecture, layers, expertCount, usedExpertCount, facts };
    known.keep(file.url, header);
    return header;
  }

  function begin(file: RemoteFile): SharedWork<BuildHeader> {
    const work = createSharedWork((signal) => readAnew(file, signal));
    underWay.set(file.url, work);
    const end = () => {
      if (underWay.get(file.url) === work) underWay.delete(file.url);
    };
    work.done.then(end, end);
    return work;
  }

  return {
    async read(file, signal) {
      const header = known.find(file.url);
      if (header) return header;
      const work = underWay.get(file.url);
      return (work && !work.isCalledOff() ? work : begin(file)).join(signal);
    },
  };
}
