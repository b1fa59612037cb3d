import type { AnsweringDocument, AskedChange, SetError } from '../../domain/edi/inboundEvents.ts';
import { answerTo, type Inbox, outcomeAt, setsOf, toldOfInterchanges } from '../../domain/edi/inbox.ts';

export type ReceivedSet = {
  readonly place: string;
  readonly kind: string;
  readonly group: string;
  readonly set: string;
  /** `REPEATED`: the order was there already. `ADVICE`: a 945, which the inbox of warehouses takes. `STOCK`: an 846, which is a snapshot now. `ACKNOWLEDGEMENT`: a 997, or a TA1 at a place of its own. */
  readonly state: 'ORDER' | 'REPEATED' | 'CHANGE' | 'ADVICE' | 'STOCK' | 'ACKNOWLEDGEMENT' | 'REJECTED';
  readonly customerPo: string | null;
  readonly orderId: string | null;
  /** What a 945 is about; null also where this partner was sent no 940 under the number that it names. */
  readonly shipmentId: string | null;
  readonly holds: readonly string[];
  readonly changes: readonly AskedChange[];
  readonly unused: readonly string[];
  readonly setErrors: readonly string[];
  readonly errors: readonly SetError[];
};

/** What was made of an interchange. */
export type ReceivedInterchange = {
  readonly bu: string;
  readonly partner: string;
  readonly soldTo: string;
  readonly interchange: string;
  readonly payloadSha256: string;
  /** It came before, and this time nothing was done but to answer it. */
  readonly repeated: boolean;
  readonly groups: readonly {
    readonly functionalId: string;
    readonly group: string;
    readonly groupErrors: readonly string[];
  }[];
  readonly sets: readonly ReceivedSet[];
  /** The document with the 997s; null: nothing in it is acknowledged. */
  readonly acknowledgement: AnsweringDocument | null;
};

const none = { customerPo: null, orderId: null, shipmentId: null };
const nothing = { ...none, holds: [], changes: [], unused: [], setErrors: [], errors: [] };

const presentSet = (state: Inbox, at: ReturnType<typeof setsOf>[number]): ReceivedSet => {
  const { place, kind, set } = at;
  const about = { place, kind, group: at.of.group, set };
  const outcome = outcomeAt(state, place);
  // Of a group that is rejected nothing is taken.
  if (outcome === undefined) return { ...about, ...nothing, state: 'REJECTED', setErrors: at.setErrors };
  if (outcome.type === 'AcknowledgementReceived') return { ...about, ...nothing, state: 'ACKNOWLEDGEMENT' };
  if (outcome.type === 'ShippingAdviceReceived') {
    const { orderId, shipmentId, unused } = outcome.data;
    return { ...about, ...nothing, state: 'ADVICE', orderId, shipmentId, unused };
  }
  if (outcome.type === 'StockReportTaken') return { ...about, ...nothing, state: 'STOCK', unused: outcome.data.unused };
  if (outcome.type === 'TransactionSetTaken') {
    const { customerPo, orderId, holds, unused, changes = [] } = outcome.data;
    return { ...about, ...nothing, state: outcome.data.outcome, customerPo, orderId, holds, unused, changes };
  }
  const { customerPo, setErrors, errors } = outcome.data;
  return { ...about, ...nothing, state: 'REJECTED', customerPo, setErrors, errors };
};

const presentTold = ({ data: { place, kind, group, set } }: ReturnType<typeof toldOfInterchanges>[number]) => ({
  ...{ place, kind, group, set, ...nothing, state: 'ACKNOWLEDGEMENT' as const },
});

/** Of an interchange that was received. */
export const presentInterchange = (state: Inbox, receptionId: string): ReceivedInterchange => {
  const { received } = state;
  if (received === null) throw new RangeError('nothing was received');
  const { bu, partner, soldTo, interchange, payloadSha256, groups } = received;
  return {
    ...{ bu, partner, soldTo, interchange, payloadSha256, repeated: received.receptionId !== receptionId },
    groups: groups.map(({ functionalId, group, groupErrors }) => ({ functionalId, group, groupErrors })),
    sets: [...toldOfInterchanges(state).map(presentTold), ...setsOf(groups).map((at) => presentSet(state, at))],
    acknowledgement: answerTo(state, receptionId) ?? null,
  };
};
