import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** What one business unit has in its books against another, which a tie-out of that one compares: few of all lines. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'gl_staging', {
    tables: (schema) => [
      `create index if not exists gl_line_partner on ${schema}.gl_line ((dimensions ->> 'tradingPartner'), role)
        where role in ('INTERCOMPANY_AR', 'INTERCOMPANY_AP')`,
    ],
  });
