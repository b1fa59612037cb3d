import { type Decider, type Refusal, refuse } from '../decider.ts';
import { type OrderedMap, valueAt, valuesBetween, withEntry } from '../stock/orderedMap.ts';
import type {
  AcknowledgementReceived,
  AnsweringDocument,
  GroupReceived,
  InboundDocumentEvent,
  InterchangeAcknowledged,
  InterchangeReceived,
  ShippingAdviceReceived,
  StockReportTaken,
  TransactionSetRejected,
  TransactionSetTaken,
} from './inboundEvents.ts';

type SetOutcome =
  | TransactionSetTaken
  | TransactionSetRejected
  | AcknowledgementReceived
  | ShippingAdviceReceived
  | StockReportTaken;

export type Inbox = {
  readonly received: InterchangeReceived['data'] | null;
  /** What became of each set, by its place. */
  readonly outcomes: OrderedMap<SetOutcome>;
  /** Each time that it came: the document that answers it. `false`: it is yet to be made. */
  readonly receptions: OrderedMap<AnsweringDocument | null | false>;
};

export type InboxCommand =
  | { readonly type: 'Receive'; readonly data: InterchangeReceived['data'] }
  | { readonly type: 'Record'; readonly outcome: SetOutcome }
  | { readonly type: 'Acknowledge'; readonly data: InterchangeAcknowledged['data'] };

/** The groups of an interchange with the places of their sets. */
export const setsOf = (groups: readonly GroupReceived[]) =>
  groups.flatMap((of, groupIndex) =>
    of.sets.map((set, setIndex) => ({ ...set, of, place: `${groupIndex + 1}.${setIndex + 1}` })),
  );

/** What the interchange says of interchanges that the partner was sent: places of a group 0. */
export const toldOfInterchanges = ({ outcomes }: Inbox): readonly SetOutcome[] => [
  ...valuesBetween(outcomes, '0.', '0/'),
];

export const outcomeAt = ({ outcomes }: Inbox, place: string): SetOutcome | undefined => valueAt(outcomes, place);

export const answerTo = ({ receptions }: Inbox, receptionId: string): AnsweringDocument | null | undefined => {
  const answered = valueAt(receptions, receptionId);
  return answered === false ? undefined : answered;
};

const receive = (data: InterchangeReceived['data'], state: Inbox): readonly InboundDocumentEvent[] | Refusal => {
  const { received, receptions } = state;
  if (received === null) return [{ type: 'InterchangeReceived', data }];
  if (valueAt(receptions, data.receptionId) !== undefined) return [];
  if (received.payloadSha256 !== data.payloadSha256) {
    const detail = `Interchange ${data.interchange} of ${data.partner} came before with other content; send this one under a new number.`;
    return refuse('CONTROL_NUMBER_REUSED', detail, { firstPayloadSha256: received.payloadSha256 });
  }
  const { groups: _groups, ...repeated } = data;
  return [{ type: 'InterchangeRepeated', data: repeated }];
};

const decide = (command: InboxCommand, state: Inbox): readonly InboundDocumentEvent[] | Refusal => {
  if (command.type === 'Receive') return receive(command.data, state);
  if (state.received === null) return refuse('NOT_FOUND', 'The interchange was never received.');
  if (command.type === 'Acknowledge')
    return valueAt(state.receptions, command.data.receptionId) === false
      ? [{ type: 'InterchangeAcknowledged', data: command.data }]
      : [];
  return outcomeAt(state, command.outcome.data.place) === undefined ? [command.outcome] : [];
};

const evolve = (state: Inbox, event: InboundDocumentEvent): Inbox => {
  switch (event.type) {
    case 'InterchangeReceived':
      return {
        ...state,
        received: event.data,
        receptions: withEntry(state.receptions, event.data.receptionId, false),
      };
    case 'InterchangeRepeated':
      return { ...state, receptions: withEntry(state.receptions, event.data.receptionId, false) };
    case 'InterchangeAcknowledged':
      return { ...state, receptions: withEntry(state.receptions, event.data.receptionId, event.data.answer) };
    default:
      return { ...state, outcomes: withEntry(state.outcomes, event.data.place, event) };
  }
};

/**
 * Stream `inbox-<bu>.<partner>.<ISA13>`. A control number is used once: the same bytes again are suppressed and answered
 * again, other bytes are refused. What became of a set is recorded once, whoever works on it at the same time.
 */
export const inboxDecider: Decider<Inbox, InboxCommand, InboundDocumentEvent> = {
  category: 'inbox',
  initial: { received: null, outcomes: null, receptions: null },
  decide,
  evolve,
};
