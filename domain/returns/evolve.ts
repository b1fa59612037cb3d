import { minor } from '../money.ts';
import { qty } from '../quantity.ts';
import type { ReturnCredited, ReturnEvent, ReturnInspected, ReturnReceived } from './events.ts';
import { costsOf, outOfQuarantine, type ReturnState, type StateLine } from './state.ts';

const withLine = (
  lines: readonly StateLine[],
  shipmentLineId: string | null,
  change: (line: StateLine) => StateLine,
): readonly StateLine[] => lines.map((line) => (line.shipmentLineId === shipmentLineId ? change(line) : line));

/** One receipt may be two events, one inspection many. */
const once = (known: ReturnState['receipts'], id: string, contentSha256: string): ReturnState['receipts'] =>
  known.at(-1)?.id === id ? known : [...known, { id, contentSha256 }];

const received = (state: ReturnState, data: ReturnReceived['data']): ReturnState => {
  const receipts = once(state.receipts, data.receiptId, data.contentSha256);
  if (data.unexpected) return { ...state, receipts };
  const lines = data.lines.reduce(
    (all, { shipmentLineId, qty: amount }) =>
      withLine(all, shipmentLineId, (line) => ({ ...line, received: line.received + qty(amount) })),
    state.lines,
  );
  return { ...state, receipts, lines };
};

const inspectedLine = (line: StateLine, data: ReturnInspected['data']): StateLine => {
  const amount = qty(data.qty);
  const { disposition, from, unitCost, cost, owned } = data;
  if (from === 'QUARANTINE') return { ...line, quarantine: outOfQuarantine(line.quarantine, amount) };
  const isQuarantine = disposition === 'QUARANTINE';
  const isKept = disposition === 'KEEP';
  const pieces = costsOf(line, amount).map(({ leftFromQty, qty: size }) => ({ leftFromQty, qty: qty(size), isKept }));
  const theirs = owned === undefined ? {} : { owned: { ...owned, cost: minor(owned.cost) } };
  const held = isQuarantine ? [{ qty: amount, unitCost, cost: minor(cost), ...theirs, decided: 0n }] : [];
  return {
    ...line,
    inspected: line.inspected + amount,
    kept: line.kept + (isKept ? amount : 0n),
    quarantine: [...line.quarantine, ...held],
    pieces: [...line.pieces, ...pieces],
  };
};

const credited = (state: ReturnState, { creditMemoId, lines }: ReturnCredited['data']): ReturnState => ({
  ...state,
  creditMemoIds: [...state.creditMemoIds, creditMemoId],
  lines: lines.reduce(
    (all, { shipmentLineId, qty: amount }) =>
      withLine(all, shipmentLineId, (line) => ({ ...line, credited: line.credited + qty(amount) })),
    state.lines,
  ),
});

/** Total and without effects on `state`. */
export const evolveReturn = (state: ReturnState, event: ReturnEvent): ReturnState => {
  switch (event.type) {
    case 'ReturnAuthorised': {
      const { lines, ...authorised } = event.data;
      const none = { received: 0n, kept: 0n, inspected: 0n, quarantine: [], pieces: [], credited: 0n };
      return { ...state, authorised, lines: lines.map((line) => ({ ...line, ...none })) };
    }
    case 'ReturnReceived':
      return received(state, event.data);
    case 'ReturnInspected': {
      const { inspectionId, contentSha256, shipmentLineId } = event.data;
      const lines = withLine(state.lines, shipmentLineId, (line) => inspectedLine(line, event.data));
      return { ...state, lines, inspections: once(state.inspections, inspectionId, contentSha256) };
    }
    case 'ReturnCredited':
      return credited(state, event.data);
    case 'ReturnExpired':
      return { ...state, ended: 'EXPIRED' };
    case 'ReturnClosed':
      return { ...state, ended: 'CLOSED' };
  }
};
