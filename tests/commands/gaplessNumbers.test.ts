import { beforeEach, describe, expect, test } from '@jest/globals';
import { confirm, eventsOf, ofType, orderAt, orderInput, receive } from './facts.ts';
import { bu, inNewUnits, world } from './newUnits.ts';
import { type Execute, Killed, must } from './world.ts';

inNewUnits('GN');

beforeEach(() => {
  delete world.between.execute;
});

const events = async <T extends Parameters<typeof ofType>[1]>(type: T) => ofType(await eventsOf(world, bu), type);

const confirmed = async () => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
  const { orderId } = await must(world.app().submitOrder(orderInput(bu), world.as('channel')));
  await world.settle();
  const shipmentId = (await events('AllocationReleased'))[0]?.data.shipmentId ?? '';
  await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '10' }]));
  return { orderId, shipmentId };
};

const voidShipment = (shipmentId: string) =>
  must(world.app().voidShipment({ shipmentId, reason: 'WRONG_ADDRESS' }, world.as('warehouse')));

type Moment = { readonly before?: () => Promise<unknown>; readonly after?: () => Promise<unknown> };

/** Does something around a step's first command of this type. */
const around = (type: string, { before, after }: Moment): void => {
  let isDone = false;
  world.between.execute =
    (real): Execute =>
    async (decider, stream, command, context, options) => {
      const isIt = !isDone && (command as { readonly type?: string }).type === type;
      if (isIt) {
        isDone = true;
        await before?.();
      }
      const executed = await real(decider, stream, command, context, options);
      if (isIt) await after?.();
      return executed;
    };
};

/** The steps of a worker that stands still are taken by another one, which does everything that is due. */
const takeOver = async (): Promise<void> => {
  await world.pool.query('update ops.outbox set lease_until = clock_timestamp() where done_at is null');
  world.restart();
  await world.settle();
};

/** What came back left again; every number ever given is that of an issued invoice, and one invoice stands. */
const expectNoGap = async (orderId: string): Promise<void> => {
  await world.settle();
  const again = (await events('AllocationReleased'))[1]?.data.shipmentId ?? '';
  await must(confirm(world, again, orderId, 'C2', [{ lineId: '10', qty: '10' }]));
  await world.settle();
  const given = (await events('NumberAssigned')).map(({ data }) => [data.documentId, data.number]);
  const issued = (await events('InvoiceIssued')).map(({ data }) => [data.invoiceId, data.number]);
  expect([...issued].sort()).toEqual([...given].sort());
  const voided = new Set((await events('InvoiceVoided')).map(({ data }) => data.invoiceId));
  expect(issued.filter(([invoiceId]) => !voided.has(invoiceId ?? ''))).toHaveLength(1);
  expect(await orderAt(world, bu, orderId)).toMatchObject({
    closed: true,
    lines: [{ buckets: { shipped: 10n, invoiced: 10n } }],
  });
};

describe('a number that was given is a document’s, whatever becomes of the document', () => {
  test('when the worker is killed between number and issue, and the shipment is voided before the step runs again', async () => {
    const { orderId, shipmentId } = await confirmed();
    const after = async (): Promise<never> => {
      await voidShipment(shipmentId);
      throw new Killed('between number and issue');
    };
    around('AssignNumber', { after });
    await world.settle();
    await expectNoGap(orderId);
  });

  test('when the worker stands still before the number, and another one withdraws the draft meanwhile', async () => {
    const { orderId, shipmentId } = await confirmed();
    const before = async (): Promise<void> => {
      await voidShipment(shipmentId);
      await takeOver();
    };
    around('AssignNumber', { before });
    await world.settle();
    expect(await events('InvoiceWithdrawn')).toHaveLength(1);
    await expectNoGap(orderId);
  });

  test('when the worker stands still between number and issue, and another one takes its steps over', async () => {
    const { orderId, shipmentId } = await confirmed();
    const after = async (): Promise<void> => {
      await voidShipment(shipmentId);
      await takeOver();
    };
    around('AssignNumber', { after });
    await world.settle();
    await expectNoGap(orderId);
  });

  test('when the number is given in the moment in which another worker withdraws the draft', async () => {
    const { orderId, shipmentId } = await confirmed();
    const [reached, given] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let isHeld = false;
    world.between.execute =
      (real): Execute =>
      async (decider, stream, command, context, options) => {
        const { type } = command as { readonly type?: string };
        if (type === 'AssignNumber' && !isHeld) {
          isHeld = true;
          await voidShipment(shipmentId);
          const other = takeOver();
          await reached.promise;
          const executed = await real(decider, stream, command, context, options);
          given.resolve();
          await other;
          return executed;
        }
        if (type === 'WithholdNumber') {
          reached.resolve();
          await given.promise;
        }
        return real(decider, stream, command, context, options);
      };
    await world.settle();
    await expectNoGap(orderId);
  });
});
