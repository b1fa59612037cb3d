import { type Decider, type Refusal, refuse } from '../decider.ts';
import { type OrderedMap, valueAt, withEntry } from '../stock/orderedMap.ts';
import type { PartnerDocumentMade } from './madeEvents.ts';

export type Made = Pick<PartnerDocumentMade['data'], 'controlNumber' | 'payloadSha256'>;

export type MadeDocuments = {
  readonly last: number;
  /** Every document ever made, with its number and bytes: one that is made again, however late, is the one there is. */
  readonly documents: OrderedMap<Made>;
};

export type MakeDocument = { readonly type: 'MakeDocument' } & PartnerDocumentMade['data'];

/** ISA13 has nine digits. */
const numbersMax = 999_999_999;

/** The number that the next document has to be written with. */
export const nextControlNumber = ({ last }: MadeDocuments): number => last + 1;

/** Undefined: it is yet to be made. */
export const madeDocument = ({ documents }: MadeDocuments, documentId: string): Made | undefined =>
  valueAt(documents, documentId);

export const isMade = (state: MadeDocuments, documentId: string): boolean =>
  madeDocument(state, documentId) !== undefined;

const decide = (
  { type: _, ...document }: MakeDocument,
  state: MadeDocuments,
): readonly PartnerDocumentMade[] | Refusal => {
  if (isMade(state, document.documentId)) return [];
  const next = nextControlNumber(state);
  if (document.controlNumber !== next || next > numbersMax)
    return refuse('CONTROL_NUMBER_TAKEN', `The next document for ${document.partner} has the number ${next}.`, {
      next,
    });
  return [{ type: 'PartnerDocumentMade', data: document }];
};

/**
 * Stream `edi-<bu>.<partner>`. A document carries its number in its own bytes, so it is written first and recorded with their
 * hash: whoever wrote one with a number that another document got meanwhile writes it again. So numbers have no gaps and
 * none is used twice, whoever is killed or makes the same document at the same time.
 */
export const madeDocumentsDecider: Decider<MadeDocuments, MakeDocument, PartnerDocumentMade> = {
  category: 'edi',
  initial: { last: 0, documents: null },
  decide,
  evolve: ({ documents }, { data: { documentId, controlNumber, payloadSha256 } }) => ({
    last: controlNumber,
    documents: withEntry(documents, documentId, { controlNumber, payloadSha256 }),
  }),
};
