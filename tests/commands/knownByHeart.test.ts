import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { findEvent } from '../../commands/deciding/readStream.ts';
import { createRecentEvents } from '../../commands/deciding/recentEvents.ts';
import type { Position, Recorded, StreamName } from '../../domain/eventLog.ts';
import { streamName } from '../../domain/eventLog.ts';
import { confirm, eventsOf, line, ofType, orderAt, orderInput, receive } from './facts.ts';
import { createWorld, must, type World } from './world.ts';

describe('an order from its capture to its invoice', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  const order = async (bu: string): Promise<string> => {
    const input = orderInput(bu, { lines: [line('10', 'BRG-6204', '3')] });
    const { orderId } = await must(world.app().submitOrder(input, world.as('channel')));
    await world.settle();
    return orderId;
  };

  const ship = async (bu: string, orderId: string): Promise<void> => {
    const released = ofType(await eventsOf(world, bu), 'AllocationReleased').find(
      ({ data }) => data.orderId === orderId,
    );
    const shipmentId = released?.data.shipmentId ?? '';
    await must(confirm(world, shipmentId, orderId, `C-${shipmentId}`, [{ lineId: '10', qty: '3' }]));
    await world.settle();
  };

  test('is worked off without a read of any stream by the process that followed it from the beginning', async () => {
    const bu = 'HEART';
    await world.newBusinessUnit(bu);
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '100', 'R1');
    // Streams that outlive an order are read once: stock, credit, numbers of invoices, the customer's process.
    await ship(bu, await order(bu));
    const query = jest.spyOn(world.pool, 'query');
    const streamsRead = (): readonly string[] =>
      query.mock.calls.flatMap(([asked]) => {
        const { name, values } = asked as unknown as { readonly name?: string; readonly values?: readonly unknown[] };
        return name === 'streams' ? (values?.[0] as readonly string[]) : [];
      });
    const input = orderInput(bu, { customerPo: 'PO-2', lines: [line('10', 'BRG-6204', '3')] });
    const { orderId } = await must(world.app().submitOrder(input, world.as('channel')));
    await world.settle();
    expect(streamsRead().filter((stream) => stream.includes(orderId))).toEqual([]);
    query.mockRestore();
    await ship(bu, orderId);
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'COMPLETED', closed: true });
    expect(world.problems).toEqual([]);
  });

  test('is worked off all the same by one that knows nothing of it, whatever it believed to be new', async () => {
    const bu = 'NEWS';
    await world.newBusinessUnit(bu);
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '100', 'R1');
    const orderId = await order(bu);
    const before = (await eventsOf(world, bu)).length;
    // History is read again by an instance that begins with empty hands: each answer meets the one that is there.
    await world.pool.query(`update ops.checkpoint set position = 'start'`);
    world.restart();
    await world.settle();
    expect(await eventsOf(world, bu)).toHaveLength(before);
    world.restart();
    await ship(bu, orderId);
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'COMPLETED', closed: true });
    expect(world.problems).toEqual([]);
  });
});

describe('what is known by heart', () => {
  const event = (stream: StreamName, revision: number, position: Position, type = 'Happened'): Recorded => ({
    ...{ stream, revision, position, type, data: { revision }, eventId: `${stream}@${revision}`, recordedAt: position },
    metadata: {} as Recorded['metadata'],
  });
  const [a, b] = [streamName('order', 'ACME', 'A'), streamName('order', 'ACME', 'B')];
  const at = (n: number): Position => String(n).padStart(20, '0') as Position;
  const page = (after: number | 'start', events: readonly Recorded[], through: number) => ({
    ...{ after: after === 'start' ? after : at(after), events },
    through: at(through),
  });

  test('is a stream from its first event on, and nothing of one that was met in the middle', () => {
    const { observe, recent } = createRecentEvents();
    observe(page('start', [event(a, 0, at(1)), event(b, 7, at(2)), event(a, 1, at(3))], 3));
    expect(recent(a)?.map(({ revision }) => revision)).toEqual([0, 1]);
    expect(recent(b)).toBeUndefined();
  });

  test('is forgotten when the tail of the log begins anew, or when there is too much of it, oldest streams first', () => {
    const { observe, recent } = createRecentEvents({ eventsMax: 3 });
    observe(page('start', [event(a, 0, at(1)), event(a, 1, at(2)), event(b, 0, at(3))], 3));
    expect([recent(a)?.length, recent(b)?.length]).toEqual([2, 1]);
    observe(page(3, [event(b, 1, at(4))], 4));
    expect([recent(a)?.length, recent(b)?.length]).toEqual([undefined, 2]);
    observe(page(9, [event(b, 3, at(10))], 10));
    expect(recent(b)).toBeUndefined();
  });

  test('is as much as memory was given for it, however few events that is', () => {
    const heavy = (stream: StreamName, revision: number, n: number): Recorded => ({
      ...event(stream, revision, at(n)),
      data: { lines: Array.from({ length: 20 }, (_, line) => ({ line, note: 'x'.repeat(40) })) },
    });
    const { observe, recent } = createRecentEvents({ bytesMax: 7_000 });
    observe(page('start', [heavy(a, 0, 1), event(b, 0, at(2)), event(b, 1, at(3))], 3));
    observe(page(3, [heavy(b, 2, 4)], 4));
    expect([recent(a)?.length, recent(b)?.length]).toEqual([1, 3]);
    observe(page(4, [heavy(b, 3, 5)], 5));
    expect([recent(a)?.length, recent(b)?.length]).toEqual([undefined, 4]);
    // What was let go of counts no longer: small events find room again.
    const c = streamName('order', 'ACME', 'C');
    observe(page(5, [event(c, 0, at(6))], 6));
    expect([recent(b)?.length, recent(c)?.length]).toEqual([4, 1]);
    observe(page(6, [heavy(c, 1, 7), heavy(c, 2, 8)], 8));
    expect([recent(b)?.length, recent(c)?.length]).toEqual([undefined, 3]);
  });

  test('does not keep an event from being found in the log', async () => {
    const { observe, recent } = createRecentEvents();
    observe(page('start', [event(a, 0, at(1), 'OrderSubmitted')], 1));
    const asked: StreamName[] = [];
    const read = async function* (stream: StreamName) {
      asked.push(stream);
      yield { ...event(a, 1, at(2), 'OrderAccepted'), metadata: { schemaVersion: 1 } as Recorded['metadata'] };
    };
    expect((await findEvent({ read, recent }, a, 'OrderAccepted'))?.revision).toBe(1);
    expect(asked).toEqual([a]);
  });
});
