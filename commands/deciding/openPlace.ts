import { randomUUID } from 'node:crypto';
import type { AnsweredClaim, CommandContext, Receipt, StoredAnswer } from '../ports.ts';

type Place = Pick<Receipt, 'position' | 'recordedAt'>;

/** Nobody can have said these: each process makes its own and shows them to nobody. */
const marks: Place = { position: `position:${randomUUID()}`, recordedAt: `recordedAt:${randomUUID()}` };

/** What stands for a mark in text that leaves this process; see `AnsweredClaim`. */
const signs: Place = { position: '\u001d', recordedAt: '\u001e' };

/** A receipt before the log has given a place. */
export const openReceipt = (receipt: Omit<Receipt, keyof Place>): Receipt => ({ ...receipt, ...marks });

const replaced = (text: string, from: Place, to: Place): string =>
  text.replaceAll(from.position, to.position).replaceAll(from.recordedAt, to.recordedAt);

/** An answer that was made of an open receipt, as a log takes it. */
const openAnswer = ({ body, ...rest }: Omit<StoredAnswer, 'position'>): Omit<StoredAnswer, 'position'> => ({
  ...rest,
  body: replaced(body, marks, signs),
});

/** The claims that a context leaves to its append, with what is answered under them. */
export const answeredClaims = (
  { claims = [], commandId }: CommandContext,
  value: unknown,
  receipt: Receipt,
): readonly AnsweredClaim[] =>
  claims.map(({ answer, ...claim }) => ({ ...claim, commandId, answer: openAnswer(answer(value, receipt)) }));

/** The same with its place: to the byte what the log stored. */
export const placedAnswer = ({ body, ...rest }: Omit<StoredAnswer, 'position'>, place: Place): StoredAnswer => ({
  ...rest,
  body: replaced(body, signs, place),
  position: place.position,
});
