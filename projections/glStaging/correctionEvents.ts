import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import { anyOf, type Scope } from '../readModel.ts';

/**
 * What has to be known to post these events again, where they correct journals or take corrected ones back: the corrections
 * up to `through` of the facts that they are about, and those facts.
 */
export const correctionsBehind = defineQuery(
  (
    eventIds: readonly string[],
    through: string,
    scope?: Scope,
  ): Question<{ readonly eventId: string }, readonly string[]> => ({
    statement: sql`with correction as (
        select c.event_id, c.source_event_id from rm.gl_correction c
        where c.source_event_id in (select o.source_event_id from rm.gl_correction o where o.event_id = any(${[...eventIds]}::text[]))
          and c.kind <> 'VOID' and c.position <= ${through} and ${anyOf(sql`c.bu`, scope?.bus) ?? sql`true`})
      select event_id as "eventId" from correction union select source_event_id from correction`,
    answer: (rows) => rows.map(({ eventId }) => eventId),
  }),
);
