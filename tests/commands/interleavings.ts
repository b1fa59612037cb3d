import { makeApplication } from '../../commands/calls/makeApplication.ts';
import type { CommandContext } from '../../commands/ports.ts';
import { streamName } from '../../domain/eventLog.ts';
import type { EventType } from '../../domain/events.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import { openOf } from '../../domain/shipment/state.ts';
import { eventsOf, ofType, orderInput, receive } from './facts.ts';
import { type Execute, must, type World } from './world.ts';

/**
 * What people do while the processes work at an order of 10 that has been confirmed: each at the moment before the n-th
 * command of the processes for this order. The void is decided at one moment and written at another, as when another
 * instance decides it.
 */
export type Plan = {
  /** How much of the 10 the first confirmation says; a second one says the rest. */
  readonly first: number;
  readonly restAt: number;
  /** Undefined: the shipment is not voided. */
  readonly voidAt?: { readonly decided: number; readonly written: number } | undefined;
  readonly cancel?: { readonly at: number; readonly qty: number } | undefined;
};

type Moment = { readonly at: number; readonly act: () => Promise<unknown> };

type Flow = { readonly plan: Plan; readonly orderId: string; moments: readonly Moment[]; commands: number };

const deferred = () => {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
};

export const createInterleavings = (world: World, bu: string) => {
  const flows = new Map<string, Flow>();
  const as = (role: string, correlationId: string): CommandContext => world.as(role, { correlationId });
  const events = async <T extends EventType>(type: T) => ofType(await eventsOf(world, bu), type);

  const confirm = (flow: Flow, key: string, shipmentId: string, confirmationId: string, qty: number) =>
    must(
      world.app().confirmShipment(
        {
          ...{ shipmentId, confirmationId: `${key}-${confirmationId}`, shippedAt: '2026-11-23T14:00:00.000Z' },
          tracking: [],
          lines: [{ lineId: '10', orderId: flow.orderId, qty: String(qty), uom: 'EA', lots: [], serials: [] }],
        },
        as('warehouse', key),
      ),
    );

  /** A void in two halves: `decide` ends when it is about to write, or was refused. */
  const voidInHalves = (key: string, shipmentId: string) => {
    const [reached, mayWrite] = [deferred(), deferred()];
    const { catalog, claims, clock, log: store } = world;
    const real = world.executor();
    const execute: Execute = async (...args) => {
      reached.resolve();
      await mayWrite.promise;
      return real.execute(...args);
    };
    const executor = { execute, load: real.load };
    const sealableJournals = async () => world.sealed.next;
    const app = makeApplication({
      executor,
      store,
      catalog,
      claims,
      clock,
      sealableJournals,
      closeChecklist: () => Promise.reject(new Error('none here')),
    });
    let outcome: Promise<unknown> = Promise.resolve();
    const decide = async (): Promise<void> => {
      outcome = app.voidShipment({ shipmentId, reason: 'WRONG_ADDRESS' }, as('warehouse', key));
      await Promise.race([reached.promise, outcome]);
    };
    const write = async (): Promise<void> => {
      mayWrite.resolve();
      await outcome;
    };
    return { decide, write };
  };

  const momentsOf = (flow: Flow, key: string, shipmentId: string): readonly Moment[] => {
    const { plan, orderId } = flow;
    const moments: Moment[] = [];
    if (plan.first < 10) {
      // A shipment that is voided meanwhile takes no more, and the warehouse ships nothing more of it.
      const rest = () => confirm(flow, key, shipmentId, 'C2', 10 - plan.first).catch(() => {});
      moments.push({ at: plan.restAt, act: rest });
    }
    if (plan.cancel !== undefined) {
      const lines = [{ lineId: '10', qty: String(plan.cancel.qty) }];
      const cancel = () => world.app().cancelOrder({ orderId, reason: 'NO_NEED', lines }, as('channel', key));
      moments.push({ at: plan.cancel.at, act: cancel });
    }
    if (plan.voidAt !== undefined) {
      const { decide, write } = voidInHalves(key, shipmentId);
      moments.push({ at: plan.voidAt.decided, act: decide }, { at: plan.voidAt.written, act: write });
    }
    return moments.sort((a, b) => a.at - b.at);
  };

  /** Does what is due before the command that is the `commands`-th. */
  const actOn = async (flow: Flow): Promise<void> => {
    for (let next = flow.moments[0]; next !== undefined && next.at <= flow.commands; next = flow.moments[0]) {
      flow.moments = flow.moments.slice(1);
      await next.act();
    }
  };

  const interleave =
    (real: Execute): Execute =>
    async (decider, stream, command, context, options) => {
      const flow = flows.get(context.correlationId);
      if (flow !== undefined) {
        flow.commands += 1;
        await actOn(flow);
      }
      return real(decider, stream, command, context, options);
    };

  const start = async (plans: readonly Plan[]): Promise<void> => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', String(plans.length * 10), `R${flows.size}`);
    for (const plan of plans) {
      const key = `${bu}-${flows.size}`;
      const { orderId } = await must(world.app().submitOrder(orderInput(bu, { customerPo: key }), as('channel', key)));
      flows.set(key, { plan, orderId, moments: [], commands: 0 });
    }
    await world.settle();
  };

  /** What came back, or was never confirmed, leaves now. */
  const shipOpen = async (round: number): Promise<boolean> => {
    const byOrder = new Map([...flows].map(([key, flow]) => [flow.orderId, { key, flow }]));
    let hasShipped = false;
    for (const { data } of await events('ShipmentPlanned')) {
      const { state } = await world.executor().load(shipmentDecider, streamName('shipment', bu, data.shipmentId));
      const open = state.lines.reduce((sum, line) => sum + openOf(line), 0n);
      const found = byOrder.get(data.orderId);
      if (state.voided || open === 0n || found === undefined) continue;
      await confirm(found.flow, found.key, data.shipmentId, `${data.shipmentId}-${round}`, Number(open));
      hasShipped = true;
    }
    await world.settle();
    return hasShipped;
  };

  /** Plays all plans to their end, in orders of their own. */
  const play = async (plans: readonly Plan[]) => {
    const before = new Set(flows.keys());
    await start(plans);
    const shipments = new Map((await events('ShipmentPlanned')).map(({ data }) => [data.orderId, data.shipmentId]));
    for (const [key, flow] of flows) {
      if (before.has(key)) continue;
      const shipmentId = shipments.get(flow.orderId) ?? '';
      await confirm(flow, key, shipmentId, 'C1', flow.plan.first);
      flow.moments = momentsOf(flow, key, shipmentId);
    }
    world.between.execute = interleave;
    await world.settle();
    delete world.between.execute;
    for (const flow of flows.values()) {
      flow.commands = Number.MAX_SAFE_INTEGER;
      await actOn(flow);
    }
    await world.settle();
    for (let round = 1; await shipOpen(round); round += 1);
    return [...flows].filter(([key]) => !before.has(key)).map(([, flow]) => flow);
  };

  return { play, events };
};
