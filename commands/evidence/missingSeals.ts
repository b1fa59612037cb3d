import type { OutsideNote } from '../../domain/evidence/ports.ts';
import type { LogFinding } from './logVerdict.ts';

/** A checkpoint that should lie somewhere. `position`: of its event in the log, if that has it. */
export type KnownSeal = { readonly revision: number; readonly treeSize: number; readonly position: string | null };

export const database = 'the database (evidence.checkpoint)';

/** Those that lie side by side are told together. */
const runsOf = (seals: readonly KnownSeal[]): readonly (readonly [KnownSeal, ...KnownSeal[]])[] => {
  const runs: [KnownSeal, ...KnownSeal[]][] = [];
  for (const seal of seals) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1)?.revision === seal.revision - 1) run.push(seal);
    else runs.push([seal]);
  }
  return runs;
};

export const positionText = (position: string): string => position.replace(/^0+(?=\d)/, '');

/** Which checkpoints are missing in `place`, and who has them. */
export const missingIn = (place: string, seals: readonly KnownSeal[]): readonly LogFinding[] =>
  runsOf(seals).map((run) => {
    const [first, last] = [run[0], run.at(-1) ?? run[0]];
    const one = run.length === 1;
    const which = one
      ? `Checkpoint ${first.revision}, over ${first.treeSize} events, is`
      : `Checkpoints ${first.revision} to ${last.revision}, over ${first.treeSize} to ${last.treeSize} events, are`;
    const them = one ? 'it' : 'them';
    const has =
      place === 'the log' || first.position === null
        ? `the database has ${them}`
        : `the log has ${them} ${one ? 'at' : 'from'} position ${positionText(first.position)}${one ? '' : ' on'}`;
    return { code: 'CHECKPOINT_MISSING', detail: `${which} missing in ${place}; ${has}.`, position: first.position };
  });

/** Revisions have no gaps: what lies before `revision` and is nowhere was taken out of both. */
export const missingBefore = (
  expected: number,
  revision: number,
  previousTreeSize: number | undefined,
): readonly LogFinding[] => {
  if (expected >= revision) return [];
  const one = expected === revision - 1;
  const which = one ? `Checkpoint ${expected} is` : `Checkpoints ${expected} to ${revision - 1} are`;
  const next = `; the one behind ${one ? 'it' : 'them'} goes on from ${previousTreeSize} events`;
  const detail = `${which} missing in the log and in the database${previousTreeSize === undefined ? '' : next}.`;
  return [{ code: 'CHECKPOINT_MISSING', detail, position: null }];
};

type Note = OutsideNote & { readonly place: string };

/**
 * Copies are put outside from the oldest on, so below the newest one of a place none may be missing; what is newer may still
 * be on its way there.
 */
export const missingOutside = (known: readonly KnownSeal[], notes: readonly Note[]): readonly LogFinding[] =>
  [...Map.groupBy(notes, ({ place }) => place)].flatMap(([place, lying]) => {
    const sizes = new Set(lying.map(({ treeSize }) => treeSize));
    const newest = lying.reduce((most, { treeSize }) => Math.max(most, treeSize), 0);
    return missingIn(
      place,
      known.filter(({ treeSize }) => treeSize < newest && !sizes.has(treeSize)),
    );
  });

/** Signed copies of checkpoints that neither the log nor the database has. */
export const onlyOutside = (
  known: readonly KnownSeal[],
  copies: readonly { readonly place: string; readonly treeSize: number }[],
): readonly LogFinding[] => {
  const sizes = new Set(known.map(({ treeSize }) => treeSize));
  return [...Map.groupBy(copies, ({ treeSize }) => treeSize)].flatMap(([treeSize, lying]) => {
    if (sizes.has(treeSize)) return [];
    const places = lying.map(({ place }) => place).join(', ');
    const detail = `The checkpoint over ${treeSize} events is missing in the log and in the database; ${places} has it.`;
    return [{ code: 'CHECKPOINT_MISSING', detail, position: null }];
  });
};
