import type pg from 'pg';
import type { CrossReferences } from '../../commands/ports.ts';
import { orLogUnavailable } from './failures.ts';

const putText = `insert into ops.cross_reference (system, kind, our_id, their_id) values ($1, $2, $3, $4) on conflict do nothing`;
const theirsText = 'select their_id as id from ops.cross_reference where system = $1 and kind = $2 and our_id = $3';
const oursText = 'select our_id as id from ops.cross_reference where system = $1 and kind = $2 and their_id = $3';

/** Our id ↔ their id, one to one per system and kind. `put` may be repeated; naming another partner for either id throws. */
export const createCrossReferences = (pool: pg.Pool): CrossReferences => {
  const find = async (text: string, values: readonly string[]): Promise<string | undefined> => {
    const { rows } = await orLogUnavailable(() => pool.query<{ id: string }>(text, [...values]));
    return rows[0]?.id;
  };
  const theirs: CrossReferences['theirs'] = (system, kind, ourId) => find(theirsText, [system, kind, ourId]);
  const ours: CrossReferences['ours'] = (system, kind, theirId) => find(oursText, [system, kind, theirId]);
  const put: CrossReferences['put'] = async (system, kind, ourId, theirId) => {
    const { rowCount } = await orLogUnavailable(() => pool.query(putText, [system, kind, ourId, theirId]));
    if (rowCount === 1 || (await theirs(system, kind, ourId)) === theirId) return;
    throw new Error(`${system} ${kind}: ${ourId} or ${theirId} already refers to something else`);
  };
  return { put, theirs, ours };
};
