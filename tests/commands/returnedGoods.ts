import { expect } from '@jest/globals';
import { createKysely } from '../../adapters/postgres/pool.ts';
import type { InspectionInput } from '../../commands/calls/returnInputs.ts';
import { toDomain } from '../../commands/codec.ts';
import { demoAccountMap, demoPostingRules } from '../../domain/masterData/demoAccounts.ts';
import { projections } from '../../projections/catalogue.ts';
import { trialBalance } from '../../projections/glStaging/balances.ts';
import { catchUp } from '../../projections/runner.ts';
import { confirm, receive } from './facts.ts';
import { bu, releases, submit, world } from './newUnits.ts';
import { must } from './world.ts';

// Goods that were shipped and billed, and what becomes of them when they come back.

export const item = 'BRG-6204';
export const at = '2026-11-23T14:30:00.000Z';

export const openBooks = async (unit: string): Promise<void> => {
  await must(world.app().publishAccountMap({ ...demoAccountMap, bu: unit }, world.as('finance')));
  await must(world.app().publishPostingRules({ ...demoPostingRules, bu: unit }, world.as('finance')));
  await must(world.app().openPeriod({ bu: unit, ledger: 'PRIMARY', period: '202611' }, world.as('finance')));
};

/** Seven of ten ordered are shipped and billed, three wait. */
export const shipped = async () => {
  await receive(world, bu, 'DC-EAST', item, '7', `R-${bu}`);
  const { orderId } = await submit();
  await world.settle();
  const shipmentId = (await releases())[0]?.shipmentId ?? '';
  await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '7' }]));
  await world.settle();
  return { orderId, shipmentId };
};

type Of = { readonly orderId: string; readonly shipmentId: string };

export const authorise = (of: Of, qty: string, context = world.as('channel')) =>
  world.app().authoriseReturn({ ...of, lines: [{ shipmentLineId: '10', qty, reason: 'NO_LONGER_NEEDED' }] }, context);

export const receiveBack = (rmaId: string, receiptId: string, qty: string, context = world.as('warehouse')) =>
  world
    .app()
    .recordReturnReceipt(
      { rmaId, receiptId, receivedAt: at, lines: [{ shipmentLineId: '10', qty }], others: [] },
      context,
    );

type Inspected = Omit<InspectionInput['lines'][number], 'shipmentLineId'>;

export const inspect = (rmaId: string, inspectionId: string, ...lines: readonly Inspected[]) =>
  world.app().inspectReturn(
    {
      ...{ rmaId, inspectionId, inspectedAt: at },
      lines: lines.map((line) => ({ ...line, shipmentLineId: '10' })),
    },
    world.as('warehouse'),
  );

export const close = (rmaId: string) => world.app().closeReturn({ rmaId, reason: 'done' }, world.as('channel'));

export const refusedWith = async (outcome: Promise<unknown>, code: string) =>
  expect(await outcome).toMatchObject({ kind: 'refused', refusal: { refused: code } });

const followed = ['master_data', 'orders', 'inventory', 'gl_staging', 'subledgers', 'returns', 'timeline', 'lineage'];

export const readModels = async () => {
  const db = createKysely<never>(world.pool);
  for (const projection of projections.filter(({ name }) => followed.includes(name)))
    await catchUp({ db, feed: world.log, decode: toDomain }, projection);
  return db;
};

export const closings = async (db: Awaited<ReturnType<typeof readModels>>) => {
  const { items } = await trialBalance(db, { bu, ledger: 'PRIMARY', period: '202611' });
  return Object.fromEntries(items.map(({ role, closing }) => [role, closing]));
};
