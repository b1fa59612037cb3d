import type { Decider } from '../decider.ts';
import type { PartnerDocumentBegun } from './madeEvents.ts';

export type DocumentBeginning = {
  /** The last number of its partner before it was begun; null: it was not. */
  readonly afterNumber: number | null;
  /** Whom it is for; null as above. */
  readonly partner: string | null;
};

export type BeginDocument = { readonly type: 'BeginDocument' } & PartnerDocumentBegun['data'];

/**
 * Stream `edidocument-<bu>.<documentId>`. Where the numbers of its partner were when somebody first set about making a document:
 * whether it was made is seen in the few that came after, however many there are before.
 */
export const documentBeginningDecider: Decider<DocumentBeginning, BeginDocument, PartnerDocumentBegun> = {
  category: 'edidocument',
  initial: { afterNumber: null, partner: null },
  decide: ({ type: _, ...data }, { afterNumber }) =>
    afterNumber === null ? [{ type: 'PartnerDocumentBegun', data }] : [],
  evolve: (_state, { data: { afterNumber, partner } }) => ({ afterNumber, partner }),
};
