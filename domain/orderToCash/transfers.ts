import type { RecordedOf } from '../events.ts';
import type { StockStatus } from '../stock/events.ts';
import type { TransferPiece } from '../transfer/events.ts';
import { defineProcess, type Issue, type Remembering } from './process.ts';
import type { TransferredGoods } from './transferSteps.ts';

type Heard = RecordedOf<
  'TransferOrdered' | 'TransferRescheduled' | 'TransferShipped' | 'TransferReceived' | 'TransferClosed'
>;

/** Each piece is a movement of its own, known by the event and its place in it. */
const moved = (
  { eventId }: Heard,
  told: { readonly node: string; readonly reference: string; readonly sign: '' | '-' },
  lines: readonly (TransferPiece & { readonly status: StockStatus })[],
): readonly TransferredGoods[] => {
  const { node, reference, sign } = told;
  return lines.map((line, index) => {
    const of = { node, reference, movementId: `${eventId}:${index}` };
    return { ...line, ...of, qty: `${sign}${line.qty}` };
  });
};

const goodsOf = (event: Heard): { readonly at: string; readonly goods: readonly TransferredGoods[] } => {
  if (event.type === 'TransferShipped') {
    const { from: node, shippingId: reference, shippedAt: at } = event.data;
    const lines = event.data.lines.map((line) => ({ ...line, status: 'SELLABLE' as const }));
    return { at, goods: moved(event, { node, reference, sign: '-' }, lines) };
  }
  if (event.type !== 'TransferReceived') return { at: event.metadata.occurredAt, goods: [] };
  const { to: node, receiptId: reference, receivedAt: at, lines } = event.data;
  return { at, goods: moved(event, { node, reference, sign: '' }, lines) };
};

/** One instance per transfer: what was said of it becomes stock at both nodes and supply at the one that receives, in this order. */
export const transferProcess = defineProcess({
  name: 'transfers',
  categories: ['transfer'],
  eventTypes: ['TransferOrdered', 'TransferRescheduled', 'TransferShipped', 'TransferReceived', 'TransferClosed'],
  beginsWith: ['TransferOrdered'],
  initial: { lastCausePosition: '' } as Remembering,
  keyOf: ({ data }) => data.transferId,
  react: (_state, event) => {
    const { bu, transferId, from, to, currency } = event.data;
    const payload = { bu, transferId, from, to, currency, ...goodsOf(event) };
    const issue: Issue = { step: 'followTransfer', lane: `transfer:${transferId}`, payload };
    return { intents: [issue], memory: {} };
  },
  remember: (state) => state,
});
