import type { Catalog } from '../../domain/masterData/catalog.ts';
import type { CatalogFollower } from './catalogFollower.ts';

/**
 * What `look` misses in the master data. Another instance may have recorded it a moment ago, so the log is read to its end
 * before anything is called unknown. Throws `LogUnavailable`, and only when something is missing.
 */
export const missingIn = async <T>(
  { current, ready }: Pick<CatalogFollower, 'current' | 'ready'>,
  look: (catalog: Catalog) => readonly T[],
): Promise<readonly T[]> => {
  if (look(current()).length === 0) return [];
  await ready();
  return look(current());
};
