import type { DocumentContent, DocumentWriter, PartnerWords } from '../../../commands/ports.ts';
import type { Delimiters, Segment } from '../x12/interchange.ts';
import { usualDelimiters, writeInterchange } from '../x12/write.ts';
import { acknowledgement } from './acknowledgement.ts';
import { changeAnswer } from './changeAnswer.ts';
import { invoice } from './invoice.ts';
import { x12Date, x12Time } from './segments.ts';
import { shipNotice } from './shipNotice.ts';

/** GS01 of each set. */
export const functionalIds = { 855: 'PR', 865: 'CA', 856: 'SH', 810: 'IN' } as const;

/** ISA12 is the first five digits of GS08; from 00402 on ISA11 is a separator. */
const firstWithRepetition = '00402';

const delimitersOf = (version: string): Delimiters =>
  version < firstWithRepetition ? usualDelimiters : { ...usualDelimiters, repetition: '^' };

const bodyOf = (content: DocumentContent, words: PartnerWords, documentId: string, at: string): readonly Segment[] => {
  switch (content.kind) {
    case '855':
      return acknowledgement(content, words);
    case '865':
      return changeAnswer(content, words);
    case '856':
      return shipNotice(content, words, documentId, at);
    case '810':
      return invoice(content, words);
  }
};

/** One document in an interchange of its own. Throws `RangeError` for an amount that X12 has no way to say. */
export const writeDocument: DocumentWriter = (content, { partner, words, documentId, controlNumber, at }) => {
  const { them, us, usage, x12Version } = partner;
  const version = x12Version.slice(0, 5);
  const delimiters = delimitersOf(version);
  const [date, time] = [x12Date(at), x12Time(at)];
  return writeInterchange({
    delimiters,
    header: {
      ...{ authorisationQualifier: '00', authorisation: '', securityQualifier: '00', security: '' },
      ...{ senderQualifier: us.qualifier, sender: us.id, receiverQualifier: them.qualifier, receiver: them.id },
      ...{ date: date.slice(2), time, standard: 'U', version, controlNumber: `${controlNumber}`.padStart(9, '0') },
      ...{ acknowledgementRequested: '0', usage },
    },
    acknowledgements: [],
    groups: [
      {
        header: {
          ...{ functionalId: functionalIds[content.kind], sender: us.application, receiver: them.application },
          ...{ date, time, controlNumber: `${controlNumber}`, agency: 'X', version: x12Version },
        },
        sets: [
          {
            ...{ id: content.kind, controlNumber: '0001', implementation: null },
            segments: bodyOf(content, words, documentId, at),
          },
        ],
      },
    ],
  });
};
