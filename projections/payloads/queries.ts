import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import { allOf, anyOf, type Scope } from '../readModel.ts';

export type PayloadView = {
  readonly sha256: string;
  readonly bu: string;
  readonly soldTo: string;
  readonly mediaType: string;
  readonly size: number;
  /** A sealed word: base64 of the bytes. */
  readonly content: string;
  readonly storedAt: string;
  /** When the bytes were removed, because they had been kept for long enough; null: they are there. */
  readonly removedAt: string | null;
};

/** The same bytes about several customers are the same bytes, whosever of them the caller may see; best those that are still there. */
export const payloadByHash = defineQuery(
  (sha256: string, scope?: Scope): Question<PayloadView, PayloadView | undefined> => ({
    statement: sql`select p.sha256, p.bu, p.sold_to as "soldTo", p.media_type as "mediaType", p.size, p.content, p.stored_at as "storedAt",
        p.removed_at as "removedAt"
      from ops.payload p where ${allOf([
        sql`p.sha256 = ${sha256}`,
        anyOf(sql`p.bu`, scope?.bus),
        anyOf(sql`p.sold_to`, scope?.soldTo),
      ])} order by p.removed_at is not null, p.stored_at desc limit 1`,
    form: 'single',
    answer: ([found]) => found,
  }),
);
