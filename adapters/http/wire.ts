import { z } from 'zod';
import { explanationOf, isHostileText } from '../../domain/outsideText.ts';

// What the answers of partners are made of, whoever the partner is.

/** A name or number of theirs, kept as it is: one that cannot be kept makes the answer unusable. */
export const named = (lengthMax: number) =>
  z
    .string()
    .max(lengthMax)
    .refine((text) => !isHostileText(text), 'text that cannot be kept');

const explanationCharsMax = 2_000;

/** Words for people: what cannot be kept is taken out, and what is too long is cut. */
export const explanation = z.string().transform((text) => explanationOf(text, explanationCharsMax));

/**
 * A list that is read up to its first wrong entry. A complaint about each of millions would fill the memory and end the
 * process, whoever it serves.
 */
export const listOf = <T>(entry: z.ZodType<T>, lengthMax: number, lengthMin = 0) =>
  z.custom<readonly unknown[]>(Array.isArray, 'no list').transform((found, context): T[] => {
    const wrong = (message: string, path: PropertyKey[] = []): never => {
      context.addIssue({ code: 'custom', message, path });
      return z.NEVER;
    };
    if (found.length < lengthMin || found.length > lengthMax) return wrong('too short or too long');
    const read: T[] = [];
    for (const [index, value] of found.entries()) {
      const parsed = entry.safeParse(value);
      const [first] = parsed.error?.issues ?? [];
      if (!parsed.success) return wrong(first?.message ?? '', [index, ...(first?.path ?? [])]);
      read.push(parsed.data);
    }
    return read;
  });
