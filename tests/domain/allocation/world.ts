import { allocation } from '../../../domain/allocation/allocation.ts';
import type { AllocationCommand } from '../../../domain/allocation/commands.ts';
import { type AllocationState, linesInOrder, releasable } from '../../../domain/allocation/state.ts';
import { isRefusal } from '../../../domain/decider.ts';
import type { DomainEvent } from '../../../domain/events.ts';
import { bucketMoves } from '../../../domain/order/moves.ts';
import { emptyBuckets, type LineBuckets } from '../../../domain/order/quantities.ts';
import { valuesOf } from '../../../domain/stock/orderedMap.ts';
import { orderId, submitting } from '../order/samples.ts';
import { starting } from './samples.ts';

/** One random step: what happens, to which line or release, and how much. */
export type Move = { readonly op: number; readonly which: number; readonly qty: number; readonly late: boolean };

type Parcel = {
  readonly shipmentId: string;
  readonly releaseId: string;
  readonly lineId: string;
  planned: bigint;
  confirmed: bigint;
};

/**
 * An order line's whole surroundings in small: the allocation decider, shipments that know what they planned, and the
 * quantities as the read model moves them. Facts of a shipment may reach the allocation late, as they do in life.
 */
export const createWorld = (
  quantities: Readonly<Record<string, string>>,
  onEvent: (world: World, event: DomainEvent) => void,
  terms: Parameters<typeof starting>[1] = {},
) => {
  let state: AllocationState = allocation.initial;
  const buckets = new Map<string, LineBuckets>();
  const parcels: Parcel[] = [];
  const waiting: (() => void)[] = [];
  let count = 0;

  const apply = (event: DomainEvent): void => {
    for (const { lineId, apply: move } of bucketMoves(event))
      buckets.set(lineId, move(buckets.get(lineId) ?? emptyBuckets));
    onEvent(world, event);
  };

  const command = (wanted: AllocationCommand): readonly DomainEvent[] => {
    const outcome = allocation.decide(wanted, state);
    if (isRefusal(outcome)) throw new Error(`${wanted.type} refused: ${outcome.detail}`);
    for (const event of outcome) {
      state = allocation.evolve(state, event);
      apply(event);
    }
    return outcome;
  };

  const world = {
    buckets,
    parcels,
    state: () => state,
    settled: () => waiting.length === 0,
    nextId: (prefix: string) => {
      count += 1;
      return `${prefix}${count}`;
    },
    command,
    apply,
    lineIds: Object.keys(quantities),
    bucketsOf: (lineId: string) => buckets.get(lineId) ?? emptyBuckets,
    soon: (late: boolean, work: () => void) => {
      waiting.push(work);
      if (!late) world.settle();
    },
    /** What happened reaches the allocation in the order in which it happened. */
    settle: () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) next();
    },
    openReservations: () => releasable(state),
    releases: () => [...valuesOf(state.releases)],
    allocated: () => linesInOrder(state),
  };
  const submitted = submitting(quantities);
  apply({ type: 'OrderSubmitted', data: submitted });
  command(starting(quantities, terms));
  return world;
};

export type World = {
  readonly buckets: ReadonlyMap<string, LineBuckets>;
  readonly parcels: readonly Parcel[];
  readonly state: () => AllocationState;
  readonly settled: () => boolean;
  readonly nextId: (prefix: string) => string;
  readonly command: (wanted: AllocationCommand) => readonly DomainEvent[];
  readonly apply: (event: DomainEvent) => void;
  readonly lineIds: readonly string[];
  readonly bucketsOf: (lineId: string) => LineBuckets;
  readonly soon: (late: boolean, work: () => void) => void;
  readonly settle: () => void;
  readonly openReservations: () => ReturnType<typeof releasable>;
  readonly allocated: () => ReturnType<typeof linesInOrder>;
};

export const shipmentHeader = (parcel: Parcel) => ({
  shipmentId: parcel.shipmentId,
  orderId,
  bu: 'ACME',
  node: 'DC-EAST',
});

export const planned = (world: ReturnType<typeof createWorld>, events: readonly DomainEvent[]): void => {
  for (const event of events) {
    if (event.type !== 'AllocationReleased') continue;
    const { releaseId, shipmentId, lines } = event.data;
    for (const { lineId, qty } of lines) {
      const known = world.parcels.find((parcel) => parcel.releaseId === releaseId && parcel.lineId === lineId);
      if (known === undefined)
        world.parcels.push({ shipmentId, releaseId, lineId, planned: BigInt(qty), confirmed: 0n });
      else known.planned += BigInt(qty);
    }
  }
};
