import { atpBuckets, withWholeDemands } from '../domain/availability/atp.ts';
import { type LinePromise, type NodeAvailability, promiseLines } from '../domain/availability/promise.ts';
import { todayAt } from '../domain/availability/shipping.ts';
import type { NodeDefined } from '../domain/masterData/events.ts';
import { qty, toBase } from '../domain/quantity.ts';
import type { AvailabilityInput, AvailabilityNode, AvailabilitySite } from '../projections/inventory/availability.ts';
import type { ProblemError } from './problem.ts';

export type AskedLine = {
  readonly item: string;
  readonly qty: string;
  readonly uom: string;
  readonly requestedDate?: string | undefined;
};

const definitionOf = (bu: string, node: AvailabilitySite): NodeDefined['data'] => ({
  bu,
  version: 0,
  node: node.node,
  name: node.node,
  kind: node.kind,
  priority: node.priority,
  region: node.region,
  timeZone: node.timeZone,
  cutOff: node.cutOff,
  workingDays: node.workingDays,
  handlingDays: node.handlingDays,
  transitDays: node.transitDays,
  inboundDays: node.inboundDays,
  active: true,
});

const availabilityOf = (item: string, node: AvailabilityNode, at: string): NodeAvailability => {
  // Who takes all or nothing is no demand of a certain day.
  const wholeOn = (date: string): bigint =>
    node.whole.reduce((sum, line) => (line.date === date ? sum + qty(line.qty) : sum), 0n);
  const demands = node.days.map((day) => ({ qty: qty(day.demand) - wholeOn(day.date), needDate: day.date }));
  const safetyStock = qty(node.safetyStock);
  const buckets = atpBuckets({
    today: todayAt(node, at),
    sellable: qty(node.sellable),
    allocated: qty(node.allocated),
    supplies: node.days.map((day) => ({ qty: qty(day.supply), availableDate: day.date })),
    softReservations: demands,
    // The read model keeps one sum of demand per day: reservations and backorders weigh the same in PAB.
    backorders: [],
    safetyStock,
  });
  const whole = node.whole.map((line) => qty(line.qty));
  return {
    item,
    node: node.node,
    available: qty(node.available),
    stale: node.stale,
    safetyStock,
    buckets: withWholeDemands(buckets, safetyStock, whole),
  };
};

const isBare = (node: AvailabilityNode): boolean =>
  node.days.length === 0 &&
  node.whole.length === 0 &&
  [node.sellable, node.allocated, node.safetyStock, node.available].every((figure) => figure === '0');

/** What each item has at each node. Most items are at a few of the nodes only, and where nothing is, all of them look alike. */
const availabilityOfAll = (inputs: readonly AvailabilityInput[], at: string): readonly NodeAvailability[] => {
  const bare = new Map<string, NodeAvailability>();
  return inputs.flatMap(({ item, nodes }) =>
    nodes.map((node) => {
      if (!isBare(node)) return availabilityOf(item, node, at);
      const key = `${node.node} ${node.stale}`;
      const known = bare.get(key) ?? availabilityOf(item, node, at);
      bare.set(key, known);
      return { ...known, item };
    }),
  );
};

const lineErrors = (line: AskedLine, index: number, known: AvailabilityInput | undefined): readonly ProblemError[] => {
  if (known === undefined || !known.known)
    return [{ pointer: `/lines/${index}/item`, code: 'ITEM_UNKNOWN', detail: `There is no item ${line.item}.` }];
  const base = toBase(qty(line.qty), line.uom, known.baseUom, known.conversions);
  return 'code' in base ? [{ pointer: `/lines/${index}/uom`, code: base.code, detail: base.detail }] : [];
};

const baseQty = (line: AskedLine, known: AvailabilityInput): bigint => {
  const base = toBase(qty(line.qty), line.uom, known.baseUom, known.conversions);
  if ('code' in base) throw new RangeError(`not converted: ${base.detail}`);
  return base.base;
};

/** Answers an availability check from the read model, or says which lines cannot be understood. */
export const checkLines = (
  request: { readonly bu: string; readonly at: string; readonly lines: readonly AskedLine[] },
  inputs: readonly AvailabilityInput[],
): { readonly promises: readonly LinePromise[] } | { readonly errors: readonly ProblemError[] } => {
  const byItem = new Map(inputs.map((input) => [input.item, input]));
  const errors = request.lines.flatMap((line, index) => lineErrors(line, index, byItem.get(line.item)));
  if (errors.length > 0) return { errors };
  const nodes = new Map(inputs.flatMap((input) => input.nodes.map((node) => [node.node, node])));
  const lines = request.lines.flatMap((line) => {
    const known = byItem.get(line.item);
    if (known === undefined) return [];
    const wanted = { item: line.item, qty: baseQty(line, known) };
    return [line.requestedDate === undefined ? wanted : { ...wanted, requestedDate: line.requestedDate }];
  });
  return {
    promises: promiseLines({
      at: request.at,
      lines,
      nodes: [...nodes.values()].map((node) => definitionOf(request.bu, node)),
      leadTimes: inputs.map(({ item, leadTimeDays }) => ({ item, leadTimeDays })),
      availability: availabilityOfAll(inputs, request.at),
    }),
  };
};
