import type { RecordedDomainEvent, RecordedOf } from '../events.ts';
import { costInStock } from '../ledger/intercompany.ts';
import type { ReturnInspected } from '../returns/events.ts';
import { defineProcess, type Issue, type Reaction, type Remembering } from './process.ts';

const goodsOf = ({ data, eventId }: { readonly data: ReturnInspected['data']; readonly eventId: string }) => {
  const { bu, node, item, rmaId, qty, currency, inspectedAt } = data;
  return { bu, node, item, rmaId, inspectionEventId: eventId, qty, ...costInStock(data), currency, inspectedAt };
};

/** What an inspection does to stock; goods that are scrapped at once, sent to the supplier or left to the customer never were here. */
const movementOf = ({ disposition, from }: ReturnInspected['data']) => {
  if (disposition === 'RESTOCK') return from === undefined ? 'SELLABLE' : 'RESTOCK';
  if (disposition === 'QUARANTINE') return 'QUARANTINE';
  return from === 'QUARANTINE' ? 'SCRAP' : undefined;
};

export const returnLane = (rmaId: string): string => `return:${rmaId}`;

/** Money does not hold up goods, and what waits for a second person nothing else. */
const creditLane = (rmaId: string): string => `return-credit:${rmaId}`;

type Memory = { readonly bu?: string };
type State = Remembering & { readonly bu?: string };

/** A minute after nobody answered in time, it is asked again. */
const askedAgainMs = 60_000;

export const untilExpired = ({ data, metadata }: RecordedOf<'ApprovalRequested'>): number =>
  Date.parse(data.expiresAt) - Date.parse(metadata.occurredAt) + askedAgainMs;

type Approval = RecordedOf<'ApprovalRequested'> | RecordedOf<'ApprovalGranted'>;

const isApproval = (event: RecordedDomainEvent): event is Approval =>
  event.type === 'ApprovalRequested' || event.type === 'ApprovalGranted';

const ofReturn = ({ data }: Approval): string | undefined =>
  data.subject.kind === 'return' ? data.subject.id : undefined;

/** Approvals are in the unit of the operators; the return's own is known from what was inspected. */
const onApproval = ({ bu }: State, rmaId: string, event: Approval): Reaction<Memory> | undefined => {
  if (bu === undefined) return undefined;
  const again = event.type === 'ApprovalRequested' ? { delayMs: untilExpired(event) } : {};
  return { intents: [{ step: 'creditReturn', lane: creditLane(rmaId), payload: { bu, rmaId }, ...again }], memory: {} };
};

const onInspected = (event: RecordedOf<'ReturnInspected'>): Reaction<Memory> => {
  const { rmaId, bu, from, inspectedAt } = event.data;
  const movement = movementOf(event.data);
  const moved: readonly Issue[] =
    movement === undefined
      ? []
      : [{ step: 'moveReturned', lane: returnLane(rmaId), payload: { ...goodsOf(event), movement } }];
  // The later decision on goods in quarantine is ours alone: they were given back when they came.
  const credited: readonly Issue[] =
    from === undefined ? [{ step: 'creditReturn', lane: creditLane(rmaId), payload: { bu, rmaId, inspectedAt } }] : [];
  return { intents: [...moved, ...credited], memory: { bu } };
};

/**
 * One instance per return. What the shipment set aside becomes the return, what was inspected becomes stock and a credit
 * memo, and what did not come back is free again, each once. Goods go in this order, and so does money.
 */
export const returnProcess = defineProcess({
  name: 'returns',
  categories: ['shipment', 'return', 'approval'],
  eventTypes: [
    'ShipmentReturnClaimed',
    'ReturnInspected',
    'ReturnExpired',
    'ReturnClosed',
    'ApprovalRequested',
    'ApprovalGranted',
  ],
  beginsWith: ['ShipmentReturnClaimed'],
  initial: { lastCausePosition: '' } as State,
  keyOf: (event) => (isApproval(event) ? ofReturn(event) : event.data.rmaId),
  react: (state, event) => {
    if (isApproval(event)) return onApproval(state, event.data.subject.id, event);
    const lane = returnLane(event.data.rmaId);
    const one = (issue: Issue): Reaction<Memory> => ({ intents: [issue], memory: {} });
    if (event.type === 'ShipmentReturnClaimed') return one({ step: 'openReturn', lane, payload: event.data });
    if (event.type === 'ReturnInspected') return onInspected(event);
    const { rmaId, bu, shipmentId } = event.data;
    const lines = event.data.lines
      .filter(({ freedQty }) => freedQty !== '0')
      .map(({ shipmentLineId, freedQty: qty }) => ({ shipmentLineId, qty }));
    return lines.length === 0
      ? undefined
      : one({ step: 'freeReturn', lane, payload: { rmaId, bu, shipmentId, lines } });
  },
  remember: (state, memory) => ({ ...state, ...memory }),
});
