import { type Decider, type Refusal, refuse } from '../decider.ts';
import { minQty, qty, qtyText } from '../quantity.ts';
import type { ReturnCommand } from './commands.ts';
import type { ReturnEvent, ReturnReceived } from './events.ts';
import { evolveReturn } from './evolve.ts';
import { type Authorised, headOf } from './head.ts';
import { inspect } from './inspect.ts';
import { initialReturn, outstandingOf, progressOf, type ReturnState } from './state.ts';

type Of<T extends ReturnCommand['type']> = Extract<ReturnCommand, { readonly type: T }>;
type Outcome = readonly ReturnEvent[] | Refusal;
type ReceivedLine = ReturnReceived['data']['lines'][number];

/** Each line as far as it is still expected, and the rest. */
const sorted = ({ lines }: Of<'RecordReceipt'>, state: ReturnState) => {
  const open = new Map(state.lines.map((line) => [line.shipmentLineId, outstandingOf(progressOf(line))]));
  const expected: ReceivedLine[] = [];
  const unexpected: ReceivedLine[] = [];
  for (const { shipmentLineId, item, qty: amount } of lines) {
    const known = state.lines.find((line) => line.shipmentLineId === shipmentLineId);
    const room = state.ended === null && known !== undefined ? (open.get(known.shipmentLineId) ?? 0n) : 0n;
    const meant = minQty(room, qty(amount));
    const rest = qty(amount) - meant;
    const of = {
      shipmentLineId: known?.shipmentLineId ?? null,
      lineId: known?.lineId ?? null,
      item: known?.item ?? item,
    };
    if (known !== undefined) open.set(known.shipmentLineId, room - meant);
    if (meant > 0n) expected.push({ ...of, qty: qtyText(meant) });
    if (rest > 0n) unexpected.push({ ...of, qty: qtyText(rest) });
  }
  return { expected, unexpected };
};

/** Goods came: recorded, whatever was authorised. */
const receive = (command: Of<'RecordReceipt'>, authorised: Authorised, state: ReturnState): Outcome => {
  const { receiptId, contentSha256, receivedAt } = command;
  const known = state.receipts.find(({ id }) => id === receiptId);
  if (known !== undefined) {
    return known.contentSha256 === contentSha256
      ? []
      : refuse('BUSINESS_KEY_REUSED', `Receipt ${receiptId} was recorded before with other content.`, { receiptId });
  }
  const { expected, unexpected } = sorted(command, state);
  const of = { ...headOf(authorised), receiptId, contentSha256, receivedAt };
  const event = (lines: readonly ReceivedLine[], isUnexpected: boolean): readonly ReturnReceived[] =>
    lines.length === 0 ? [] : [{ type: 'ReturnReceived', data: { ...of, unexpected: isUnexpected, lines } }];
  return [...event(expected, false), ...event(unexpected, true)];
};

/** Here, and nobody has looked at them. */
const waitingLine = ({ lines }: ReturnState) => lines.find((line) => line.received + line.kept > line.inspected);

type Ending = Pick<Of<'CloseReturn'>, 'closedBy' | 'reason' | 'today'>;

const close = (command: Ending, authorised: Authorised, state: ReturnState): Outcome => {
  if (state.ended !== null) return [];
  const waiting = waitingLine(state);
  if (waiting !== undefined) {
    const detail = `Goods of line ${waiting.shipmentLineId} are here and nobody has looked at them.`;
    return refuse('RETURN_NOT_INSPECTED', detail, { shipmentLineId: waiting.shipmentLineId });
  }
  const lines = state.lines.map((line) => ({
    shipmentLineId: line.shipmentLineId,
    lineId: line.lineId,
    freedQty: qtyText(outstandingOf(progressOf(line))),
  }));
  const { expiresOn } = authorised;
  const head = headOf(authorised);
  const nothingCame = state.lines.every((line) => line.received === 0n && line.kept === 0n);
  if (nothingCame && command.today > expiresOn) {
    return [{ type: 'ReturnExpired', data: { ...head, expiresOn, lines } }];
  }
  const { closedBy, reason } = command;
  return [{ type: 'ReturnClosed', data: { ...head, closedBy, reason, lines } }];
};

const expire = ({ today, by }: Of<'ExpireReturn'>, authorised: Authorised, state: ReturnState): Outcome => {
  if (today <= authorised.expiresOn || waitingLine(state) !== undefined) return [];
  return close({ closedBy: by, reason: 'The last day for what did not come is over.', today }, authorised, state);
};

const credit = ({ credit: data }: Of<'RecordCredit'>, authorised: Authorised, state: ReturnState): Outcome =>
  state.creditMemoIds.includes(data.creditMemoId)
    ? []
    : [{ type: 'ReturnCredited', data: { ...headOf(authorised), ...data } }];

const decide = (command: ReturnCommand, state: ReturnState): Outcome => {
  const { authorised } = state;
  if (command.type === 'AuthoriseReturn') {
    const { type: _type, ...data } = command;
    return authorised === null ? [{ type: 'ReturnAuthorised', data }] : [];
  }
  if (authorised === null) return refuse('NOT_FOUND', 'There is no such return.');
  switch (command.type) {
    case 'RecordReceipt':
      return receive(command, authorised, state);
    case 'Inspect':
      return inspect(command, authorised, state);
    case 'RecordCredit':
      return credit(command, authorised, state);
    case 'ExpireReturn':
      return expire(command, authorised, state);
    case 'CloseReturn':
      return close(command, authorised, state);
  }
};

/** One RMA (spec 4.3). How much may come back is the shipment's decision, which is made before. */
export const returnDecider: Decider<ReturnState, ReturnCommand, ReturnEvent> = {
  category: 'return',
  initial: initialReturn,
  decide,
  evolve: evolveReturn,
};
