import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderName, foldersIn, notesIn } from '../../adapters/notary/checkpointFolder.ts';
import { createTreeReads } from '../../adapters/postgres/evidenceTree.ts';
import { type LogFinding, type LogVerdict, recompute } from '../../commands/evidence/recompute.ts';
import type { EventFeed } from '../../domain/eventLog.ts';
import { checkBundle } from '../../domain/evidence/checkBundle.ts';
import { givenKeys } from '../../domain/evidence/trustedKeys.ts';
import { nodeTools } from '../verifier/nodeTools.ts';
import { reportOf } from '../verifier/report.ts';
import { checkpointFolders } from '../wiring/evidence.ts';
import { type CliOptions, endProgress, progress, type Shown, Stop, shortPosition, textOption } from './command.ts';
import { type Database, withDatabase, withLog } from './database.ts';
import { dataDir } from './service.ts';

const keysOf = (options: CliOptions): { readonly trustedKeys?: readonly string[] } => {
  const given = textOption(options, 'publicKey');
  if (given === undefined) return {};
  const { keys, unreadable } = givenKeys(given);
  if (unreadable[0] !== undefined || keys.length === 0)
    throw new Stop(`--public-key: ${unreadable[0] ?? 'nothing'} is no Ed25519 public key in base64.`, 2);
  return { trustedKeys: keys };
};

const bundleText = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new Stop(`There is no file ${file}.`, 3);
  }
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const verifyBundle = async (file: string, options: CliOptions): Promise<Shown> => {
  const verdict = await checkBundle(parsed(await bundleText(file)), { ...nodeTools, ...keysOf(options) });
  return { value: verdict, text: reportOf(verdict), exitCode: verdict.verified ? 0 : 1 };
};

/** Checkpoints outside of the database; those of another log in the same places are told. */
const readOutside = async (folders: readonly string[], origin: string | undefined) => {
  const notes: { readonly place: string; readonly treeSize: number; readonly note: string }[] = [];
  const foreign: LogFinding[] = [];
  for (const folder of folders) {
    if (origin !== undefined) for (const note of await notesIn(folder, origin)) notes.push({ ...note, place: folder });
    for (const name of await foldersIn(folder))
      if (origin === undefined || name !== folderName(origin))
        foreign.push({
          code: 'ROOT_DIFFERS',
          detail: `${folder} has checkpoints of the log ${name}, which is not this one (${origin ?? 'it was never sealed'}).`,
          position: null,
        });
  }
  return { notes, foreign };
};

const logReport = ({
  verified,
  events,
  root,
  checkpointsInside,
  checkpointsOutside,
  findings,
  unsealed,
}: LogVerdict): string =>
  [
    `${verified ? 'VERIFIED' : 'NOT VERIFIED'}  ${events} events, root ${root}`,
    `  held against ${checkpointsOutside} checkpoints outside of the database and ${checkpointsInside} inside`,
    ...findings.map(({ code, detail }) => `  ${code}: ${detail}`),
    ...(unsealed.events === 0
      ? []
      : [
          `  Note: ${unsealed.events} events from position ${shortPosition(unsealed.firstPosition ?? '')} on are not sealed yet; nothing vouches for them.`,
        ]),
    ...(checkpointsOutside === 0
      ? [
          '  Note: there are no checkpoints outside of the database; whoever can write there can make all of this agree.',
        ]
      : []),
  ].join('\n');

const verifyLog = (feed: Pick<EventFeed, 'readAfter'>, db: Database, options: CliOptions): Promise<Shown> =>
  (async () => {
    const tree = createTreeReads(db);
    const origin = (await tree.latestCheckpoint())?.checkpoint.origin;
    const folders = checkpointFolders(dataDir(), textOption(options, 'checkpoints') ?? process.env.CHECKPOINT_DIR);
    const { notes, foreign } = await readOutside(folders, origin);
    const found = await recompute({
      feed,
      tree,
      outside: notes,
      verifySignature: nodeTools.verifySignature,
      ...keysOf(options),
      onProgress: (events) => progress(`${events} events`),
    });
    endProgress();
    const findings = [...found.findings, ...foreign];
    const verdict = { ...found, findings, verified: findings.length === 0 };
    return { value: verdict, text: logReport(verdict), exitCode: verdict.verified ? 0 : 1 };
  })();

/** `what`: a file with a bundle, or the word log. */
export const verify = (what: string, options: CliOptions): Promise<Shown> =>
  what === 'log'
    ? withDatabase((db) => withLog((feed) => verifyLog(feed, db, options)))
    : verifyBundle(join(what), options);
