import { describe, expect, test } from '@jest/globals';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { eventsOf, ofType } from './facts.ts';
import { confirm, kitLine, positions, readModels, stock, submit } from './kitOrders.ts';
import { bu, bucketsOf, world } from './newUnits.ts';
import { must } from './world.ts';

/** What was promised, and does not leave or comes back to the books. */
export const kitsThatStay = (): void => {
  describe('kits that do not leave', () => {
    test('for a component that was not found are sourced again, and the others are free', async () => {
      await stock('DC-EAST', '6', '3');
      const orderId = await submit({ lines: [kitLine('3')] });
      const shipmentId = await confirm(orderId, 'C1', { qty: '1' });
      const lines = [{ orderId, lineId: '10', item: 'GREASE-50', qty: '1', cause: 'NOT_FOUND' }];
      await must(world.app().reportShortage({ shipmentId, lines }, world.as('warehouse')));
      await world.settle();
      expect(await bucketsOf(orderId)).toMatchObject([{ shipped: 1n, allocated: 1n, backordered: 1n }]);
      expect(await positions('DC-EAST')).toMatchObject({
        rings: { onHand: 4n, allocated: 2n, reserved: 0n, backordered: 2n },
        grease: { sellable: 1n, allocated: 1n, backordered: 1n },
      });
    });

    test('are cancelled whole, as far as the warehouse stops all that they are made of', async () => {
      await stock('DC-EAST', '6', '3');
      const orderId = await submit({ lines: [kitLine('3')] });
      world.partners.behaviour.stops = (lines) =>
        lines.map((one) => (one.component === 'SEAL-RING' ? { ...one, qty: '3' } : one));
      const cancelled = { orderId, reason: 'NO_NEED', lines: [{ lineId: '10', qty: '2' }] };
      await must(world.app().cancelOrder(cancelled, world.as('channel')));
      await world.settle();
      world.partners.behaviour.stops = (lines) => lines;
      expect(await bucketsOf(orderId)).toMatchObject([{ cancelled: 1n, allocated: 2n }]);
      expect(await positions('DC-EAST')).toMatchObject({ rings: { allocated: 4n }, grease: { allocated: 2n } });
    });

    test('after a void are back on the books, also what was loose', async () => {
      await stock('DC-EAST', '4', '2');
      const orderId = await submit({ lines: [kitLine('2')] });
      const shipmentId = await confirm(orderId, 'C1', { item: 'SEAL-RING', qty: '3' }, { item: 'GREASE-50', qty: '1' });
      expect(await bucketsOf(orderId)).toMatchObject([{ shipped: 1n, allocated: 1n }]);
      const { invoiceId = '' } = ofType(await eventsOf(world, bu), 'InvoiceIssued')[0]?.data ?? {};
      await must(world.app().voidInvoice({ invoiceId, reason: 'NEVER_LEFT' }, world.as('finance')));
      await world.settle();
      await must(world.app().voidShipment({ shipmentId, reason: 'NEVER_LEFT' }, world.as('warehouse')));
      await world.settle();
      expect(await bucketsOf(orderId)).toMatchObject([{ shipped: 0n, invoiced: 0n, allocated: 2n }]);
      expect(await positions('DC-EAST')).toMatchObject({
        rings: { onHand: 4n, allocated: 4n },
        grease: { onHand: 2n, allocated: 2n },
      });
    });

    test('that were paid before are paid by the deposit, and the rest of it goes back', async () => {
      await stock('DC-EAST', '6', '3');
      const orderId = await submit({ lines: [kitLine('3')] });
      const receivedAt = '2026-11-23T14:00:00.000Z';
      const deposit = { orderId, amount: '9000', reference: `D-${bu}`, currency: 'USD', receivedAt };
      await must(world.app().recordDeposit(deposit, world.as('finance')));
      await world.settle();
      // A kit that is not whole is on no invoice.
      await confirm(orderId, 'C1', { item: 'SEAL-RING', qty: '6' });
      expect(ofType(await eventsOf(world, bu), 'DepositApplied')).toEqual([]);
      await confirm(orderId, 'C2', { item: 'GREASE-50', qty: '3' });
      const all = await eventsOf(world, bu);
      const total = BigInt(ofType(all, 'InvoiceIssued')[0]?.data.totals.total ?? '0');
      expect(ofType(all, 'DepositApplied').map(({ data }) => data.amount)).toEqual([total.toString()]);
      expect(ofType(all, 'DepositRefunded').map(({ data }) => data.amount)).toEqual([(9000n - total).toString()]);
      const ties = await tieOuts(await readModels(), { bu });
      expect(ties.map(({ pair, unexplained }) => [pair, unexplained])).toEqual(ties.map(({ pair }) => [pair, '0']));
      expect(ties.filter(({ pair }) => pair === 'AR' || pair === 'CUSTOMER_DEPOSIT')).toMatchObject([
        { subledger: '0', gl: '0' },
        { subledger: '0', gl: '0' },
      ]);
    });

    test('do not come back as kits, and are not set aside for a cart', async () => {
      await stock('DC-EAST', '4', '2');
      const orderId = await submit({ lines: [kitLine('2')] });
      const shipmentId = await confirm(orderId, 'C1', { qty: '2' });
      const back = [{ shipmentLineId: '10', qty: '1', reason: 'OTHER' as const }];
      expect(
        await world.app().authoriseReturn({ orderId, shipmentId, lines: back }, world.as('channel')),
      ).toMatchObject({
        kind: 'refused',
        refusal: { refused: 'KIT_NOT_RETURNABLE' },
      });
    });
  });
};
