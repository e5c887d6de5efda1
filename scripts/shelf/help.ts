/** The help texts of `modelshelf`. */

export const COMMANDS = [
  ...(['search', 'add', 'install', 'export', 'import'] as const),
  ...(['outdated', 'update', 'go-back', 'hold', 'release'] as const),
  ...(['verify', 'list', 'remove', 'restore', 'move', 'places', 'du'] as const),
  ...(['login', 'logout', 'whoami', 'doctor'] as const),
] as const;
export type ShelfCommand = (typeof COMMANDS)[number];

const SHARED = `  --lock FILE      the lock file (models.lock.json in the current folder)
  --proxy URL      through this proxy, in place of those that the environment names; '' for none
  --json           one event a line, and nothing else, on standard output
  --quiet          only failures
  --help           this text
`;

const ACCOUNT_SHARED = `  --proxy URL      through this proxy, in place of those that the environment names; '' for none
  --json           one event a line, and nothing else, on standard output
  --quiet          only failures
  --help           this text
`;

const CODES = `
Exit codes: 0 done, 1 something failed, 2 wrong usage, 130 interrupted, 141 nobody read the
output any more. HF_ENDPOINT, HF_TOKEN, proxies and the other variables are those of download:models.
`;

const ACCOUNT = ACCOUNT_SHARED + CODES;

const OVERVIEW = `Usage: modelshelf COMMAND [options]

Keeps the models of a project in a lock file, and brings exactly these to a computer.

  search WORDS...  finds models at the hub
  add SPEC...      asks the hub and writes the model into the lock; downloads no weights
  install          brings every model of the lock, verified, and goes on where it stopped
  export [FILE]    writes the models of the lock as a list
  import --list FILE
                   writes the models of a list into the lock
  import FILE...   takes in models that are on this computer already, without a download
  outdated         tells which models of the lock have a newer version
  update ID...     brings the newer versions, each beside the installed one first; --all for every model
  go-back ID...    exchanges the installed version with the one before it, without a network
  hold ID...       keeps models at their versions, until release ID...
  verify           reads back what is installed and compares it with the lock
  list             shows the models of the lock and what is here
  remove ID...     removes models from the lock, and their files from the disk
  restore ID...    takes a removal back, without a download
  move ID...       moves models to another drive and back, each byte read back first
  places           shows the folders on other drives where models lie
  du               says what every byte of the models folder is for, and makes room
  login            signs in to the hub, for models whose owners give access one by one
  logout           removes the sign-in from this computer
  whoami           tells who is signed in, and until when
  doctor           examines what this computer can do for models, and says what helps
  publish          lays out the models of the lock for a static host or a bucket
  catalog          makes keys, and signs and checks catalogs of models

  modelshelf COMMAND --help tells more. --version prints the version.
${CODES}`;

const TEXTS: Readonly<Record<ShelfCommand, string>> = {
  search: `Usage: modelshelf search WORDS... [options]

Lists repositories of the hub that have builds for a runtime: downloads, parameters, context,
licence and what the model can do. Without words, all of them.

  --sort NAME      downloads (the usual order), trending, likes, date or size
  --runtime NAME   with builds for llama.cpp (GGUF, the usual one) or executorch (.pte)
  --limit N        at most so many repositories (20)
  --proxy URL      through this proxy, in place of those that the environment names; '' for none
  --json           one repository a line, and nothing else, on standard output
  --quiet          only failures
  --help           this text
${CODES}`,
  add: `Usage: modelshelf add SPEC... [options]

Writes models into the lock file: repository, commit, size and SHA-256 of each file, licence.
Running it again with the same model changes nothing unless the revision has moved.

SPEC is one of
  qwen-3-0.6b                          an id of the registry
  hf:OWNER/NAME:Q4_K_M                 a GGUF build by its quantization; hf: may be left out
  hf:OWNER/NAME:Q4_K_M@REVISION        at a branch, a tag or a commit (main)
  https://huggingface.co/OWNER/NAME…   a repository or a file, as the browser shows it; also at
                                       hf.co and at HF_ENDPOINT

The hub states no SHA-256 of small files that are in git, such as some tokenizers: these files
are read (at most 16 MiB each) and compared with the SHA-1 that the hub states.

  --id NAME        the model's id, and its folder; without it, from the name of the weights.
                   An id of the lock gets one more build, or another one for the same runtime
  --runtime NAME   of a model of the registry, only this build: executorch or llama.cpp
  --recommended    of several builds, the one with the best quality that fits well into the memory
                   of this computer; also --yes. Without it they are listed, and nothing is added
  --dry-run        prints what would be written, and writes nothing
  --accept-license accepts the licence of a model that wants it. The lock keeps the digest of its text
                   and the date, so that install needn't be told again while the text is the same
${SHARED}${CODES}`,
  export: `Usage: modelshelf export [FILE] [options]

Writes the models of the lock as a catalog of version 2, to the file or to standard output: the app's
list of added models, --catalog and modelshelf import --list read it.

${SHARED}${CODES}`,
  install: `Usage: modelshelf install [ID...] [options]

Brings every build of every model of the lock, or of the named ones, into the models folder.
Facts that a lock written by hand lacks are asked for and written into it.

  --frozen         for servers and CI: requests nothing but the files, never writes the lock, and
                   fails where the lock lacks a size or a SHA-256
  --dir PATH       the models folder (assets/models)
  --runtime NAME   only builds for executorch or for llama.cpp
  --adopt PATH     a folder with files that another program has downloaded: those of the lock
                   are copied and verified, and not downloaded again
  --limit-rate N   at most so many bytes a second, such as 500K or 10M
  --accept-license accepts the licence of each model that wants it, for this run
  --use-withdrawn  downloads a model also if its publisher has withdrawn it
${SHARED}${CODES}`,
  import: `Usage: modelshelf import FILE... [options]
       modelshelf import --from PROGRAM [NAME...] [options]
       modelshelf import --list LIST [options]

Takes GGUF files into the models folder without a download. Each is checked before a byte is copied,
read completely, and named: by its SHA-256 where the registry or the lock knows it, else by its header.
The originals are never changed, moved or removed, not even when the model is removed later.
Of a model in several files (model-00001-of-00003.gguf ...), naming one is enough: the others have to
be in its folder.

On the same volume nothing is copied. A file is cloned where the file system can (Btrfs, XFS, APFS,
ReFS), and the clone stays as it is whatever happens to the original. Elsewhere it becomes a hard link:
it stays when the original is removed; a change inside of the original changes it, too, which
modelshelf verify and download:models --verify notice, as the digest from the import is kept. Between
two volumes, and where only another user may write to the file, it is copied.

A list is a catalog, as modelshelf export and the app write it. Its models are written into the lock:
each entry that can't be used is named, and the others are written. An entry of the lock is replaced by
one of the same repository only. Nothing is downloaded.

PROGRAM is hf (the cache of Hugging Face’s tools and of newer llama.cpp), ollama, lmstudio or llama.cpp
(its older cache). Without NAME, its models are listed, and nothing is changed.

  --from PROGRAM   models of another program, checked against the digests that it keeps
  --all            all models of that program
  --list LIST      a list of models
  --dry-run        prints what would be taken in, and changes nothing
  --dir PATH       the models folder (assets/models)
${SHARED}
HF_HUB_CACHE and HF_HOME, OLLAMA_MODELS, and LLAMA_CACHE say where a program keeps its models.
${CODES}`,
  outdated: `Usage: modelshelf outdated [ID...] [options]

Asks the hub whether the branches have moved on for the files of the lock's models, or of the named ones: one
request for each repository, and a few more where one has. Tells the commit, the date, the bytes, what has changed
and another licence. A model that is here in an earlier version than the lock states is told, too. Changes nothing.

  --dir PATH       the models folder (assets/models)
${SHARED}
Exit codes: 0 every model was asked about, whether something is newer or not; 1 one couldn't be asked about;
2 wrong usage, 130 interrupted, 141 nobody read the output any more.
`,
  update: `Usage: modelshelf update ID... | --all [options]

Brings models of the lock to their newest versions. The newer version is downloaded beside the installed one, read
back, and asked a question where this computer has the engine. Only then it takes over, and is written into
the lock. If it fails, the installed version and the lock stay. After an interruption the same command goes on. The
version before stays for modelshelf go-back, for seven days or until its room is needed.

  --all            every model of the lock that isn't held
  --dry-run        tells what would be done, and changes nothing
  --dir PATH       the models folder (assets/models)
  --accept-license accepts the licence of each newer version that wants it, for this run
${SHARED}${CODES}`,
  'go-back': `Usage: modelshelf go-back ID... [options]

Exchanges the installed version of a model with the one before its last update, without a network, and writes it
into the lock, where it is held: update leaves it out until modelshelf release. Doing it twice comes back.

  --dir PATH       the models folder (assets/models)
${SHARED}${CODES}`,
  hold: `Usage: modelshelf hold ID... [options]

Keeps models of the lock at their versions: update --all leaves them out, and update ID refuses.

  --reason TEXT    why, for who reads the lock
${SHARED}${CODES}`,
  release: `Usage: modelshelf release ID... [options]

Ends what modelshelf hold and go-back began.

${SHARED}${CODES}`,
  verify: `Usage: modelshelf verify [ID...] [options]

Reads every file of the lock's models back and compares it with the lock. A model that isn't
here is a failure. Nothing is downloaded or changed.

  --dir PATH       the models folder (assets/models)
  --runtime NAME   only builds for executorch or for llama.cpp
${SHARED}${CODES}`,
  list: `Usage: modelshelf list [WORD...] [options]

Shows the models of the lock, their builds and what of them is here: all of them, or those in whose name, id,
description, size or licence each WORD is.

  --sort ORDER     listed (default), name, or size, the smallest first
  --dir PATH       the models folder (assets/models)
${SHARED}${CODES}`,
  remove: `Usage: modelshelf remove ID... [options]

Removes models from the lock, and their files from the models folder. For a day, or until a download
needs the room, modelshelf restore takes that back.

  --keep-files     from the lock alone
  --now            deletes the files right away; restore can't bring them back
  --dir PATH       the models folder (assets/models)
${SHARED}${CODES}`,
  restore: `Usage: modelshelf restore ID... [options]

Takes a removal back: the files are put back into the models folder, without a download, and the model into
the lock.

  --dir PATH       the models folder (assets/models)
${SHARED}${CODES}`,
  move: `Usage: modelshelf move ID... --to FOLDER | --back | --cancel | --give-up [options]

Moves models to a folder on another drive, with their earlier versions and begun downloads, or back into the models
folder. Each file is copied and read back first, and removed only after that: a model is usable at every moment, and
after an interruption the same command goes on. While the drive isn't connected, its models are “not
connected”: nothing is downloaded again, and they are back with the drive. Updates and repairs happen on the drive.

  --to FOLDER      to this folder; it becomes a place, which modelshelf places shows
  --back           into the models folder
  --cancel         removes what an interrupted move has copied
  --give-up        for a drive that is lost: its models can be downloaded again, and the files there stay
  --dir PATH       the models folder (assets/models)
${SHARED}${CODES}`,
  places: `Usage: modelshelf places [options]

Shows the folders on other drives where models lie, whether each is connected, and what is free there.

  --forget FOLDER  forgets a place without models, by its folder or its id
  --dir PATH       the models folder (assets/models)
${ACCOUNT_SHARED}${CODES}`,
  du: `Usage: modelshelf du [options]

Says what every byte below the models folder is for: models, earlier versions, removed models that can come
back, downloads, updates, and files that nobody here knows.

  --free SIZE      plans what to delete so that SIZE (500MB, 2GB, 2GiB) more are free: earlier versions,
                   then removed models, downloads paused long ago, and the models that came first. Nothing
                   is deleted without --yes
  --yes            deletes what the plan says, for good
  --dry-run        only the plan, also with --yes
  --dir PATH       the models folder (assets/models)
${SHARED}${CODES}`,
  login: `Usage: modelshelf login [--device | --token-stdin] [options]

Signs in to the hub. The token is kept in the file that hf uses, too (HF_TOKEN_PATH, HF_HOME), readable for this
account alone. It is sent to HF_ENDPOINT and to no other server.

  --device         shows a code to type in at the hub's page, in any browser: the way without an
                   option, too, where MODELSHELF_CLIENT_ID has the id of a public app
  --token-stdin    reads a token of your own from standard input. It is never an argument, which
                   other accounts of this computer could read
${ACCOUNT}`,
  logout: `Usage: modelshelf logout [options]

Removes the sign-in from this computer, also that of hf auth login, and revokes it where the hub can.

${ACCOUNT}`,
  whoami: `Usage: modelshelf whoami [options]

Asks the hub who is signed in. Fails where nobody is, or where the hub doesn't accept the token.

${ACCOUNT}`,
  doctor: `Usage: modelshelf doctor [options]

Examines this computer: processor, memory, space for models, engine, hub, proxy and clock. Each line is
good (✓), limited (!) or broken (✗), with the reason and what helps. Nothing in it tells who or where you
are, so it can be pasted into a bug report. Sends one request to the hub, without a token.

  --dir PATH       the models folder (assets/models)
${ACCOUNT_SHARED}
Exit codes: 0 nothing is broken, 1 something is broken, 2 wrong usage, 130 interrupted, 141 nobody read
the output any more.
`,
};

export function helpOf(command: ShelfCommand | undefined): string {
  return command === undefined ? OVERVIEW : TEXTS[command];
}
