import type { Day } from '../calendar.ts';
import { addDays, isoWeekday, localClock } from '../calendar.ts';
import type { NodeDefined } from '../masterData/events.ts';

export type NodeCalendar = Pick<
  NodeDefined['data'],
  'timeZone' | 'cutOff' | 'workingDays' | 'handlingDays' | 'transitDays'
>;

/** The node's own date at an instant. */
export const todayAt = (node: Pick<NodeCalendar, 'timeZone'>, at: string): Day => localClock(at, node.timeZone).day;

const daysInWeek = 7;

/** The first working day from `day` on, or null for a node that never works. */
const workingDayFrom = (node: NodeCalendar, day: Day): Day | null => {
  for (let ahead = 0; ahead < daysInWeek; ahead += 1) {
    const date = addDays(day, ahead);
    if (node.workingDays.includes(isoWeekday(date))) return date;
  }
  return null;
};

/**
 * The day on which goods that are there from `available` on (absent: now) can leave: today up to and at the cut-off, otherwise from
 * tomorrow; only on the node's working days (spec 4.5, promise date).
 */
export const shipDateFor = (node: NodeCalendar, at: string, available?: Day): Day | null => {
  const { day, time } = localClock(at, node.timeZone);
  const earliest = time <= node.cutOff ? day : addDays(day, 1);
  return workingDayFrom(node, available !== undefined && available > earliest ? available : earliest);
};

/** Handling and transit in calendar days; carriers have no calendar of their own here. */
export const deliveryDateFor = (node: NodeCalendar, shipDate: Day): Day =>
  addDays(shipDate, node.handlingDays + node.transitDays);

type Ranked = Pick<NodeDefined['data'], 'node' | 'priority' | 'active' | 'kind' | 'workingDays'>;

/** A node's definition as far as promising needs it. */
export type PromisingNode = NodeCalendar & Ranked;

/** Lowest priority number first, ties by id: the order in which nodes are asked. */
export const byPriority = (a: Ranked, b: Ranked): number =>
  a.priority === b.priority ? (a.node < b.node ? -1 : 1) : a.priority - b.priority;

const ineligibilities = ['NODE_INACTIVE', 'SUPPLIER_NODE', 'NODE_NEVER_OPEN'] as const;

/** Was a candidate rejected for what its node is, whatever its stock? */
export const isIneligible = (rejectedBy: string | null): boolean => ineligibilities.some((code) => code === rejectedBy);

/** Why a node cannot supply from stock at all, or null. Supplier nodes ship on a purchase order, not from stock. */
export const ineligibility = (node: Ranked): (typeof ineligibilities)[number] | null => {
  if (!node.active) return 'NODE_INACTIVE';
  if (node.kind === 'SUPPLIER') return 'SUPPLIER_NODE';
  return node.workingDays.some((weekday) => weekday >= 1 && weekday <= daysInWeek) ? null : 'NODE_NEVER_OPEN';
};
