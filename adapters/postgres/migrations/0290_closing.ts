import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** A period that is being closed. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'periods', {
    tables: (schema) => [
      `alter table ${schema}.accounting_period drop constraint if exists accounting_period_state_check`,
      `alter table ${schema}.accounting_period add constraint accounting_period_state_check
         check (state in ('OPEN', 'SOFT_CLOSED', 'CLOSING', 'CLOSED'))`,
    ],
  });
