import { localClock } from '../../domain/calendar.ts';
import { businessUnitOf } from '../../domain/masterData/catalog.ts';
import type { Run } from './stepRun.ts';

/** The day in the business unit's own time zone. */
export const businessDay = (run: Run, bu: string, instant: string): string =>
  localClock(instant, businessUnitOf(run.catalog.current(), bu)?.timeZone ?? 'UTC').day;
