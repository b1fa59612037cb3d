import type { RecordedDomainEvent, RecordedOf } from '../events.ts';
import { composedId } from '../ids.ts';
import { ofLoss } from './lossReactions.ts';
import type { OfLoss } from './lossSteps.ts';
import { defineProcess, type Reaction, type Remembering } from './process.ts';
import { untilExpired } from './returns.ts';

/** How an approval names a loss: its id counts within its shipment. */
export const lossKey = ({ shipmentId, lossId }: Pick<OfLoss, 'shipmentId' | 'lossId'>): string =>
  composedId(shipmentId, lossId);

/** What waits for a second person holds up nothing else. */
export const lossLane = (of: Pick<OfLoss, 'shipmentId' | 'lossId'>): string => `loss-credit:${lossKey(of)}`;

type Memory = { readonly of?: OfLoss };
type State = Remembering & Memory;
type Approval = RecordedOf<'ApprovalRequested'> | RecordedOf<'ApprovalGranted'>;

const isApproval = (event: RecordedDomainEvent): event is Approval =>
  event.type === 'ApprovalRequested' || event.type === 'ApprovalGranted';

const creditOf = (of: OfLoss, again: { readonly delayMs?: number } = {}): Reaction<Memory> => ({
  intents: [{ step: 'creditLoss', lane: lossLane(of), payload: of, ...again }],
  memory: { of },
});

/** One instance per loss of which something was billed: what the customer is credited, once it may be. */
export const lossProcess = defineProcess({
  name: 'losses',
  categories: ['shipment', 'approval'],
  eventTypes: ['ShipmentLossSettled', 'ApprovalRequested', 'ApprovalGranted'],
  beginsWith: ['ShipmentLossSettled'],
  initial: { lastCausePosition: '' } as State,
  keyOf: (event) => {
    if (isApproval(event)) return event.data.subject.kind === 'loss' ? event.data.subject.id : undefined;
    return event.data.lines.some(({ billedQty }) => billedQty !== '0') ? lossKey(event.data) : undefined;
  },
  react: ({ of }, event) => {
    if (!isApproval(event)) return creditOf(ofLoss(event.data));
    if (of === undefined) return undefined;
    return creditOf(of, event.type === 'ApprovalRequested' ? { delayMs: untilExpired(event) } : {});
  },
  remember: (state, memory) => ({ ...state, ...memory }),
});
