/** Mistakes that somebody could make here, each of which the tests have to notice. */

export interface Edit {
  /** From the project's root. */
  file: string;
  /** Stands exactly once in the file. */
  find: string;
  replace: string;
}

export interface Mutant extends Edit {
  /** What the mistake is, in a few words. */
  name: string;
  /** What a person would lose by it. */
  why: string;
  /** In another file: where one guard stands behind the other, both have to go. */
  also?: Edit;
  /** Files of tests, as Vitest's filters, of which one at least has to fail. */
  tests: readonly [string, ...string[]];
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'ignore Content-Range',
    why: 'A range from another place in the file would be written where it was asked for.',
    file: 'lib/download/readAnswer.ts',
    find: 'first === offsetBytes && last >= first &&',
    replace: 'last >= first &&',
    tests: ['lib/download/readAnswer.test.ts', 'tests/fuzz/answerHeads.test.ts'],
  },
  {
    name: 'append on 200',
    why: 'A server that ignores the range sends the whole file, which would follow what is here.',
    file: 'lib/download/readAnswer.ts',
    find: "return { kind: 'body', offsetBytes: 0, endBytes: totalBytes, totalBytes };",
    replace:
      "return { kind: 'body', offsetBytes: request.offsetBytes, endBytes: totalBytes, totalBytes };",
    tests: ['lib/download/readAnswer.test.ts', 'tests/fuzz/answerHeads.test.ts'],
  },
  {
    name: 'mix pieces of two versions',
    why: 'A file that changed while it came would be put together from two uploads.',
    file: 'lib/download/oneVersion.ts',
    find: 'if (isSameVersion(names, versions)) {',
    replace: 'if (versions.length >= 0) {',
    tests: ['lib/download/oneVersion.test.ts', 'tests/trust/versions.test.ts'],
  },
  {
    name: 'go on with bytes of nobody knows which version',
    why: 'After a kill, two uploads of a file without a digest would be put together.',
    file: 'lib/download/journal.ts',
    find: 'if (!hasDigest && versions.length === 0 && !isWhole) return NOTHING;',
    replace: '',
    also: {
      file: 'lib/download/fetchPieces.ts',
      find: 'if (running.size === 0 && !job.version.mayGoOn()) restart(run);',
      replace: '',
    },
    tests: ['lib/download/transfer.test.ts'],
  },
  {
    name: 'call a file without a digest verified',
    why: 'A person would trust what nobody has vouched for.',
    file: 'lib/ai/published.ts',
    find: "return checkedAgainst !== 'none';",
    replace: 'return checkedAgainst.length > 0;',
    tests: ['lib/components/outcomes.test.ts', 'scripts/cli/downloadModels.test.ts'],
  },
  {
    name: 'never compare what is installed with what is published',
    why: 'Noise that came under a model’s id would be used as that model.',
    file: 'lib/ai/published.ts',
    find: 'return sizeBytes !== had.sizeBytes || sha256 !== had.sha256;',
    replace: 'return false;',
    tests: ['lib/ai/published.test.ts'],
  },
  {
    name: 'accept any digest',
    why: 'A file with other bytes than its publisher states would be installed.',
    file: 'lib/download/bringFiles.ts',
    find: 'if (actual === hex) return undefined;',
    replace: 'if (actual.length === hex.length) return undefined;',
    tests: ['lib/ai/modelManager.test.ts', 'lib/download/resolveSources.test.ts'],
  },
  {
    name: 'skip the sync before the manifest',
    why: 'A power cut would leave zeros in a file that the manifest calls verified.',
    file: 'lib/download/bringFiles.ts',
    find: "text: '', durableAfter: path }",
    replace: "text: '' }",
    also: {
      file: 'lib/download/transferFile.ts',
      find: 'follower.finish(sizeBytes, signal), journal.sync()',
      replace: 'follower.finish(sizeBytes, signal)',
    },
    tests: ['tests/crash/crash.test.ts'],
  },
  {
    name: 'manifest before the files are verified',
    why: 'A crash in the middle of a transfer would be finished as an install.',
    file: 'lib/download/install.ts',
    find: 'if (!manifest) return false;',
    replace: 'if (!manifest) return (await files.list(staging)).length > 2;',
    tests: ['lib/ai/modelManager.test.ts', 'tests/crash/crash.test.ts'],
  },
  {
    name: 'trust what was never synced',
    why: 'After a power cut a torn part would count as received.',
    file: 'lib/download/journal.ts',
    find: 'hasRestarted ? synced : without(parsed.written, beyond)',
    replace: 'without(parsed.written, beyond)',
    tests: ['lib/download/transfer.test.ts'],
  },
  {
    name: 'take the length for the content',
    why: 'A file whose space was reserved would count as whole.',
    file: 'lib/download/staged.ts',
    find: 'createByteRanges(facts?.written).sizeBytes()',
    replace: 'partBytes',
    tests: ['lib/download/transfer.test.ts'],
  },
  {
    name: 'believe the journal past the end of its file',
    why: 'Bytes that a crash cut off would never be fetched again.',
    file: 'lib/download/journal.ts',
    find: 'isTooLong ? totalBytes - 1 : partBytes, endBytes',
    replace: 'isTooLong ? totalBytes - 1 : Infinity, endBytes',
    tests: ['lib/download/transfer.test.ts'],
  },
  {
    name: 'never compare a block with what is remembered of it',
    why: 'A torn block would cost the whole file again, and a repair everything.',
    file: 'lib/download/followDigest.ts',
    find: 'known !== undefined && known !== hex && !wrongOnce.has(block)',
    replace: 'known === hex && known !== hex && !wrongOnce.has(block)',
    tests: ['lib/download/transfer.test.ts'],
  },
  {
    name: 'journal before the bytes',
    why: 'A kill would leave a journal that claims more than was written.',
    file: 'lib/download/connection.ts',
    find: 'events.onLanded(connection, range);',
    replace: 'events.onLanded(connection, connection.piece);',
    tests: ['lib/download/transfer.test.ts', 'tests/crash/crash.test.ts'],
  },
  {
    name: 'keep what landed when a server starts over',
    why: 'Bytes of two versions of a file would be mixed, and progress would lie.',
    file: 'lib/download/fetchPieces.ts',
    find: 'job.pieces.landed.clear();\n  job.onRestart();',
    replace: 'job.onRestart;',
    tests: ['lib/ai/modelManager.test.ts', 'lib/download/transfer.test.ts'],
  },
  {
    name: 'one refusal ends the file',
    why: 'One bad server of eight would end a download that seven others bring.',
    file: 'lib/download/setbacks.ts',
    find: 'const MOST_BAD_ANSWERS = 4;',
    replace: 'const MOST_BAD_ANSWERS = 1;',
    tests: ['lib/download/setbacks.test.ts', 'tests/trust/connections.test.ts'],
  },
  {
    name: 'take a CDN’s refusal for the hub’s',
    why: 'An expired address would be shown as a model that wants a sign-in.',
    file: 'lib/download/source.ts',
    find: 'if (!isRefusal(error) || error.details.host === host) return error;',
    replace: 'if (!isRefusal(error) || host !== undefined) return error;',
    tests: ['lib/download/source.test.ts', 'tests/trust/answers.test.ts'],
  },
  {
    name: 'never take over the last piece',
    why: 'One silent connection would hold a file that is otherwise here.',
    file: 'lib/download/pace.ts',
    find: 'if (runner.receivedBytes === 0) return;',
    replace: 'if (runner.receivedBytes >= 0) return;',
    tests: ['lib/download/pace.test.ts', 'tests/trust/connections.test.ts'],
  },
  {
    name: 'send the token after a redirect',
    why: 'Somebody else’s server would get the key to a person’s account.',
    file: 'lib/platform/hops.ts',
    find: 'const token = isEndpoint ?',
    replace: 'const token = isEndpoint || true ?',
    tests: ['scripts/cli/downloadModels.test.ts'],
  },
  {
    name: 'leave the path unchecked',
    why: 'A catalog could write outside of the models folder.',
    file: 'lib/platform/storePath.ts',
    find: 'if (!segments.every(isPortableName))',
    replace: 'if (!segments.every((segment) => segment.length < 1000))',
    tests: ['lib/platform/node/nodeAdapters.test.ts'],
  },
  {
    name: 'promise the same space twice',
    why: 'Two downloads would fill the disk that had room for one.',
    file: 'lib/download/space.ts',
    find: 'if (owner !== id) othersBytes += await missing();',
    replace: 'if (owner === id) othersBytes += await missing();',
    tests: ['lib/download/transferQueue.test.ts'],
  },
  {
    name: 'remove the files before the record',
    why: 'A removal that breaks off would leave a model that looks installed and isn’t.',
    file: 'lib/download/install.ts',
    find: 'for (const path of manifestFirst) {',
    replace: 'for (const path of manifestFirst.reverse()) {',
    tests: ['lib/ai/modelRemoval.test.ts', 'tests/crash/crash.test.ts'],
  },
  {
    name: 'take any failure of TLS for a matter of trust',
    why: 'One byte that a bad line changed would end the download, and blame a perfect certificate.',
    file: 'lib/platform/node/nodeErrors.ts',
    find: 'if (UNTRUSTED.has(code))',
    replace: "if (UNTRUSTED.has(code) || code.startsWith('ERR_SSL_'))",
    tests: ['tests/trust/redirects.test.ts', 'tests/trust/tls.test.ts'],
  },
  {
    name: 'ask for text without a limit on silence',
    why: 'A hub that accepts and says nothing would hold a download at its beginning for ever.',
    file: 'lib/download/watchSilence.ts',
    find: 'const waitForSign = () => clock.after(silentMs, giveUp);',
    replace: 'const waitForSign = () => clock.after(silentMs * 1e6, giveUp);',
    tests: ['lib/download/watchSilence.test.ts'],
  },
  {
    name: 'let a text drip',
    why: 'A byte every twenty seconds would be a sign of life for hours.',
    file: 'lib/download/watchSilence.ts',
    find: 'if (position - fromBytes < floorBytes) giveUp();',
    replace: 'if (position < fromBytes) giveUp();',
    tests: ['lib/download/watchSilence.test.ts'],
  },
  {
    name: 'go on after an empty answer',
    why: 'What has no bytes would be called whole, or asked for again without an end.',
    file: 'lib/download/transferFile.ts',
    find: "if (sizeBytes === 0) throw new ModelError('FILE_EMPTY'",
    replace: "if (sizeBytes < 0) throw new ModelError('FILE_EMPTY'",
    tests: ['scripts/cli/downloadModels.test.ts'],
  },
  {
    name: 'read on when nobody waits for the digest',
    why: 'A pause would take as long as reading back all that has arrived.',
    file: 'lib/download/followDigest.ts',
    find: 'while (!isClosed) {',
    replace: 'while (!isClosed || isReading) {',
    tests: ['lib/download/followDigest.test.ts'],
  },
  {
    name: 'skip the last look before the rename',
    why: 'Bytes that somebody wrote after the file was read back would be installed as verified.',
    file: 'lib/download/install.ts',
    find: 'now.get(partName(fileName)) !== versions.get(fileName)',
    replace: 'now.has(partName(fileName)) !== versions.has(fileName)',
    tests: ['lib/download/install.test.ts'],
  },
  {
    name: 'skip the last look after the rename',
    why: 'A manifest would vouch for the file of another owner that came in between.',
    file: 'lib/download/install.ts',
    find: 'return after.get(fileName) !== ours;',
    replace: 'return ours === fileName;',
    tests: ['lib/download/install.test.ts'],
  },
  {
    name: 'adopt a living owner’s place',
    why: 'A machine that was asleep would go on writing into the file that another one installs.',
    file: 'lib/platform/node/nodePlaces.ts',
    find: '(await isGone(basename(best), request));',
    replace: 'basename(best) !== owner;',
    tests: ['lib/platform/node/nodeFolders.test.ts'],
  },
  {
    name: 'write into a file that has another name',
    why: 'A person’s own file somewhere else would be overwritten.',
    file: 'lib/platform/node/nodePaths.ts',
    find: 'if (nlink < 2) return;',
    replace: 'if (nlink < 200) return;',
    also: {
      file: 'lib/platform/node/nodePaths.ts',
      find: 'if ((await handle.stat()).nlink < 2) return handle;',
      replace: 'if ((await handle.stat()).nlink < 200) return handle;',
    },
    tests: ['tests/trust/hardLinks.test.ts'],
  },
];
