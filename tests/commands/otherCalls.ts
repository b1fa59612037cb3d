import { describe, expect, test } from '@jest/globals';
import { demoItems } from '../../domain/masterData/demo.ts';
import { orderInput, receive, stockAt } from './facts.ts';
import { bu, world } from './newUnits.ts';
import { must } from './world.ts';

/** What is asked of the application beside orders. */
export const otherCalls = (): void => {
  describe('a stock movement', () => {
    test('has one effect per reference: repeated it is answered the same, with other content refused', async () => {
      const first = await receive(world, bu, 'DC-EAST', 'BRG-6204', '7', 'DN-1');
      world.restart();
      const again = await receive(world, bu, 'DC-EAST', 'BRG-6204', '7', 'DN-1');
      expect(again).toEqual(first);
      expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ onHand: 7n });
      const other = {
        bu,
        node: 'DC-EAST',
        item: 'BRG-6204',
        kind: 'RECEIPT',
        qty: '8',
        uom: 'EA',
        reference: 'DN-1',
      } as const;
      expect(await world.app().recordStockMovement(other, world.as('warehouse'))).toMatchObject({
        refusal: { refused: 'BUSINESS_KEY_REUSED' },
      });
    });

    test('in boxes is recorded in base units; what is not a whole number of them, or has no unit, is invalid', async () => {
      const box = {
        bu,
        node: 'DC-EAST',
        item: 'BRG-6204',
        kind: 'RECEIPT',
        qty: '2',
        uom: 'BX',
        reference: 'DN-2',
      } as const;
      expect(await must(world.app().recordStockMovement(box, world.as('warehouse')))).toEqual({ qty: '24' });
      const wrong = { ...box, node: 'NOWHERE', item: 'NOTHING', unitCost: '1.1234567', reference: 'DN-3' } as const;
      const outcome = await world.app().recordStockMovement(wrong, world.as('warehouse'));
      expect(outcome).toMatchObject({ kind: 'invalid' });
      expect(outcome.kind === 'invalid' && outcome.violations.map(({ code }) => code).sort()).toEqual([
        'ITEM_UNKNOWN',
        'NODE_UNKNOWN',
        'NUMERIC_FORMAT',
      ]);
    });
  });

  describe('master data', () => {
    test('is there for the very next command, versioned, and the same content again is no new version', async () => {
      const item = { ...(demoItems[0] as (typeof demoItems)[number]), bu, description: 'Better bearing' };
      expect(await must(world.app().defineItem(item, world.as('admin')))).toEqual({ version: 2 });
      expect(await must(world.app().defineItem(item, world.as('admin')))).toEqual({ version: 2 });
      const price = {
        bu,
        priceListId: 'LIST-USD',
        currency: 'USD',
        prices: [{ item: 'BRG-6204', unitPrice: '20.00' }],
      };
      await must(world.app().definePriceList(price, world.as('admin')));
      expect(await must(world.app().submitOrder(orderInput(bu), world.as('channel')))).toMatchObject({
        totals: { gross: '20000' },
      });
    });

    test('that is wrong in itself and in its references is answered with all violations', async () => {
      const item = { ...(demoItems[0] as (typeof demoItems)[number]), bu: 'NO-SUCH-BU', item: 'bad id!' };
      const outcome = await world.app().defineItem(item, world.as('admin'));
      expect(outcome.kind === 'invalid' && outcome.violations.map(({ pointer }) => pointer).sort()).toEqual([
        '/bu',
        '/item',
      ]);
    });

    test('with an old If-Match is refused with the present revision', async () => {
      const item = { ...(demoItems[0] as (typeof demoItems)[number]), bu, description: 'Other', ifMatch: 7 };
      expect(await world.app().defineItem(item, world.as('admin'))).toMatchObject({
        refusal: { refused: 'REVISION_MISMATCH', data: { currentRevision: 0 } },
      });
    });
  });

  describe('what nobody has', () => {
    test('is NOT_FOUND, also for texts that could not be an id', async () => {
      const { app, as } = world;
      for (const id of ['01J00000000000000000000000', 'a.b', '../../etc', 'x'.repeat(300), '']) {
        const calls = [
          app().cancelOrder({ orderId: id, reason: 'X' }, as('channel')),
          app().releaseHold({ orderId: id, holdId: 'H', reason: 'X' }, as('sales')),
          app().voidShipment({ shipmentId: id, reason: 'X' }, as('warehouse')),
          app().voidInvoice({ invoiceId: id, reason: 'X' }, as('finance')),
          app().recordPick({ shipmentId: id, pickId: 'P', lines: [] }, as('warehouse')),
        ];
        for (const outcome of await Promise.all(calls))
          expect(outcome).toMatchObject({ refusal: { refused: 'NOT_FOUND' } });
      }
    });
  });

  describe('sealing a batch', () => {
    const journal = (journalId: string) => ({
      journalId,
      accountingDate: '2026-11-23',
      templateId: 'T03',
      documentRef: 'INV-1',
      orderId: null,
      invoiceId: null,
      currency: 'USD',
      lines: [
        { lineNo: 1, account: '1100', debit: '100', credit: '0' },
        { lineNo: 2, account: '4000', debit: '0', credit: '100' },
      ],
    });
    const seal = (context = world.as('finance')) =>
      world.app().sealGlBatch({ bu, ledger: 'PRIMARY', period: '202611' }, context);

    test('puts a journal into one batch even when two people read the same list', async () => {
      world.sealed.next = { journals: [journal('J1')], sequence: 1, throughPosition: '1' };
      const first = await must(seal());
      world.sealed.next = { journals: [journal('J1'), journal('J2')], sequence: 1, throughPosition: '2' };
      expect(first).toMatchObject({ batchId: 'PRIMARY-202611-0001', state: 'SEALED', journalCount: 1 });
      expect(await seal()).toMatchObject({ refusal: { refused: 'BATCH_SEALED' } });
    });

    test('repeated under the same command after its answer was lost names the batch it sealed', async () => {
      const context = world.as('finance');
      world.sealed.next = { journals: [journal('J1')], sequence: 1, throughPosition: '1' };
      const first = await must(seal(context));
      world.sealed.next = { journals: [], sequence: 2, throughPosition: '2' };
      expect(await must(seal(context))).toEqual(first);
      expect(await seal()).toMatchObject({ refusal: { refused: 'BATCH_EMPTY' } });
    });
  });
};
