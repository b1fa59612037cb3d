import { divideRounded, type Minor } from '../money.ts';
import { minQty, qty, qtyText } from '../quantity.ts';
import type { ReturnablePart, ReturnLine } from '../shipment/events.ts';
import { costOfPart } from '../shipment/returnSpans.ts';
import type { ReturnAuthorised } from './events.ts';

type OwnedCost = { readonly bu: string; readonly unitCost: string; readonly cost: Minor };

/** Goods in quarantine that left at one unit cost; the first `decided` of them are out of it again. */
export type Quarantined = {
  readonly qty: bigint;
  readonly unitCost: string;
  readonly cost: Minor;
  /** Another business unit owned them, to which they had this cost. */
  readonly owned?: OwnedCost;
  readonly decided: bigint;
};

export type StateLine = ReturnLine & {
  /** Came and was expected. */
  readonly received: bigint;
  /** The customer keeps it. */
  readonly kept: bigint;
  /** Looked at, what is kept included. */
  readonly inspected: bigint;
  readonly quarantine: readonly Quarantined[];
  /** What was looked at, in the order in which it was. */
  readonly pieces: readonly InspectedPiece[];
  /** Given back to the customer with credit memos. */
  readonly credited: bigint;
};

/** Goods of one confirmation, by the place of its first one (`leftFromQty`). */
export type InspectedPiece = { readonly leftFromQty: string; readonly qty: bigint; readonly isKept: boolean };

type Once = { readonly id: string; readonly contentSha256: string };

export type ReturnState = {
  readonly authorised: Omit<ReturnAuthorised['data'], 'lines'> | null;
  readonly lines: readonly StateLine[];
  readonly receipts: readonly Once[];
  readonly inspections: readonly Once[];
  readonly creditMemoIds: readonly string[];
  readonly ended: 'EXPIRED' | 'CLOSED' | null;
};

export const initialReturn: ReturnState = {
  authorised: null,
  lines: [],
  receipts: [],
  inspections: [],
  creditMemoIds: [],
  ended: null,
};

export const returnStatuses = ['AUTHORISED', 'RECEIVED', 'INSPECTED', 'CREDITED', 'EXPIRED', 'CLOSED'] as const;
export type ReturnStatus = (typeof returnStatuses)[number];

/** Of one line, base units. */
export type ReturnProgress = {
  readonly authorised: bigint;
  readonly received: bigint;
  readonly kept: bigint;
  readonly inspected: bigint;
  readonly credited: bigint;
};

/** Authorised and neither here nor left to the customer. */
export const outstandingOf = ({ authorised, received, kept }: ReturnProgress): bigint => authorised - received - kept;

/** INSPECTED: nothing more is expected, and everything has been looked at; CREDITED: and given back to the customer. */
export const returnStatus = (lines: readonly ReturnProgress[], ended: ReturnState['ended']): ReturnStatus => {
  if (ended !== null) return ended;
  if (lines.every((line) => line.received === 0n && line.kept === 0n)) return 'AUTHORISED';
  const isDone = lines.every((line) => outstandingOf(line) === 0n && line.inspected === line.authorised);
  if (!isDone) return 'RECEIVED';
  return lines.every((line) => line.credited >= line.inspected) ? 'CREDITED' : 'INSPECTED';
};

export const progressOf = ({ qty: authorised, received, kept, inspected, credited }: StateLine): ReturnProgress => ({
  ...{ authorised: qty(authorised), received, kept, inspected, credited },
});

export type CostPart = {
  readonly qty: string;
  readonly unitCost: string;
  readonly cost: Minor;
  readonly owned?: OwnedCost;
  readonly leftFromQty: string;
};

/** The next `amount` goods of the line that nobody has looked at, by what they left with. */
export const costsOf = (line: StateLine, amount: bigint): readonly CostPart[] => {
  let passed = line.inspected;
  let left = amount;
  return line.parts.flatMap((part): readonly CostPart[] => {
    const size = qty(part.qty);
    const begin = minQty(passed, size);
    const taken = minQty(left, size - begin);
    passed -= begin;
    left -= taken;
    if (taken === 0n) return [];
    const { unitCost, leftFromQty, owned } = part;
    const costIn = (of: ReturnablePart): Minor => costOfPart(of, begin, begin + taken);
    const theirs =
      owned === undefined
        ? {}
        : { owned: { bu: owned.bu, unitCost: owned.unitCost, cost: costIn({ ...part, leftCost: owned.leftCost }) } };
    return [{ qty: qtyText(taken), unitCost, cost: costIn(part), leftFromQty, ...theirs }];
  });
};

export const inQuarantine = (line: StateLine): bigint =>
  line.quarantine.reduce((sum, { qty: size, decided }) => sum + size - decided, 0n);

/** The next `amount` goods of the line that are in quarantine, the first ones first. */
export const quarantinedCosts = (line: StateLine, amount: bigint): readonly Omit<CostPart, 'leftFromQty'>[] => {
  let left = amount;
  return line.quarantine.flatMap(({ qty: size, unitCost, cost, owned, decided }) => {
    const taken = minQty(left, size - decided);
    left -= taken;
    if (taken === 0n) return [];
    const costIn = (all: Minor): Minor =>
      divideRounded(all * (decided + taken), size) - divideRounded(all * decided, size);
    const theirs = owned === undefined ? {} : { owned: { ...owned, cost: costIn(owned.cost) } };
    return [{ qty: qtyText(taken), unitCost, cost: costIn(cost), ...theirs }];
  });
};

export const outOfQuarantine = (quarantine: readonly Quarantined[], amount: bigint): readonly Quarantined[] => {
  let left = amount;
  return quarantine.map((each) => {
    const taken = minQty(left, each.qty - each.decided);
    left -= taken;
    return { ...each, decided: each.decided + taken };
  });
};
