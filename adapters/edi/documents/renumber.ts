import type { DocumentRenumberer } from '../../../commands/ports.ts';
import { readInterchanges } from '../x12/read.ts';
import { writeInterchange } from '../x12/write.ts';
import { x12Date, x12Time } from './segments.ts';

/** It was written here, so it is as long as it is, and a part of it must not be taken for the whole. */
const limits = { segmentsMax: Number.MAX_SAFE_INTEGER, violationsMax: 1 };

/** The same sets in an interchange of another number and moment. Throws `RangeError` for what is no interchange: a bug. */
export const renumberDocument: DocumentRenumberer = (text, { controlNumber, at }) => {
  const [interchange] = readInterchanges(text, limits).interchanges;
  if (interchange === undefined) throw new RangeError('a document for a partner is an interchange');
  const { delimiters, header, acknowledgements, groups } = interchange;
  const [date, time] = [x12Date(at), x12Time(at)];
  return writeInterchange({
    ...{ delimiters, acknowledgements },
    header: { ...header, date: date.slice(2), time, controlNumber: `${controlNumber}`.padStart(9, '0') },
    groups: groups.map((group) => ({
      header: { ...group.header, date, time, controlNumber: `${controlNumber}` },
      sets: group.sets,
    })),
  });
};
