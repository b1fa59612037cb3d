import type { AcknowledgementReceived } from './inboundEvents.ts';

/**
 * How far a document for a partner has come. `RECEIVED`: its interchange was taken (TA1), its content was not looked at yet.
 * The rest is what a 997 says, or a TA1 that refuses the interchange. What nobody acknowledges stays `SENT`.
 */
export const documentStates = [
  'SENT',
  'RECEIVED',
  'ACKNOWLEDGED',
  'ACKNOWLEDGED_WITH_ERRORS',
  'PARTIALLY_ACKNOWLEDGED',
  'REJECTED',
] as const;
export type DocumentState = (typeof documentStates)[number];

type Said = Pick<AcknowledgementReceived['data'], 'functionalId' | 'status' | 'sets'>;

/** AK501 and AK901. M, W and X are refusals of who checks authenticity. */
const ofGroup: ReadonlyMap<string, DocumentState> = new Map([
  ['A', 'ACKNOWLEDGED'],
  ['E', 'ACKNOWLEDGED_WITH_ERRORS'],
  ['P', 'PARTIALLY_ACKNOWLEDGED'],
  ...(['R', 'M', 'W', 'X'] as const).map((code) => [code, 'REJECTED'] as const),
]);

/** TA104. */
const ofInterchange: ReadonlyMap<string, DocumentState> = new Map([
  ['A', 'RECEIVED'],
  ['E', 'RECEIVED'],
  ['R', 'REJECTED'],
]);

/** Most documents are the only set of their group; then what is said of that set says more than what is said of the group. */
export const setSaid = ({ sets }: Pick<Said, 'sets'>): Said['sets'][number] | undefined =>
  sets.length === 1 ? sets[0] : undefined;

/**
 * The state of a document after a partner said something of it. The newest word holds, because a partner that looks again may
 * take what it refused, and the other way round; that an interchange arrived is no news after its content was judged.
 */
export const stateAfter = (before: DocumentState, said: Said): DocumentState => {
  if (said.functionalId === null) {
    const state = ofInterchange.get(said.status) ?? before;
    return state === 'RECEIVED' && before !== 'SENT' ? before : state;
  }
  return ofGroup.get(setSaid(said)?.status || said.status) ?? before;
};
