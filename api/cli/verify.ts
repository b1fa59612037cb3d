import { join } from 'node:path';
import { folderName, foldersIn, notesIn } from '../../adapters/notary/checkpointFolder.ts';
import { createTreeReads } from '../../adapters/postgres/evidenceTree.ts';
import type { LogFinding, LogState, LogVerdict } from '../../commands/evidence/logVerdict.ts';
import { recompute } from '../../commands/evidence/recompute.ts';
import { originOf } from '../../commands/evidence/seals.ts';
import { checkBundle } from '../../domain/evidence/checkBundle.ts';
import { keysOfArgument } from '../verifier/keyArgument.ts';
import { nodeTools } from '../verifier/nodeTools.ts';
import { exitCodeOf, reportOf } from '../verifier/report.ts';
import { checkpointFolders } from '../wiring/evidence.ts';
import {
  type CliOptions,
  counted,
  countText,
  endProgress,
  progress,
  type Shown,
  Stop,
  shortPosition,
  textOfFile,
  textOption,
  unvouched,
} from './command.ts';
import { type Database, type ReadLog, withDatabase, withLog } from './database.ts';
import { dataDir } from './service.ts';

const keysOf = (options: CliOptions): { readonly trustedKeys?: readonly string[] } => {
  const given = textOption(options, 'publicKey');
  if (given === undefined) return {};
  let keys: readonly string[] | undefined;
  try {
    keys = keysOfArgument(given);
  } catch {
    throw new Stop(`--public-key: ${given} is no Ed25519 public key, and no file that can be read.`, 3);
  }
  if (keys === undefined) throw new Stop(`--public-key: there is no Ed25519 public key in ${given}.`, 2);
  return { trustedKeys: keys };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const verifyBundle = async (file: string, options: CliOptions): Promise<Shown> => {
  const verdict = await checkBundle(parsed(await textOfFile(file)), { ...nodeTools, ...keysOf(options) });
  return { value: verdict, text: reportOf(verdict), exitCode: exitCodeOf(verdict) };
};

/** Checkpoints outside of the database; those of another log in the same places are told. */
const readOutside = async (folders: readonly string[], origin: string | undefined) => {
  const notes: { readonly place: string; readonly treeSize: number; readonly note: string }[] = [];
  const foreign: LogFinding[] = [];
  for (const folder of folders) {
    if (origin !== undefined) for (const note of await notesIn(folder, origin)) notes.push({ ...note, place: folder });
    for (const name of await foldersIn(folder))
      if (origin === undefined)
        foreign.push({
          code: 'CHECKPOINT_MISSING',
          detail: `${folder} has checkpoints of the log ${name}; the log and the database have none. Either all of theirs are gone, or this is another log.`,
          position: null,
        });
      else if (name !== folderName(origin))
        foreign.push({
          code: 'ROOT_DIFFERS',
          detail: `${folder} has checkpoints of the log ${name}, which is not this one (${origin}).`,
          position: null,
        });
  }
  return { notes, foreign };
};

const notesOf = ({ unsealed, checkpointsOutside, withoutCopy }: LogVerdict): readonly string[] => [
  ...(unsealed.events === 0
    ? []
    : [
        `Not sealed yet, so nothing vouches for it: ${counted(unsealed.events, 'event')} from position ${shortPosition(unsealed.firstPosition ?? '')} on.`,
      ]),
  ...(checkpointsOutside === 0
    ? ['There are no checkpoints outside of the database; whoever can write there can make all of this agree.']
    : withoutCopy === 0
      ? []
      : [`Of ${counted(withoutCopy, 'checkpoint')} of the database no copy lies outside.`]),
];

const titles: Readonly<Record<LogState, string>> = {
  VERIFIED: 'VERIFIED',
  AGREES_WITH_ITSELF: 'AGREES WITH ITSELF',
  NOT_SEALED: 'NOT SEALED',
  NOT_VERIFIED: 'NOT VERIFIED',
};

const exitCodes: Readonly<Record<LogState, number>> = {
  ...{ VERIFIED: 0, AGREES_WITH_ITSELF: unvouched, NOT_SEALED: unvouched, NOT_VERIFIED: 1 },
};

const logReport = (verdict: LogVerdict): string => {
  const { state, events, root, checkpointsInside, checkpointsOutside, findings } = verdict;
  return [
    `${titles[state]}  ${counted(events, 'event')}, root ${root}`,
    `  held against ${counted(checkpointsOutside, 'checkpoint')} outside of the database and ${checkpointsInside} inside`,
    ...findings.map(({ code, detail }) => `  ${code}: ${detail}`),
    ...notesOf(verdict).map((note) => `  Note: ${note}`),
  ].join('\n');
};

const verifyLog = async (feed: ReadLog, db: Database, options: CliOptions): Promise<Shown> => {
  const tree = createTreeReads(db);
  const { size } = await tree.state();
  const folders = checkpointFolders(dataDir(), textOption(options, 'checkpoints') ?? process.env.CHECKPOINT_DIR);
  const { notes, foreign } = await readOutside(folders, await originOf({ feed, tree }));
  const verdict = await recompute({
    feed,
    tree,
    outside: notes,
    alsoFound: foreign,
    verifySignature: nodeTools.verifySignature,
    ...keysOf(options),
    onProgress: (events) => progress(`${countText(events)} of ${countText(Math.max(events, size))} events`),
  });
  endProgress();
  return { value: verdict, text: logReport(verdict), exitCode: exitCodes[verdict.state] };
};

/** A check that could not be made must not be taken for one that found something. */
const orCouldNot = (error: unknown): never => {
  if (error instanceof Stop) throw error;
  throw new Stop(`Could not check: ${error instanceof Error ? error.message : String(error)}`, 5);
};

/**
 * `what`: a file with a bundle, or the word log. Exit code 1 says that something is not as it was sealed, and nothing else; 7 that
 * nothing is wrong, but that nothing which the reader has from elsewhere vouches for it.
 */
export const verify = (what: string, options: CliOptions): Promise<Shown> =>
  (what === 'log'
    ? withDatabase((db) => withLog((feed) => verifyLog(feed, db, options)))
    : verifyBundle(join(what), options)
  ).catch(orCouldNot);
