import { localClock } from '../domain/calendar.ts';
import { businessUnitOf } from '../domain/masterData/catalog.ts';
import type { CatalogFollower } from './workers/catalogFollower.ts';

/** The day in the business unit's own time zone. */
export const businessDay = (
  { catalog }: { readonly catalog: Pick<CatalogFollower, 'current'> },
  bu: string,
  instant: string,
): string => localClock(instant, businessUnitOf(catalog.current(), bu)?.timeZone ?? 'UTC').day;
