import { type Decider, type Refusal, refuse } from '../decider.ts';
import { qty } from '../quantity.ts';
import type { TransferCommand } from './commands.ts';
import type { TransferEvent, TransferPiece } from './events.ts';
import { arriving, leaving, movedBy, pieceOf, piecesOf, withLine } from './pieces.ts';
import { initialTransfer, lineOf, type TransferLine, type TransferState } from './state.ts';

type Of<T extends TransferCommand['type']> = Extract<TransferCommand, { readonly type: T }>;
type Outcome = readonly TransferEvent[] | Refusal;
type Ordered = NonNullable<TransferState['ordered']>;

/** Undefined: it is new. A fact that was recorded before has no second effect. */
const asBefore = (
  known: TransferState['receipts'],
  id: string,
  contentSha256: string,
): readonly TransferEvent[] | Refusal | undefined => {
  const before = known.find((each) => each.id === id);
  if (before === undefined) return undefined;
  return before.contentSha256 === contentSha256
    ? []
    : refuse('BUSINESS_KEY_REUSED', `${id} was recorded before with other content.`, { id });
};

/** Lines in their order, each cut by what those before it left of its item. */
const cutAll = <Moved extends { readonly item: string }, Line extends TransferPiece>(
  before: readonly TransferLine[],
  side: typeof leaving,
  moved: readonly Moved[],
  cut: (line: TransferLine, moved: Moved) => readonly Line[],
): readonly Line[] => {
  const all: Line[] = [];
  let lines = before;
  for (const each of moved) {
    for (const piece of cut(lineOf({ lines }, each.item), each)) {
      all.push(piece);
      lines = withLine(lines, piece, (line) => movedBy(line, piece, side));
    }
  }
  return all;
};

const ship = (command: Of<'RecordShipping'>, ordered: Ordered, state: TransferState): Outcome => {
  const { shippingId, contentSha256, shippedAt, complete, expectedOn } = command;
  const before = asBefore(state.shippings, shippingId, contentSha256);
  if (before !== undefined) return before;
  const lines = cutAll(state.lines, leaving, command.lines, (line, moved) =>
    piecesOf(line, moved, ordered.currency, leaving),
  );
  const optional = { ...(complete && { complete }), ...(expectedOn === undefined ? {} : { expectedOn }) };
  return [{ type: 'TransferShipped', data: { ...ordered, shippingId, contentSha256, shippedAt, ...optional, lines } }];
};

const arrive = (command: Of<'RecordArrival'>, ordered: Ordered, state: TransferState): Outcome => {
  const { receiptId, contentSha256, receivedAt, complete } = command;
  const before = asBefore(state.receipts, receiptId, contentSha256);
  if (before !== undefined) return before;
  const lines = cutAll(state.lines, arriving, command.lines, (line, { status, ...moved }) =>
    piecesOf(line, moved, ordered.currency, arriving).map((piece) => ({ ...piece, status })),
  );
  const of = { ...ordered, receiptId, contentSha256, receivedAt, ...(complete && { complete }) };
  return [{ type: 'TransferReceived', data: { ...of, lines } }];
};

const openPieces = (line: TransferLine): readonly TransferPiece[] => [
  ...line.transit.map((piece) => pieceOf(line, piece)),
  ...line.ahead.map((piece) => pieceOf(line, { ...piece, qty: -piece.qty })),
];

const close = ({ closedBy, reason }: Of<'CloseTransfer'>, ordered: Ordered, state: TransferState): Outcome => {
  const lines = state.lines.flatMap(openPieces);
  if (state.closed && lines.length === 0) return [];
  return [{ type: 'TransferClosed', data: { ...ordered, closedBy, reason, lines } }];
};

/** Of one that is closed too: goods may be on their way all the same. */
const reschedule = ({ expectedOn }: Of<'RescheduleTransfer'>, ordered: Ordered, state: TransferState): Outcome =>
  expectedOn === state.expectedOn ? [] : [{ type: 'TransferRescheduled', data: { ...ordered, expectedOn } }];

const decide = (command: TransferCommand, state: TransferState): Outcome => {
  const { ordered } = state;
  if (command.type === 'OrderTransfer') {
    const { type: _type, ...data } = command;
    return ordered === null ? [{ type: 'TransferOrdered', data }] : [];
  }
  if (ordered === null) return refuse('NOT_FOUND', 'There is no such transfer.');
  switch (command.type) {
    case 'RecordShipping':
      return ship(command, ordered, state);
    case 'RecordArrival':
      return arrive(command, ordered, state);
    case 'RescheduleTransfer':
      return reschedule(command, ordered, state);
    case 'CloseTransfer':
      return close(command, ordered, state);
  }
};

const writtenOff = (line: TransferLine): TransferLine => ({
  ...line,
  ...{ transit: [], ahead: [] },
  ...{ lost: [...line.lost, ...line.transit], surplus: [...line.surplus, ...line.ahead] },
});

const evolve = (state: TransferState, event: TransferEvent): TransferState => {
  switch (event.type) {
    case 'TransferOrdered': {
      const { transferId, bu, from, to, currency, expectedOn } = event.data;
      const lines = event.data.lines.reduce(
        (all, { item, qty: ordered }) => withLine(all, { item }, (line) => ({ ...line, ordered: qty(ordered) })),
        state.lines,
      );
      return { ...state, ordered: { transferId, bu, from, to, currency }, expectedOn, lines };
    }
    case 'TransferRescheduled':
      return { ...state, expectedOn: event.data.expectedOn };
    case 'TransferShipped': {
      const {
        shippingId: id,
        contentSha256,
        shippedAt: at,
        complete = false,
        expectedOn = state.expectedOn,
      } = event.data;
      const lines = event.data.lines.reduce(
        (all, piece) =>
          withLine(all, piece, (line) => ({
            ...movedBy(line, piece, leaving),
            shipped: line.shipped + qty(piece.qty),
          })),
        state.lines,
      );
      return { ...state, lines, expectedOn, shippings: [...state.shippings, { id, contentSha256, at, complete }] };
    }
    case 'TransferReceived': {
      const { receiptId: id, contentSha256, receivedAt: at, complete = false } = event.data;
      const lines = event.data.lines.reduce(
        (all, piece) =>
          withLine(all, piece, (line) => ({
            ...movedBy(line, piece, arriving),
            received: line.received + qty(piece.qty),
          })),
        state.lines,
      );
      return { ...state, lines, receipts: [...state.receipts, { id, contentSha256, at, complete }] };
    }
    case 'TransferClosed':
      return { ...state, lines: state.lines.map(writtenOff), closed: true };
  }
};

/** Goods on their way between two nodes of one business unit, and what each piece of them costs (spec 4.8, T17). */
export const transferDecider: Decider<TransferState, TransferCommand, TransferEvent> = {
  category: 'transfer',
  initial: initialTransfer,
  decide,
  evolve,
};
