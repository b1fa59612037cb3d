import { type Decider, type Refusal, refuse } from '../decider.ts';
import { type OrderedMap, valueAt, withEntry } from '../stock/orderedMap.ts';
import type { PartnerDocumentMade } from './madeEvents.ts';

export type Made = Pick<PartnerDocumentMade['data'], 'controlNumber' | 'payloadSha256'>;

export type MadeDocuments = {
  readonly last: number;
  /** Documents without a beginning, which nobody could find again otherwise. There are no new ones. */
  readonly unbegun: OrderedMap<Made>;
};

export type MakeDocument = { readonly type: 'MakeDocument' } & PartnerDocumentMade['data'];

/** ISA13 has nine digits. */
const numbersMax = 999_999_999;

/** The number that the next document has to be written with. */
export const nextControlNumber = ({ last }: Pick<MadeDocuments, 'last'>): number => last + 1;

/** One that was made before beginnings were noted. */
export const madeUnbegun = ({ unbegun }: MadeDocuments, documentId: string): Made | undefined =>
  valueAt(unbegun, documentId);

const decide = (
  { type: _, ...document }: MakeDocument,
  state: MadeDocuments,
): readonly PartnerDocumentMade[] | Refusal => {
  if (madeUnbegun(state, document.documentId) !== undefined) return [];
  const next = nextControlNumber(state);
  if (document.controlNumber !== next || next > numbersMax)
    return refuse('CONTROL_NUMBER_TAKEN', `The next document for ${document.partner} has the number ${next}.`, {
      next,
    });
  return [{ type: 'PartnerDocumentMade', data: document }];
};

/**
 * Stream `edi-<bu>.<partner>`, one event for each number: number n is at revision n - 1. A document carries its number in its
 * own bytes, so it is written first and recorded with their hash: whoever wrote one with a number that another document got
 * meanwhile writes it again. So numbers have no gaps and none is used twice, whoever is killed or makes the same document at
 * the same time. The state is as small after a million documents as after one: whoever makes a document looks behind its
 * beginning (`documentBeginning.ts`) whether it is there, and takes the number after the last that was looked at, or none.
 */
export const madeDocumentsDecider: Decider<MadeDocuments, MakeDocument, PartnerDocumentMade> = {
  category: 'edi',
  initial: { last: 0, unbegun: null },
  decide,
  evolve: ({ unbegun }, { data: { documentId, controlNumber, payloadSha256, begunAfter } }) => ({
    last: controlNumber,
    unbegun: begunAfter === undefined ? withEntry(unbegun, documentId, { controlNumber, payloadSha256 }) : unbegun,
  }),
};
