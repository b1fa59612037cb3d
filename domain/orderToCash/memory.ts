import type { HoldType } from '../order/events.ts';
import { qty } from '../quantity.ts';
import { type OrderedMap, valueAt, valuesOf, withEntry, withoutEntry } from '../stock/orderedMap.ts';
import type { Remembering } from './process.ts';

/** Base units. `ordered` is what was accepted. */
export type RememberedLine = {
  readonly lineId: string;
  readonly ordered: bigint;
  readonly cancelled: bigint;
  readonly shipped: bigint;
  /** What left beyond the order and is billed all the same. */
  readonly overBilled: bigint;
};

/** `changes`: only what was asked for after the acceptance waits. */
export type RememberedHold = { readonly holdId: string; readonly type: HoldType; readonly changes?: true };

/** (from, to] of an order line is billed by this invoice. */
export type BilledInterval = { readonly invoiceId: string; readonly from: bigint; readonly to: bigint };

export type OrderToCashState = Remembering & {
  readonly soldTo: string | null;
  readonly accepted: boolean;
  readonly erpRegistered: boolean;
  /** A person let this order pass its customer's limit. */
  readonly overrideCredit: boolean;
  readonly holds: OrderedMap<RememberedHold>;
  readonly lines: OrderedMap<RememberedLine>;
  /** By order line, in ascending order, never overlapping. */
  readonly billed: OrderedMap<readonly BilledInterval[]>;
  /** The invoice that carries the order's charges. */
  readonly chargesOn: string | null;
  /** Failures by tax call and invoice, and refusals by warehouses. */
  readonly failures: OrderedMap<number>;
  /** Something was paid in advance. */
  readonly hasDeposits: boolean;
  /** What was issued for the last command that had several events: one command is answered once. */
  readonly answered: { readonly commandId: string; readonly keys: readonly string[] } | null;
};

export const initialOrderToCash: OrderToCashState = {
  lastCausePosition: '',
  soldTo: null,
  accepted: false,
  erpRegistered: false,
  overrideCredit: false,
  holds: null,
  lines: null,
  billed: null,
  chargesOn: null,
  failures: null,
  hasDeposits: false,
  answered: null,
};

/** Storage format of `IntentsIssued.memory` of this process: only what changed. Quantities are integer text. */
export type OrderToCashMemory = {
  readonly soldTo?: string;
  readonly accepted?: true;
  readonly erpRegistered?: true;
  readonly overrideCredit?: true;
  readonly held?: RememberedHold;
  readonly released?: string;
  readonly lines?: readonly {
    readonly lineId: string;
    readonly ordered: string;
    readonly cancelled: string;
    readonly shipped: string;
    /** Absent: nothing. */
    readonly overBilled?: string;
  }[];
  readonly invoice?: {
    readonly invoiceId: string;
    readonly withCharges: boolean;
    readonly parts: readonly { readonly lineId: string; readonly from: string; readonly to: string }[];
  };
  /** What an invoice bills after all, when that is less than was planned. */
  readonly drafted?: NonNullable<OrderToCashMemory['invoice']>;
  readonly voidedInvoice?: string;
  /** Invoices of a voided shipment, which are withdrawn or voided with it. */
  readonly withdrawnInvoices?: readonly string[];
  readonly failures?: { readonly key: string; readonly count: number };
  readonly hasDeposits?: true;
  readonly answered?: { readonly commandId: string; readonly keys: readonly string[] };
};

const withLines = (state: OrderToCashState, lines: NonNullable<OrderToCashMemory['lines']>): OrderToCashState => ({
  ...state,
  lines: lines.reduce<OrderToCashState['lines']>(
    (map, { lineId, ordered, cancelled, shipped, overBilled = '0' }) =>
      withEntry(map, lineId, {
        ...{ lineId, ordered: qty(ordered), cancelled: qty(cancelled), shipped: qty(shipped) },
        overBilled: qty(overBilled),
      }),
    state.lines,
  ),
});

const ascending = (a: BilledInterval, b: BilledInterval): number => (a.from < b.from ? -1 : 1);

const withInvoice = (state: OrderToCashState, invoice: NonNullable<OrderToCashMemory['invoice']>): OrderToCashState => {
  const { invoiceId, withCharges, parts } = invoice;
  let billed = state.billed;
  for (const { lineId, from, to } of parts) {
    const interval = { invoiceId, from: qty(from), to: qty(to) };
    billed = withEntry(billed, lineId, [...(valueAt(billed, lineId) ?? []), interval].sort(ascending));
  }
  return { ...state, billed, chargesOn: withCharges ? invoiceId : state.chargesOn };
};

/** What the invoice had billed, or would have, may be billed again, and its charges too. */
const withoutInvoice = (state: OrderToCashState, invoiceId: string): OrderToCashState => {
  let billed = state.billed;
  for (const { lineId } of valuesOf(state.lines)) {
    const before = valueAt(billed, lineId) ?? [];
    const after = before.filter((interval) => interval.invoiceId !== invoiceId);
    if (after.length < before.length) billed = withEntry(billed, lineId, after);
  }
  return { ...state, billed, chargesOn: state.chargesOn === invoiceId ? null : state.chargesOn };
};

export const rememberOrderToCash = (state: OrderToCashState, memory: OrderToCashMemory): OrderToCashState => {
  const { held, released, lines, invoice, drafted, voidedInvoice, failures, answered } = memory;
  let next: OrderToCashState = {
    ...state,
    soldTo: memory.soldTo ?? state.soldTo,
    accepted: memory.accepted ?? state.accepted,
    erpRegistered: memory.erpRegistered ?? state.erpRegistered,
    overrideCredit: memory.overrideCredit ?? state.overrideCredit,
    hasDeposits: memory.hasDeposits ?? state.hasDeposits,
    answered: answered ?? state.answered,
  };
  if (held !== undefined) next = { ...next, holds: withEntry(next.holds, held.holdId, held) };
  if (released !== undefined) next = { ...next, holds: withoutEntry(next.holds, released) };
  if (lines !== undefined) next = withLines(next, lines);
  if (invoice !== undefined) next = withInvoice(next, invoice);
  if (drafted !== undefined) next = withInvoice(withoutInvoice(next, drafted.invoiceId), drafted);
  if (voidedInvoice !== undefined) next = withoutInvoice(next, voidedInvoice);
  next = (memory.withdrawnInvoices ?? []).reduce(withoutInvoice, next);
  if (failures !== undefined) next = { ...next, failures: withEntry(next.failures, failures.key, failures.count) };
  return next;
};

/** An ERP refusal keeps goods from leaving by the ERP gate alone; every other hold stops sourcing and release. */
export const isBlocked = (state: OrderToCashState): boolean =>
  [...valuesOf(state.holds)].some((hold) => hold.type !== 'ERP_REFUSED' && hold.changes === undefined);
