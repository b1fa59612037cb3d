import type pg from 'pg';
import type { ClaimOfAppend } from '../../../commands/ports.ts';
import type { AppendedTogether } from '../../../domain/eventLog.ts';
import { type AppendGroup, appendCall, type Verdict } from './appendCall.ts';
import { intArray, textArray } from './binaryArrays.ts';

/** Appends that are written all or none, and the keys that are claimed with them. */
export type ClaimingGroup = { readonly appends: AppendGroup; readonly claims: readonly ClaimOfAppend[] };

/** The groups, by number, of which some claims, by index, name keys that are taken: nothing was written. */
export type TakenByGroup = ReadonlyMap<number, readonly number[]>;

const claimingText = `select item, verdict, actual, revision, at_position, recorded_at
  from ops.append_claimed($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`;

const takenCode = 'TLC01';

/** All claims of a call one behind the other. `last`: the place among the call's events, from 1, of the one whose place the answer names. */
const claimsOf = (groups: readonly ClaimingGroup[], itemOf: readonly (readonly number[])[]) => {
  const claims: (ClaimOfAppend & {
    readonly group: number;
    readonly index: number;
    readonly item: number;
    readonly last: number;
  })[] = [];
  let events = 0;
  for (const [group, { appends, claims: own }] of groups.entries()) {
    const lasts = appends.map((append) => {
      events += append.events.length;
      return events;
    });
    for (const [index, claim] of own.entries()) {
      const item = itemOf[group]?.[claim.append];
      const last = lasts[claim.append];
      if (item === undefined || last === undefined) throw new RangeError(`there is no append ${claim.append}`);
      claims.push({ ...claim, group, index, item, last });
    }
  }
  return claims;
};

const takenFrom = (claims: ReturnType<typeof claimsOf>, indexes: readonly number[]): TakenByGroup => {
  const taken = new Map<number, number[]>();
  for (const at of indexes) {
    const claim = claims[at];
    if (claim === undefined) throw new Error('a claim that was not made is taken');
    taken.set(claim.group, [...(taken.get(claim.group) ?? []), claim.index]);
  }
  return taken;
};

/** What a call is told when a key was taken between its first look and its insert. */
const takenMeanwhile = (error: unknown): readonly number[] | undefined => {
  const { code, detail } = error as { readonly code?: string; readonly detail?: string };
  return code === takenCode && detail !== undefined ? detail.split(',').map(Number) : undefined;
};

/** One call of `ops.append_claimed`: the answers group by group, or whose keys are taken. */
export const appendClaimed = async (
  pool: pg.Pool,
  groups: readonly ClaimingGroup[],
): Promise<{ readonly answers: readonly (readonly AppendedTogether[])[] } | { readonly taken: TakenByGroup }> => {
  const call = appendCall(groups.map(({ appends }) => appends));
  const claims = claimsOf(groups, call.itemOf);
  const values = [
    ...call.values,
    textArray(claims.map(({ scope }) => scope)),
    textArray(claims.map(({ key }) => key)),
    textArray(claims.map(({ fingerprint }) => fingerprint)),
    textArray(claims.map(({ commandId }) => commandId)),
    intArray(claims.map(({ forever }) => (forever ? 2 : 1))),
    intArray(claims.map(({ answer }) => answer.status)),
    textArray(claims.map(({ answer }) => JSON.stringify(answer.headers))),
    textArray(claims.map(({ answer }) => answer.body)),
    intArray(claims.map(({ item }) => item)),
    intArray(claims.map(({ last }) => last)),
  ];
  try {
    const { rows } = await pool.query<Verdict>({ name: 'append-claimed', text: claimingText, values });
    if (rows[0]?.verdict !== 'taken') return { answers: call.answersOf(rows) };
    return {
      taken: takenFrom(
        claims,
        rows.map(({ item }) => item ?? -1),
      ),
    };
  } catch (error) {
    const indexes = takenMeanwhile(error);
    if (indexes === undefined) throw error;
    return { taken: takenFrom(claims, indexes) };
  }
};
