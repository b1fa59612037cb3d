import { beforeEach, describe, expect, test } from '@jest/globals';
import { newUlid } from '../../commands/eventIds.ts';
import { streamName } from '../../domain/eventLog.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { lineage } from '../../projections/lineage/queries.ts';
import { orderById } from '../../projections/orders/queries.ts';
import { returnsReport } from '../../projections/reports/returns.ts';
import { returnById } from '../../projections/returns/queries.ts';
import { orderTimeline } from '../../projections/timeline/queries.ts';
import { confirm, eventsOf, ofType, receive, stockAt } from './facts.ts';
import { bu, inNewUnits, releases, submit, world } from './newUnits.ts';
import {
  at,
  authorise,
  close,
  closings,
  inspect,
  item,
  openBooks,
  readModels,
  receiveBack,
  refusedWith,
  shipped,
} from './returnedGoods.ts';
import { type Execute, Killed, must } from './world.ts';

inNewUnits('RET');

describe('goods that a customer sends back', () => {
  beforeEach(() => openBooks(bu));

  test('go to whoever waits for them, at the cost they left with, and into every book', async () => {
    const of = await shipped();
    const { rmaId } = await must(authorise(of, '2'));
    await must(receiveBack(rmaId, 'RC1', '2'));
    await must(inspect(rmaId, 'IN1', { qty: '2', disposition: 'RESTOCK' }));
    await world.settle();
    const events = await eventsOf(world, bu);
    expect(ofType(events, 'StockReturned').map(({ data }) => [data.qty, data.cost, data.status])).toEqual([
      ['2', '1200', 'SELLABLE'],
    ]);
    // Three of the order's own line waited for stock.
    expect(ofType(events, 'StockReserved').at(-1)?.data).toMatchObject({ qty: '2', cause: 'BACKORDER' });
    const db = await readModels();
    const books = await closings(db);
    expect(books).toMatchObject({ COGS: '3000', DEFERRED_COGS: '0', INVENTORY: '-3000' });
    const ties = await tieOuts(db, { bu });
    expect(ties.map(({ pair, unexplained }) => [pair, unexplained])).toEqual(ties.map(({ pair }) => [pair, '0']));
    expect((await returnById(db, rmaId))?.creditMemos).toMatchObject([{ number: 'CM-000001', total: '2490' }]);
    expect(await orderById(db, of.orderId)).toMatchObject({
      flags: { returnOpen: true },
      lines: [{ returned: '2', credited: '2', shipped: '7', returnOpen: true }],
    });
    expect(await returnById(db, rmaId)).toMatchObject({
      state: 'CREDITED',
      lines: [{ qty: '2', received: '2', inspected: '2', inspections: [{ disposition: 'RESTOCK', cost: '1200' }] }],
    });
    const { rows } = await returnsReport.rows({ filter: { bu }, scope: undefined, at: undefined }).execute(db);
    expect(rows).toMatchObject([
      {
        rmaId,
        reason: 'NO_LONGER_NEEDED',
        qty: '2',
        restocked: '2',
        scrapped: '0',
        state: 'CREDITED',
        creditedQty: '2',
      },
    ]);
    expect(rows).toMatchObject([{ credit: '2300', restockingFee: '0', cost: '1200', costRecovered: '1200' }]);
    const graph = await lineage(db, { root: `return-line:${rmaId}/10` });
    expect(graph?.summary).toMatchObject({ orderLine: `${of.orderId}/10`, cost: '3000', complete: true });
    expect(graph?.edges.filter(({ kind }) => kind === 'RETURNED_BY')).toMatchObject([{ qty: '2' }]);
    expect(
      graph?.edges.filter(({ kind, from }) => kind === 'CREDITED_BY' && from.startsWith('return-line')),
    ).toHaveLength(1);
    const texts = (await orderTimeline(db, of.orderId))?.items.map(({ text }) => text);
    expect(texts).toContain('2 of line 10: back in stock, at a cost of 12.00 USD.');
    await must(close(rmaId));
    expect(await orderById(await readModels(), of.orderId)).toMatchObject({ flags: { returnOpen: false } });
  });

  test('that are not sold again are a loss, the supplier’s, the customer’s or wait in quarantine', async () => {
    const of = await shipped();
    const { rmaId } = await must(authorise(of, '6'));
    await must(receiveBack(rmaId, 'RC1', '5'));
    await must(
      inspect(
        ...([rmaId, 'IN1'] as const),
        { qty: '1', disposition: 'SCRAP' },
        { qty: '1', disposition: 'RETURN_TO_VENDOR' },
        { qty: '1', disposition: 'KEEP' },
        { qty: '3', disposition: 'QUARANTINE' },
      ),
    );
    await world.settle();
    expect(await stockAt(world, bu, 'DC-EAST', item)).toMatchObject({ onHand: 3n, sellable: 0n, reserved: 0n });
    const before = await readModels();
    expect(await closings(before)).toMatchObject({
      ...{ COGS: '600', SCRAP: '600', GRNI: '600', GOODWILL: '600', INVENTORY_RETURNS: '1800', INVENTORY: '-4200' },
    });
    expect((await tieOuts(before, { bu })).every(({ unexplained }) => unexplained === '0')).toBe(true);
    await must(
      inspect(
        ...([rmaId, 'IN2'] as const),
        { qty: '2', disposition: 'RESTOCK', from: 'QUARANTINE' },
        { qty: '1', disposition: 'SCRAP', from: 'QUARANTINE' },
      ),
    );
    await world.settle();
    expect(await stockAt(world, bu, 'DC-EAST', item)).toMatchObject({ onHand: 2n, sellable: 2n, allocated: 2n });
    const db = await readModels();
    expect(await closings(db)).toMatchObject({ SCRAP: '1200', INVENTORY_RETURNS: '0', INVENTORY: '-3000' });
    expect((await tieOuts(db, { bu })).every(({ unexplained }) => unexplained === '0')).toBe(true);
    expect(await returnById(db, rmaId)).toMatchObject({ state: 'CREDITED', lines: [{ quarantined: '0', kept: '1' }] });
  });

  test('before stock has taken them in, the tie-out says so', async () => {
    const of = await shipped();
    const { rmaId } = await must(authorise(of, '1'));
    await must(receiveBack(rmaId, 'RC1', '1'));
    await must(inspect(rmaId, 'IN1', { qty: '1', disposition: 'RESTOCK' }));
    const inventory = (await tieOuts(await readModels(), { bu })).find(({ pair }) => pair === 'INVENTORY');
    expect(inventory?.explained).toContainEqual({ reason: 'RETURN_NOT_IN_STOCK', amount: '-600', count: 1 });
    expect(inventory?.unexplained).toBe('0');
    await world.settle();
  });
});

describe('a return', () => {
  test('of what is shipped and billed is one of two that ask for the same goods at once', async () => {
    const of = await shipped();
    const answers = await Promise.all([authorise(of, '4'), authorise(of, '4'), authorise(of, '3')]);
    const granted = answers.filter(({ kind }) => kind === 'done');
    expect(granted).toHaveLength(2);
    await refusedWith(authorise(of, '1'), 'QTY_EXCEEDS_SHIPPED');
    const claimed = ofType(await eventsOf(world, bu), 'ShipmentReturnClaimed');
    expect(claimed.map(({ data }) => data.lines[0]?.qty).sort()).toEqual(['3', '4']);
  });

  test('that ends gives back what did not come', async () => {
    const of = await shipped();
    const { rmaId } = await must(authorise(of, '7'));
    await must(receiveBack(rmaId, 'RC1', '2'));
    await refusedWith(close(rmaId), 'RETURN_NOT_INSPECTED');
    await must(inspect(rmaId, 'IN1', { qty: '2', disposition: 'SCRAP' }));
    await must(close(rmaId));
    await world.settle();
    await refusedWith(authorise(of, '6'), 'QTY_EXCEEDS_SHIPPED');
    await must(authorise(of, '5'));
  });

  test('keeps its shipment and its invoice from being voided', async () => {
    const of = await shipped();
    await must(authorise(of, '1'));
    const invoiceId = ofType(await eventsOf(world, bu), 'InvoiceIssued')[0]?.data.invoiceId ?? '';
    await refusedWith(
      world.app().voidInvoice({ invoiceId, reason: 'wrong' }, world.as('finance')),
      'INVOICE_NOT_VOIDABLE',
    );
  });

  test.each([
    'void',
    'claim',
  ])('is over again when its invoice is voided in that moment and the %s is first', async (first) => {
    const of = await shipped();
    const [issued] = ofType(await eventsOf(world, bu), 'InvoiceIssued');
    const { invoiceId = '' } = issued?.data ?? {};
    // Neither has seen the other: what each decided on is how it was before.
    const claim = async () => {
      const stream = streamName('shipment', bu, of.shipmentId);
      const sale = { channel: 'portal', customerGroup: 'INDUSTRIAL' };
      const terms = { authorisedBy: 'kim', authorisedAt: at, expiresOn: '2026-12-23', windowDays: 90, sale };
      const lines = [{ shipmentLineId: '10', qty: '2', reason: 'DEFECTIVE' as const, billed: '7' }];
      const command = { type: 'ClaimReturn', rmaId: newUlid(), ...terms, lines } as const;
      await world.executor().execute(shipmentDecider, stream, command, world.as('channel'));
    };
    const voidIt = async () => {
      const stream = streamName('invoice', bu, invoiceId);
      const why = { reason: 'wrong', voidDate: '2026-11-23', issuedEventId: issued?.eventId ?? '' };
      await world.executor().execute(invoiceDecider, stream, { type: 'VoidInvoice', ...why }, world.as('finance'));
    };
    for (const act of first === 'void' ? [voidIt, claim] : [claim, voidIt]) await act();
    await world.settle();
    const events = await eventsOf(world, bu);
    expect(ofType(events, 'InvoiceVoided')).toHaveLength(1);
    expect(ofType(events, 'ReturnClosed')).toMatchObject([{ data: { lines: [{ freedQty: '2' }] } }]);
    expect(ofType(events, 'ShipmentReturnFreed')).toHaveLength(1);
    expect(world.problems).toEqual([]);
  });

  test('is not inspected by whoever authorised it, and not authorised before the invoice', async () => {
    await receive(world, bu, 'DC-EAST', item, '7', 'R');
    const { orderId } = await submit();
    await world.settle();
    const shipmentId = (await releases())[0]?.shipmentId ?? '';
    await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '7' }]));
    await refusedWith(authorise({ orderId, shipmentId }, '1'), 'GOODS_NOT_INVOICED');
    await world.settle();
    const { rmaId } = await must(authorise({ orderId, shipmentId }, '1', world.as('warehouse')));
    await must(receiveBack(rmaId, 'RC1', '1'));
    await refusedWith(inspect(rmaId, 'IN1', { qty: '1', disposition: 'RESTOCK' }), 'SOD_VIOLATION');
  });

  test('is there once, however often the request and what follows from it are repeated', async () => {
    const of = await shipped();
    const context = world.as('channel');
    const [first, second] = [await must(authorise(of, '2', context)), await must(authorise(of, '2', context))];
    expect(second).toEqual(first);
    await world.settle();
    const events = await eventsOf(world, bu);
    expect(ofType(events, 'ShipmentReturnClaimed')).toHaveLength(1);
    expect(ofType(events, 'ReturnAuthorised')).toHaveLength(1);
  });

  test('names every line that is wrong', async () => {
    const of = await shipped();
    const { rmaId } = await must(authorise(of, '2'));
    const lines = [{ shipmentLineId: '99', qty: '1' }];
    const input = { rmaId, receiptId: 'RC1', receivedAt: '2027-11-23T14:30:00.000Z', lines, others: [] };
    const others = [{ item: 'NOTHING', qty: '1' }];
    expect(await world.app().recordReturnReceipt({ ...input, others }, world.as('warehouse'))).toMatchObject({
      kind: 'invalid',
      violations: [
        { pointer: '/receivedAt', code: 'DATE_TOO_FAR' },
        { pointer: '/lines/0/shipmentLineId', code: 'LINE_UNKNOWN' },
        { pointer: '/others/0/item', code: 'ITEM_UNKNOWN' },
      ],
    });
  });
});

test('a step that is killed after any of its commands is run again and moves the goods once', async () => {
  const of = await shipped();
  const { rmaId } = await must(authorise(of, '4'));
  await must(receiveBack(rmaId, 'RC1', '3'));
  await must(inspect(rmaId, 'IN1', { qty: '2', disposition: 'RESTOCK' }, { qty: '1', disposition: 'QUARANTINE' }));
  await must(inspect(rmaId, 'IN2', { qty: '1', disposition: 'SCRAP', from: 'QUARANTINE' }));
  await must(close(rmaId));
  const killed = new Set<string>();
  world.between.execute =
    (real): Execute =>
    async (decider, stream, command, context, options) => {
      const outcome = await real(decider, stream, command, context, options);
      if (killed.has(context.commandId)) return outcome;
      killed.add(context.commandId);
      throw new Killed(context.commandId);
    };
  await world.settle(60);
  delete world.between.execute;
  const events = await eventsOf(world, bu);
  expect(ofType(events, 'StockReturned').map(({ data }) => [data.status, data.qty])).toEqual([
    ['SELLABLE', '2'],
    ['QUARANTINE', '1'],
  ]);
  expect(ofType(events, 'StockScrapped')).toHaveLength(1);
  expect(ofType(events, 'ShipmentReturnFreed').map(({ data }) => data.lines)).toEqual([
    [{ shipmentLineId: '10', qty: '1' }],
  ]);
});
