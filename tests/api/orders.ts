import { randomUUID } from 'node:crypto';
import { addDays } from '../../domain/calendar.ts';
import type { TestApi } from './testApi.ts';

const requestedDate = addDays(new Date().toISOString().slice(0, 10), 8);
/** An order that nobody sent yet. */
export const orderOf = (changes: object = {}) => ({
  ...{ bu: 'ACME', channel: 'portal', soldTo: 'C-1001', shipTo: { id: 'MAIN' } },
  customerPo: `PO-${randomUUID().slice(0, 18)}`,
  ...{ currency: 'USD', requestedDate, charges: [{ code: 'FREIGHT', amount: '1500' }] },
  lines: [{ lineId: '10', item: 'BRG-6204', qty: '10', uom: 'EA' }],
  ...changes,
});

/** How many orders the log got for this purchase order, and how many rows their keys have. */
export const storedOf = async (
  { database }: Pick<TestApi, 'database'>,
  { customerPo }: { readonly customerPo: string },
) => {
  const { rows } = await database.pool.query<{ orders: number; keys: number }>(
    `with mine as (select distinct stream from log.event where type = 'OrderSubmitted' and data::jsonb->>'customerPo' = $1)
     select (select count(*)::int from mine) as orders,
       (select count(*)::int from ops.claim c where exists (select from mine where stream like '%.' || c.command_id)) as keys`,
    [customerPo],
  );
  return rows[0];
};
