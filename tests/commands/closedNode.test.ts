import { describe, expect, test } from '@jest/globals';
import { createExecutor } from '../../commands/handle.ts';
import { runStep } from '../../commands/steps/runStep.ts';
import { demoNodes } from '../../domain/masterData/demo.ts';
import { eventsOf, ofType, orderInput, receive, stockAt } from './facts.ts';
import { bu, bucketsOf, inNewUnits, releases, world } from './newUnits.ts';
import { type Execute, Killed, must } from './world.ts';

inNewUnits('CN');

const setActive = async (code: string, active: boolean) => {
  const node = demoNodes.find((known) => known.node === code);
  if (node === undefined) throw new Error(`no node ${code}`);
  await must(world.app().defineNode({ ...node, bu, active }, world.as('admin')));
};

const submit = async (changes: Parameters<typeof orderInput>[1] = {}) => {
  const input = orderInput(bu, { charges: [], ...changes });
  const { orderId } = await must(world.app().submitOrder(input, world.as('channel')));
  await world.settle();
  return orderId;
};

const arrive = async (node: string, qty: string, reference: string) => {
  await receive(world, bu, node, 'BRG-6204', qty, reference);
  await world.settle();
};

const at = (node: string) => stockAt(world, bu, node, 'BRG-6204');

describe('B-06: a closed node is never chosen', () => {
  test('what arrives there is not offered to a line that waits elsewhere', async () => {
    const orderId = await submit();
    await setActive('DC-WEST', false);
    await arrive('DC-WEST', '10', 'R1');
    expect(await bucketsOf(orderId)).toMatchObject([{ backordered: 10n, allocated: 0n }]);
    expect(await at('DC-WEST')).toMatchObject({ available: 10n, reserved: 0n, allocated: 0n });
  });

  test('a line that waited there when it closed waits elsewhere as soon as goods would come from there', async () => {
    const first = await submit();
    const second = await submit({ customerPo: 'PO-2' });
    await setActive('DC-EAST', false);
    await arrive('DC-EAST', '14', 'R1');
    expect(await releases()).toEqual([]);
    expect(await at('DC-EAST')).toMatchObject({ available: 14n, reserved: 0n, backordered: 0n });
    expect(await at('DC-WEST')).toMatchObject({ backordered: 20n });
    await arrive('DC-WEST', '12', 'R2');
    expect(await bucketsOf(first)).toMatchObject([{ allocated: 10n, backordered: 0n }]);
    expect(await bucketsOf(second)).toMatchObject([{ allocated: 2n, backordered: 8n }]);
    expect(new Set((await releases()).map(({ node }) => node))).toEqual(new Set(['DC-WEST']));
    expect(world.problems).toEqual([]);
  });

  test('the rest of a line that may not be split does not wait for it, and nothing goes round in circles', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '4', 'R1');
    const orderId = await submit({ allowSplit: false });
    await setActive('DC-EAST', false);
    await arrive('DC-WEST', '3', 'R2');
    const [{ shipmentId } = { shipmentId: '' }] = await releases();
    const lines = [{ orderId, lineId: '10', qty: '2', cause: 'NOT_FOUND' }];
    await must(world.app().reportShortage({ shipmentId, lines }, world.as('warehouse')));
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 5n, backordered: 5n, unsourced: 0n }]);
    await arrive('DC-WEST', '5', 'R3');
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 10n, backordered: 0n }]);
    expect(await at('DC-WEST')).toMatchObject({ allocated: 8n, available: 0n, backordered: 0n });
    expect(world.problems).toEqual([]);
  });

  test('a line is left where it waits while no other node could supply it either', async () => {
    const orderId = await submit();
    for (const { node } of demoNodes) await setActive(node, false);
    await arrive('DC-WEST', '10', 'R1');
    expect(await bucketsOf(orderId)).toMatchObject([{ backordered: 10n, unsourced: 0n }]);
    expect(await at('DC-EAST')).toMatchObject({ backordered: 10n });
  });
});

describe('B-06: what lies at a node that is opened again', () => {
  test('is offered to lines that wait elsewhere, in order of acceptance, without another fact there', async () => {
    await setActive('DC-WEST', false);
    await arrive('DC-WEST', '12', 'R1');
    const [first, second] = [await submit(), await submit({ customerPo: 'PO-2' })];
    expect(await bucketsOf(second)).toMatchObject([{ backordered: 10n }]);
    await setActive('DC-WEST', true);
    await world.settle();
    expect(await bucketsOf(first)).toMatchObject([{ allocated: 10n, backordered: 0n }]);
    expect(await bucketsOf(second)).toMatchObject([{ allocated: 2n, backordered: 8n }]);
    expect(await at('DC-EAST')).toMatchObject({ backordered: 8n });
    expect(world.problems).toEqual([]);
  });

  test('is offered to an order whose lines are taken together', async () => {
    await setActive('DC-WEST', false);
    await arrive('DC-WEST', '10', 'R1');
    const lines = [
      { lineId: '10', item: 'BRG-6204', qty: '10', uom: 'EA' },
      { lineId: '20', item: 'BELT-A42', qty: '1', uom: 'EA' },
    ];
    await receive(world, bu, 'DC-EAST', 'BELT-A42', '1', 'R2');
    const orderId = await submit({ lines, shipComplete: true });
    expect(await bucketsOf(orderId)).toMatchObject([{ backordered: 10n }, { backordered: 1n }]);
    await setActive('DC-WEST', true);
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 10n }, { allocated: 1n }]);
    expect(world.problems).toEqual([]);
  });

  test('is left alone while it stays open or closed, and by a node that is new', async () => {
    await setActive('DC-WEST', false);
    await arrive('DC-WEST', '10', 'R1');
    await submit();
    await setActive('3PL-SOUTH', true);
    await world.settle();
    expect(ofType(await eventsOf(world, bu), 'StockOffered')).toEqual([]);
    await setActive('DC-WEST', true);
    await world.settle();
    expect(ofType(await eventsOf(world, bu), 'StockOffered')).toMatchObject([
      { data: { node: 'DC-WEST', item: 'BRG-6204', cause: 'NODE_REOPENED' } },
    ]);
  });

  const items = ['BELT-A42', 'BRG-6204', 'BRG-6205'];

  /** An order that waits for three items, all of which lie at a node that is open again now. */
  const reopened = async () => {
    await setActive('DC-WEST', false);
    for (const item of items) await receive(world, bu, 'DC-WEST', item, '10', `R-${item}`);
    const orderId = await submit({
      lines: items.map((item, n) => ({ lineId: `${n + 1}0`, item, qty: '4', uom: 'EA' })),
    });
    await setActive('DC-WEST', true);
    return orderId;
  };

  const isOfferedOnce = async (orderId: string) => {
    await world.settle();
    const offered = ofType(await eventsOf(world, bu), 'StockOffered').map(({ data }) => data.item);
    expect(offered.sort()).toEqual(items);
    expect(await bucketsOf(orderId)).toMatchObject(
      items.map(() => ({ allocated: 4n, backordered: 0n, unsourced: 0n })),
    );
    for (const item of items) {
      expect(await stockAt(world, bu, 'DC-WEST', item)).toMatchObject({ allocated: 4n, available: 6n });
      expect(await stockAt(world, bu, 'DC-EAST', item)).toMatchObject({ backordered: 0n });
    }
  };

  test.each(items)('is offered once when the instance dies before and after that of %s', async (item) => {
    const orderId = await reopened();
    const left = new Set(['before', 'after']);
    world.between.execute =
      (real): Execute =>
      async (decider, stream, command, context, options) => {
        const isIt = (command as { readonly type?: string }).type === 'OfferStock' && stream.endsWith(item);
        if (isIt && left.delete('before')) throw new Killed('before it');
        const done = await real(decider, stream, command, context, options);
        if (isIt && left.delete('after')) throw new Killed('after it');
        return done;
      };
    await world.settle();
    delete world.between.execute;
    expect(left.size).toBe(0);
    await isOfferedOnce(orderId);
  });

  test('is offered once when two instances do it at once', async () => {
    const orderId = await reopened();
    await world.think();
    const steps = await world.outbox.take('both', 64, 60_000);
    expect(steps.map(({ step }) => step)).toEqual(['offerStock']);
    const { log: store, catalog, clock, partners } = world;
    const atOnce = [createExecutor(store), createExecutor(store)].flatMap((executor) =>
      steps.map((step) => runStep({ executor, store, catalog, clock, ...partners }, step)),
    );
    await Promise.all(atOnce);
    await world.outbox.done(steps.map(({ intentId }) => intentId));
    await isOfferedOnce(orderId);
    expect(world.problems).toEqual([]);
  });

  test('is not offered when it is closed again before that', async () => {
    const orderId = await reopened();
    await setActive('DC-WEST', false);
    await world.settle();
    expect(ofType(await eventsOf(world, bu), 'StockOffered')).toEqual([]);
    expect(await bucketsOf(orderId)).toMatchObject(items.map(() => ({ allocated: 0n, backordered: 4n })));
  });
});

describe('B-06: what no node could supply', () => {
  const closeAll = async () => {
    for (const { node } of demoNodes) await setActive(node, false);
  };

  test('is sourced again when a node opens, without a fact of stock', async () => {
    await arrive('DC-WEST', '14', 'R1');
    await closeAll();
    const [first, second] = [await submit(), await submit({ customerPo: 'PO-2' })];
    expect(await bucketsOf(first)).toMatchObject([{ unsourced: 10n, backordered: 0n }]);
    await setActive('DC-WEST', true);
    await world.settle();
    expect(await bucketsOf(first)).toMatchObject([{ allocated: 10n, unsourced: 0n }]);
    expect(await bucketsOf(second)).toMatchObject([{ allocated: 4n, backordered: 6n, unsourced: 0n }]);
    expect(ofType(await eventsOf(world, bu), 'SourcingReopened')).toHaveLength(2);
    // It waits in a queue now, like any other.
    await arrive('DC-WEST', '6', 'R2');
    expect(await bucketsOf(second)).toMatchObject([{ allocated: 10n, backordered: 0n }]);
    expect(world.problems).toEqual([]);
  });

  test('waits in a queue when the node that opens has nothing, or is new', async () => {
    await closeAll();
    const orderId = await submit();
    const [like] = demoNodes;
    if (like === undefined) throw new Error('no node');
    await must(world.app().defineNode({ ...like, bu, node: 'DC-NEW' }, world.as('admin')));
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ backordered: 10n, unsourced: 0n }]);
    await arrive('DC-NEW', '10', 'R1');
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 10n }]);
    expect(world.problems).toEqual([]);
  });

  test('goes back to waiting when the node closes again before that', async () => {
    await closeAll();
    const orderId = await submit();
    await setActive('DC-WEST', true);
    await setActive('DC-WEST', false);
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ unsourced: 10n, backordered: 0n }]);
    await setActive('DC-EAST', true);
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ backordered: 10n, unsourced: 0n }]);
  });

  test('is sourced again once when the instance dies, or two do it at once', async () => {
    await arrive('DC-WEST', '20', 'R1');
    await closeAll();
    const orders = [await submit(), await submit({ customerPo: 'PO-2' })];
    await setActive('DC-WEST', true);
    let deaths = 0;
    world.between.execute =
      (real): Execute =>
      async (decider, stream, command, context, options) => {
        const done = await real(decider, stream, command, context, options);
        if ((command as { readonly type?: string }).type !== 'ReopenSourcing') return done;
        deaths += 1;
        if (deaths <= 2) throw new Killed('after it');
        return done;
      };
    await world.think();
    const steps = await world.outbox.take('both', 64, 60_000);
    expect(steps.map(({ step }) => step)).toEqual(['offerStock', 'sourceAgain']);
    const { log: store, catalog, clock, partners } = world;
    const atOnce = [createExecutor(store), createExecutor(store)].flatMap((executor) =>
      steps.map((step) => runStep({ executor, store, catalog, clock, ...partners }, step)),
    );
    await Promise.all(atOnce);
    for (const step of steps) await world.outbox.retry(step, { class: 'Test', detail: 'again' }, 0);
    await world.settle();
    delete world.between.execute;
    expect(deaths).toBeGreaterThan(2);
    for (const orderId of orders)
      expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 10n, unsourced: 0n, backordered: 0n }]);
    expect(ofType(await eventsOf(world, bu), 'SourcingReopened')).toHaveLength(2);
    expect(await at('DC-WEST')).toMatchObject({ allocated: 20n, available: 0n });
  });

  test('is not asked for any more when it was cancelled meanwhile', async () => {
    await closeAll();
    const orderId = await submit();
    await must(world.app().cancelOrder({ orderId, reason: 'NO_NEED' }, world.as('channel')));
    await world.settle();
    await setActive('DC-WEST', true);
    await world.settle();
    expect(ofType(await eventsOf(world, bu), 'SourcingReopened')).toEqual([]);
    expect(world.problems).toEqual([]);
  });
});
