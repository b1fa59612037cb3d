import { describe, expect, test } from '@jest/globals';
import { createKysely } from '../../adapters/postgres/pool.ts';
import { toDomain } from '../../commands/codec.ts';
import { demoBusinessUnit, demoNodes } from '../../domain/masterData/demo.ts';
import { projections } from '../../projections/catalogue.ts';
import { trialBalance } from '../../projections/glStaging/balances.ts';
import { listJournals } from '../../projections/glStaging/queries.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { lineage } from '../../projections/lineage/queries.ts';
import { catchUp } from '../../projections/runner.ts';
import { confirm, receive, stockAt } from './facts.ts';
import { bu, inNewUnits, releases, submit, world } from './newUnits.ts';
import { authorise, close, inspect, openBooks, receiveBack } from './returnedGoods.ts';
import { must } from './world.ts';

inNewUnits('ICS');

const item = 'BRG-6204';
const node = 'DC-OWNED';
const ownerOf = (seller: string) => `${seller}O`;

/** Bearings at this node are the other unit's, which sells them at cost and a tenth. */
const agree = async (markupPct = '10') => {
  const owner = ownerOf(bu);
  await world.newBusinessUnit(owner);
  for (const unit of [bu, owner]) await openBooks(unit);
  const owners = [{ owner, prices: [{ from: '2026-01-01', markupPct }] }];
  const terms = { bu, owners, nodes: [{ node, owner }] };
  await must(world.app().publishIntercompany(terms, world.as('finance')));
  const [like] = demoNodes;
  if (like === undefined) throw new Error('the demo has no node');
  await must(world.app().defineNode({ ...like, bu, node }, world.as('ops')));
  return { owner, terms };
};

/** Ten bearings of the owner's have left, and two more lie there. */
const shipped = async () => {
  await receive(world, bu, node, item, '12', `R-${bu}`);
  const { orderId } = await submit();
  await world.settle();
  const shipmentId = (await releases())[0]?.shipmentId ?? '';
  await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '10' }]));
  return { orderId, shipmentId };
};

const readModels = async () => {
  const db = createKysely<never>(world.pool);
  for (const projection of projections) await catchUp({ db, feed: world.log, decode: toDomain }, projection);
  return db;
};

/** Of both units what is in the books; every pair that can disagree says the same on both sides, also of one unit against the other. */
const books = async (owner: string) => {
  const db = await readModels();
  const closings = async (unit: string): Promise<Readonly<Record<string, string>>> => {
    const rows = await tieOuts(db, { bu: unit });
    expect(rows.map(({ pair, unexplained }) => [pair, unexplained])).toEqual(rows.map(({ pair }) => [pair, '0']));
    const between = rows.filter(({ pair }) => pair.startsWith('INTERCOMPANY'));
    expect(between.map(({ difference }) => difference)).toEqual(['0', '0']);
    const { items } = await trialBalance(db, { bu: unit, ledger: 'PRIMARY', period: '202611' });
    return Object.fromEntries(items.map(({ role, closing }) => [role, closing]));
  };
  return { db, seller: await closings(bu), owning: await closings(owner) };
};

describe('T24 goods that another business unit owns', () => {
  test('are sold to the seller at the transfer price when they leave, in two journals of one event', async () => {
    const { owner } = await agree();
    const { orderId, shipmentId } = await shipped();
    await world.settle();
    const { db, seller, owning } = await books(owner);
    expect(seller).toMatchObject({ INTERCOMPANY_AP: '-6600', COGS: '6600', DEFERRED_COGS: '0' });
    expect(seller.INVENTORY).toBeUndefined();
    expect(owning).toEqual({
      ...{ INTERCOMPANY_AR: '6600', INTERCOMPANY_REVENUE: '-6600' },
      ...{ INTERCOMPANY_COGS: '6000', INVENTORY: '-6000' },
    });
    const sold = (await listJournals(db, { templateId: 'T24' })).items.filter((each) => [bu, owner].includes(each.bu));
    expect(sold.map((each) => each.bu).sort()).toEqual([bu, owner]);
    expect(new Set(sold.map(({ sourceEventId }) => sourceEventId)).size).toBe(1);
    const ours = sold.find((each) => each.bu === owner);
    const up = await lineage(db, { root: `gl-journal:${ours?.journalId}` });
    const movement = up?.nodes.find(({ type }) => type === 'STOCK_MOVEMENT');
    expect(movement?.id).toBe(`stock-movement:${ours?.sourceEventId}`);
    expect(movement).toMatchObject({ seller: bu, shipmentId });
    const down = await lineage(db, { root: `order-line:${orderId}/10` });
    const theirs = sold.find((each) => each.bu === bu);
    expect(down?.nodes.map(({ id }) => id)).toContain(`gl-line:${theirs?.journalId}:1`);
    expect(down?.gaps).toEqual([]);
    expect(world.problems).toEqual([]);
  });

  test('go back to their owner at the price they were sold at, and what is thrown away is the seller’s loss', async () => {
    const { owner } = await agree();
    const of = await shipped();
    await world.settle();
    const { rmaId } = await must(authorise(of, '5'));
    await world.settle();
    await must(receiveBack(rmaId, 'RC-1', '5'));
    await must(
      inspect(
        rmaId,
        'IN-1',
        { qty: '2', disposition: 'RESTOCK' },
        { qty: '2', disposition: 'QUARANTINE' },
        { qty: '1', disposition: 'SCRAP' },
      ),
    );
    await must(inspect(rmaId, 'IN-2', { qty: '1', disposition: 'SCRAP', from: 'QUARANTINE' }));
    await must(close(rmaId));
    await world.settle();
    const { seller, owning } = await books(owner);
    expect(seller).toMatchObject({ INTERCOMPANY_AP: '-3960', COGS: '3300', SCRAP: '660', DEFERRED_COGS: '0' });
    expect(seller.INVENTORY ?? seller.INVENTORY_RETURNS).toBeUndefined();
    expect(owning).toEqual({
      ...{ INTERCOMPANY_AR: '3960', INTERCOMPANY_REVENUE: '-3960', INTERCOMPANY_COGS: '3600' },
      ...{ INVENTORY: '-4800', INVENTORY_RETURNS: '600', SCRAP: '600' },
    });
    expect(await stockAt(world, bu, node, item)).toMatchObject({ onHand: 5n });
  });

  test('were never sold when their shipment is voided', async () => {
    const { owner } = await agree();
    world.partners.behaviour.down.add('tax');
    const { shipmentId } = await shipped();
    await world.settle(4);
    await must(world.app().voidShipment({ shipmentId, reason: 'WRONG_TRUCK' }, world.as('warehouse')));
    world.partners.behaviour.down.clear();
    await world.settle();
    const { seller, owning } = await books(owner);
    expect(seller).toMatchObject({ INTERCOMPANY_AP: '0', DEFERRED_COGS: '0' });
    expect(new Set(Object.values(owning))).toEqual(new Set(['0']));
    expect(await stockAt(world, bu, node, item)).toMatchObject({ onHand: 12n });
  });

  test('are their owner’s while they lie there: what is missing, and what they cost more', async () => {
    const { owner } = await agree('0');
    const { shipmentId } = await shipped();
    await world.settle();
    const place = { bu, node, item };
    const missing = {
      ...place,
      kind: 'ADJUSTMENT',
      qty: '-1',
      uom: 'EA',
      reference: `A-${bu}`,
      reason: 'COUNT',
    } as const;
    await must(world.app().recordStockMovement(missing, world.as('warehouse')));
    const late = {
      ...place,
      amount: '100',
      currency: 'USD',
      cause: 'FREIGHT',
      reference: `L-${bu}`,
      about: { kind: 'SHIPMENT', shipmentId },
    } as const;
    await must(world.app().correctCost(late, world.as('finance')));
    const { seller, owning } = await books(owner);
    expect(seller).toMatchObject({ INTERCOMPANY_AP: '-6000', COGS: '6000' });
    expect(seller.SHRINKAGE).toBeUndefined();
    expect(owning).toMatchObject({
      INTERCOMPANY_AR: '6000',
      INVENTORY: '-6700',
      SHRINKAGE: '600',
      COGS_VARIANCE: '100',
    });
  });

  test('are set up before they are there, in one currency, and stay whose they are', async () => {
    const { owner, terms } = await agree();
    const wrong = async (changes: object) => {
      const outcome = await world.app().publishIntercompany({ ...terms, ...changes }, world.as('finance'));
      return outcome.kind === 'invalid' ? outcome.violations.map(({ code }) => code) : outcome;
    };
    expect(await wrong({ nodes: [...terms.nodes, { node: 'DC-EAST', owner }] })).toEqual(['NODE_IN_USE']);
    expect(await wrong({ owners: [...terms.owners, { ...terms.owners[0], owner: 'NOBODY' }] })).toEqual(['BU_UNKNOWN']);
    const abroad = { ...demoBusinessUnit, bu: `${bu}E`, currency: 'EUR' };
    await must(world.app().defineBusinessUnit(abroad, world.as('admin')));
    const euros = { ...terms.owners[0], owner: abroad.bu };
    expect(await wrong({ owners: [...terms.owners, euros] })).toEqual(['CURRENCY_DIFFERS']);
    expect(await wrong({ nodes: [...terms.nodes, { node: 'DC-NEW', owner: abroad.bu }] })).toEqual([
      'TRANSFER_PRICE_MISSING',
    ]);
    expect(await wrong({ nodes: [] })).toEqual(['FIXED_FOR_EVER']);
    const more = { nodes: [...terms.nodes, { node: 'DC-NEW', owner }] };
    expect(await wrong(more)).toMatchObject({ kind: 'refused', refusal: { refused: 'APPROVAL_REQUIRED' } });
    const [like] = demoNodes;
    if (like === undefined) throw new Error('the demo has no node');
    const supplier = await world.app().defineNode({ ...like, bu, node, kind: 'SUPPLIER' }, world.as('ops'));
    const of = { bu, from: node, to: 'DC-EAST', reference: `T-${bu}`, expectedOn: '2026-12-01' };
    const moved = { ...of, lines: [{ item, qty: '1', uom: 'EA' }] };
    expect(await world.app().orderTransfer(moved, world.as('ops'))).toMatchObject({
      violations: [{ code: 'TRANSFER_BETWEEN_UNITS' }],
    });
    expect(supplier).toMatchObject({ kind: 'invalid', violations: [{ code: 'NODE_OWNED' }] });
  });
});
