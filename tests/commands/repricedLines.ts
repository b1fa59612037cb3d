import { expect, test } from '@jest/globals';
import type { CommandContext } from '../../commands/ports.ts';
import { addLines, bill, setQty } from './changedOrders.ts';
import { eventsOf, line, ofType, orderAt, receive } from './facts.ts';
import { bu, releases, submit, world } from './newUnits.ts';
import { must } from './world.ts';

/** Prices of what is added, and those that a person gives. */
export const repricedLines = (): void => {
  test('S-18 more of a line keeps its price, so it is another line once the list has changed', async () => {
    const { orderId } = await submit();
    await world.settle();
    const list = ofType(await eventsOf(world, bu), 'PriceListDefined').at(-1)?.data;
    const { version: _version, ...known } = list ?? ({} as never);
    const prices = known.prices.map((each) => (each.item === 'BRG-6204' ? { ...each, unitPrice: '13.00' } : each));
    await must(world.app().definePriceList({ ...known, prices }, world.as('admin')));
    await world.catalog.ready();
    expect(await setQty(orderId, '12')).toMatchObject({ refusal: { refused: 'PRICE_MISMATCH' } });
    await must(setQty(orderId, '9'));
    await must(addLines(orderId, [line('20', 'BRG-6204', '3')]));
    await world.settle();
    const added = ofType(await eventsOf(world, bu), 'OrderLineAdded');
    expect(added.map(({ data }) => data.priced.unitPrice)).toEqual(['13.00']);
  });

  test('S-12 a price more than a tenth off is asked of a second person, and then accepted and billed', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
    const lines = [{ ...line('10', 'BRG-6204', '10'), requestedPrice: '10.00' }];
    const { orderId } = await submit({ lines });
    expect(await orderAt(world, bu, orderId)).toMatchObject({ holds: ['PRICE'] });
    const user = (id: string, role: 'channel' | 'finance') =>
      world.as(role, { actor: { kind: 'USER', id, roles: [role] } } as Partial<CommandContext>);
    const reprice = () =>
      world
        .app()
        .repriceLine(
          { orderId, lineId: '10', unitPrice: '10.00', reason: 'agreed by telephone' },
          user('kim', 'channel'),
        );
    const asked = await reprice();
    if (asked.kind !== 'refused') throw new Error('it was carried out');
    expect(asked.refusal).toMatchObject({ refused: 'APPROVAL_REQUIRED', data: { requestedBy: 'kim' } });
    const { approvalId, payloadSha256 } = asked.refusal.data as { approvalId: string; payloadSha256: string };
    const decision = { approvalId, payloadSha256, decision: 'GRANT' as const, reason: 'a good customer' };
    // O-32: to somebody of another business unit there is no such approval.
    expect(await world.app().decideApproval({ ...decision, bus: ['ELSEWHERE'] }, user('lee', 'finance'))).toMatchObject(
      {
        refusal: { refused: 'NOT_FOUND' },
      },
    );
    expect(await world.app().decideApproval(decision, user('kim', 'finance'))).toMatchObject({
      refusal: { refused: 'SOD_VIOLATION' },
    });
    await must(world.app().decideApproval(decision, user('lee', 'finance')));
    await must(reprice());
    const [hold] = ofType(await eventsOf(world, bu), 'OrderHeld');
    const release = { orderId, holdId: hold?.data.holdId ?? '', reason: 'PRICE_AGREED' };
    await must(world.app().releaseHold(release, world.as('finance')));
    await world.settle();
    const [{ shipmentId = '' } = {}] = await releases();
    await bill(shipmentId, orderId, 'C1', [{ lineId: '10', qty: '10' }]);
    const [invoice] = ofType(await eventsOf(world, bu), 'InvoiceIssued');
    expect(invoice?.data.totals).toMatchObject({ gross: '10000', discount: '0' });
    expect(await reprice()).toMatchObject({ refusal: { refused: 'ORDER_NOT_OPEN' } });
    expect(world.problems).toEqual([]);
  });
};
