import type { DocumentContent, DocumentWriter } from '../../../commands/ports.ts';
import { functionalIds } from '../../../domain/edi/documentKinds.ts';
import { conform } from '../x12/conform.ts';
import type { Delimiters, Segment } from '../x12/interchange.ts';
import { usualDelimiters, writeInterchange } from '../x12/write.ts';
import { acknowledgement } from './acknowledgement.ts';
import { changeAnswer } from './changeAnswer.ts';
import { invoice } from './invoice.ts';
import { x12Date, x12Time } from './segments.ts';
import { shipNotice } from './shipNotice.ts';
import { shippingOrder } from './shippingOrder.ts';
import { stockAdvice } from './stockAdvice.ts';

/** ISA12 is the first five digits of GS08; from 00402 on ISA11 is a separator. */
const firstWithRepetition = '00402';

const delimitersOf = (version: string): Delimiters =>
  version < firstWithRepetition ? usualDelimiters : { ...usualDelimiters, repetition: '^' };

/** The sets of a document; most have one. */
const bodiesOf = (
  content: DocumentContent,
  { words, documentId, controlNumber, at }: Parameters<DocumentWriter>[1],
): readonly (readonly Segment[])[] => {
  switch (content.kind) {
    case '855':
      return [acknowledgement(content, words)];
    case '865':
      return [changeAnswer(content, words)];
    case '856':
      return [shipNotice(content, words, documentId, at)];
    case '810':
      return [invoice(content, words)];
    case '846':
      return stockAdvice(content, words, documentId, at);
    case '940':
      return [shippingOrder(content, words, controlNumber)];
  }
};

/** One document in an interchange of its own. Throws `RangeError` for what X12 has no way to say, such as an amount or a long number. */
export const writeDocument: DocumentWriter = (content, envelope) => {
  const { partner, controlNumber, at } = envelope;
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
        sets: bodiesOf(content, envelope).map((body, index) => ({
          ...{ id: content.kind, controlNumber: `${index + 1}`.padStart(4, '0'), implementation: null },
          segments: body.map(conform),
        })),
      },
    ],
  });
};
