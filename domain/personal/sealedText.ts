/**
 * Personal text as everything inside holds it: one word, `⟦sealed:1|subject|generation|event id|field|box⟧`. It stays text, so
 * that deciders, rows, sentences and messages carry it along without knowing; only an answer to somebody who may read it opens it.
 */
export type SealedText = {
  /** The whole word. */
  readonly text: string;
  /** Whose it is: `customer:<bu>.<customer>`, or `unit:<bu>` when it is about no customer. */
  readonly subject: string;
  /** Which of the subject's keys opens it, counted from 1. */
  readonly generation: number;
  /** The event that it was sealed for, and the place in its data: what the box is bound to. */
  readonly eventId: string;
  readonly field: string;
  /** base64url. */
  readonly box: string;
};

/** Opens every sealed word; text from outside may not hold it. */
export const sealMark = '⟦';

const pattern = /⟦sealed:1\|([a-z]+:[\w.:@-]+)\|([1-9]\d{0,8})\|([\w-]{1,64})\|([\w.]{1,100})\|([\w-]+)⟧/g;

/** What the box is bound to: under another name it does not open. */
export const boundTo = ({ subject, generation, eventId, field }: Omit<SealedText, 'text' | 'box'>): string =>
  `1|${subject}|${generation}|${eventId}|${field}`;

export const sealedText = (place: Omit<SealedText, 'text'>): string => `⟦sealed:${boundTo(place)}|${place.box}⟧`;

/** Every sealed word in a text. */
export const sealedIn = (text: string): readonly SealedText[] =>
  text.includes(sealMark)
    ? [...text.matchAll(pattern)].map(([word, subject = '', generation = '', eventId = '', field = '', box = '']) => ({
        ...{ text: word, subject, generation: Number(generation), eventId, field, box },
      }))
    : [];

/** The text with another one in the place of each sealed word. */
export const withOpened = (text: string, opened: (sealed: string) => string): string =>
  text.includes(sealMark) ? text.replace(pattern, (word) => opened(word)) : text;

/** What readers see who may not read it, and everybody once it is erased. */
export const maskedText = '[personal]';
export const erasedText = '[erased]';

export const withMasked = (text: string): string => withOpened(text, () => maskedText);
